//! `--add-ignore`: writes a comment for each finding, and changes nothing else of a file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::super::failure::Failure;
use super::super::terminal::Terminal;
use super::work::Checked;
use super::write::write_changes;
use crate::diagnostic::{Diagnostics, Level, Rule};
use crate::fix::Change;
use crate::include::INCLUDE_FOLDER;
use crate::model::Document;
use crate::report::count;
use crate::source::{DiskLoader, FileId, Loader, SourceFile};
use crate::suppression::{self, is_suppressible, lines_that_cover};
use crate::syntax::{self, Tree};

/// The rules that are found on each line of a file.
type Found = BTreeMap<usize, BTreeSet<&'static str>>;

/// Writes comments into all files with findings.
pub fn write(checked: &[&Checked], reason: Option<&str>, terminal: &Terminal) -> Result<(), Failure> {
    let reason = reason.unwrap_or_default().trim();
    if reason.chars().any(char::is_control) {
        return Err(Failure::usage("`--reason` must be one line of text"));
    }
    let (mut comments, mut changes) = (0, Vec::new());
    for (path, found) in files(checked) {
        let failed = |error| Failure::load(&path, error);
        let text = DiskLoader.read(&path).map_err(failed)?;
        let (new, written) = commented(&path, &text, &found, reason);
        if written == 0 {
            continue;
        }
        comments += written;
        changes.push((path.clone(), Change { path, before: text, after: new }));
    }
    let changed: Vec<_> = changes.iter().map(|(real, change)| (real.as_path(), change)).collect();
    write_changes(&changed)?;
    terminal.note(&format!("{} written in {}", count(comments, "comment"), count(changed.len(), "file")));
    if comments > 0 && reason.is_empty() {
        terminal.note("  = help: say why in each of them, or for all with `--reason TEXT`");
    }
    Ok(())
}

/// Files of the project with findings that a comment can suppress; each file without links, once.
fn files(checked: &[&Checked]) -> BTreeMap<PathBuf, Found> {
    let mut files: BTreeMap<PathBuf, Found> = BTreeMap::new();
    for it in checked {
        let least = it.configured.effective.fail_on.value.min(Level::Warning);
        let denied = &it.configured.settings.denied;
        let can = |rule: &&'static Rule| {
            is_suppressible(rule) && !suppression::RULES.contains(rule) && !denied.contains(rule)
        };
        for finding in it.diagnostics.iter().filter(|finding| finding.level >= least && can(&finding.rule)) {
            let file = it.sources.file(finding.primary.span.file);
            let path = DiskLoader.follow(&file.path);
            // What was fetched is not the project's to change, and a text that stands in no file cannot be.
            if !path.is_file() || path.components().collect::<PathBuf>().to_string_lossy().contains(INCLUDE_FOLDER) {
                continue;
            }
            let line = file.line_of(finding.primary.span.start as usize);
            files.entry(path).or_default().entry(line).or_default().insert(finding.rule.name);
        }
    }
    files
}

/// A text with a comment above each line of `found`, or above what is around it; and how many were written.
fn commented(path: &Path, text: &str, found: &Found, reason: &str) -> (String, usize) {
    let is_edn = path.extension().is_some_and(|extension| extension == "edn");
    let sign = if is_edn { ";" } else { "#" };
    let parse = |text: &str| {
        let parse = if is_edn { syntax::edn::parse } else { syntax::parse };
        parse(FileId(0), text, &mut Diagnostics::default())
    };
    let (mut text, mut written) = (text.to_owned(), 0);
    // From the end, so that the lines above stay where they are.
    for (line, rules) in found.iter().rev() {
        let names: Vec<&str> = rules.iter().copied().collect();
        let comment = |word: &str| format!("{sign} pt: {word}[{}] {reason}", names.join(", ")).trim_end().to_owned();
        let file = SourceFile::new(path, text.as_str());
        let tree = parse(&text);
        let document = Document::read(FileId(0), &tree, &mut Diagnostics::default());
        let places = lines_that_cover(&file, &document, *line);
        let above = places.into_iter().map(|line| insert(&file, line, &comment("ignore"), true));
        let mut candidates = above.chain([insert(&file, 1, &comment("ignore-file"), false)]);
        if let Some(new) = candidates.find(|(new, at)| holds_comment(&tree, &parse(new), *at)) {
            text = new.0;
            written += 1;
        }
    }
    (text, written)
}

/// A text with a comment in a line of its own above another, and where the comment stands.
fn insert(file: &SourceFile, line: usize, comment: &str, indented: bool) -> (String, usize) {
    let below = file.line_text(line);
    let indent = if indented { &below[..below.len() - below.trim_start().len()] } else { "" };
    let start = file.line_start(line);
    let end = if file.text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut new = file.text.to_string();
    new.insert_str(start, &format!("{indent}{comment}{end}"));
    (new, start + indent.len())
}

/// Whether what was inserted is a comment, and everything else is what it was.
fn holds_comment(before: &Tree, after: &Tree, at: usize) -> bool {
    after.comments.iter().any(|comment| comment.span.start as usize == at)
        && before.complete == after.complete
        && before.root.says_the_same(&after.root)
}
