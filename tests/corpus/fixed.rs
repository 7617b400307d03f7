//! Fixing real files: they can be read afterwards, keep every comment, bring no new error, and a second time changes nothing.

use std::collections::BTreeMap;
use std::path::Path;

use polytope::compiler::check;
use polytope::diagnostic::{Diagnostics, Level};
use polytope::fix::{Fixed, Overlay, Task, fix};
use polytope::include::project_directory;
use polytope::lint::Settings;
use polytope::source::{DiskLoader, FileId, Loader};
use polytope::syntax::{self, Tree};

use crate::corpus::{AllSet, files, folder, projects, root};

fn tree(text: &str) -> Tree {
    syntax::parse(FileId(0), text, &mut Diagnostics::default())
}

fn comments(tree: &Tree) -> Vec<String> {
    let mut comments: Vec<String> = tree.comments.iter().map(|comment| comment.text.clone()).collect();
    comments.sort();
    comments
}

/// How often each error is told.
fn errors(fixed: &polytope::compiler::Compilation) -> BTreeMap<String, usize> {
    let mut errors = BTreeMap::new();
    for finding in fixed.diagnostics.iter().filter(|finding| finding.level == Level::Error) {
        *errors.entry(format!("{} {}", finding.rule.name, finding.message)).or_default() += 1;
    }
    errors
}

/// Fixes a project twice and looks at every file that changed.
fn mend(path: &Path, unsafe_too: bool, wrong: &mut Vec<String>) -> Fixed {
    let settings = Settings::default();
    let check = |loader: &dyn Loader| check(loader, path, &AllSet, &settings);
    let before = check(&DiskLoader).unwrap();
    let mut overlay = Overlay::new(&DiskLoader);
    let task = Task { directory: &project_directory(path), unsafe_too, check: &check, wanted: &|_, _| true };
    let fixed = fix(&mut overlay, &task).unwrap();
    let mut complain = |what: &str, file: &Path| wrong.push(format!("{}: {what}", file.display()));
    for (file, change) in overlay.changes() {
        let (old, new) = (tree(&change.before), tree(&change.after));
        if old.complete && !new.complete {
            complain("cannot be read any more", file);
        }
        if comments(&old) != comments(&new) {
            complain("has other comments", file);
        }
        let reads = |text: &str| serde_yaml::from_str::<serde_yaml::Value>(text).is_ok();
        if reads(&change.before) && !reads(&change.after) {
            complain("cannot be read by another parser any more", file);
        }
        if change.before.ends_with('\n') != change.after.ends_with('\n') {
            complain("has another end", file);
        }
    }
    let known = errors(&before);
    for (error, count) in errors(&fixed.compilation) {
        if count > known.get(&error).copied().unwrap_or(0) {
            complain(&format!("a new error: {error}"), path);
        }
    }
    let texts: Vec<String> = overlay.changes().map(|(_, change)| change.after.clone()).collect();
    let again = fix(&mut overlay, &task).unwrap();
    let same = overlay.changes().map(|(_, change)| change.after.clone()).eq(texts);
    if !again.made.is_empty() || !same {
        complain(&format!("is not finished after the first time: {:?}", again.made), path);
    }
    fixed
}

/// How many fixes were made and left out, by rule.
/// How often something happened for each rule.
type Counts = BTreeMap<&'static str, usize>;

fn tally(unsafe_too: bool) -> Option<(Counts, Counts)> {
    let folder = folder()?;
    let (mut made, mut left_out) = (BTreeMap::new(), BTreeMap::new());
    let mut wrong = Vec::new();
    for project in projects(&folder) {
        // A project by its root; files that no root includes by themselves.
        let root = root(&folder, &project);
        let paths = root.map_or_else(|| files(&folder, &project), |root| vec![root]);
        for path in paths {
            let fixed = mend(&path, unsafe_too, &mut wrong);
            for (rule, number) in fixed.by_rule() {
                *made.entry(rule).or_default() += number;
            }
            for it in &fixed.left_out {
                *left_out.entry(it.rule.name).or_default() += 1;
            }
            if std::env::var_os("PT_SHOW").is_some() {
                fixed.left_out.iter().for_each(|it| eprintln!("{} {}: {}", it.rule.name, it.place, it.reason));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Some((made, left_out))
}

#[test]
fn safe_fixes_keep_real_files_what_they_are() {
    let Some((made, left_out)) = tally(false) else { return };
    eprintln!("{made:?} {left_out:?}");
    assert!(made.values().sum::<usize>() > 0);
}

#[test]
fn unsafe_fixes_leave_real_files_that_can_be_read() {
    let Some((made, left_out)) = tally(true) else { return };
    eprintln!("{made:?} {left_out:?}");
    assert!(made.values().sum::<usize>() > 0);
}
