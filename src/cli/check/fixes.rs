//! `--fix`, `--unsafe-fixes` and `--diff`: what can be mended is mended, or shown.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

use clap::Args;

use super::super::failure::Failure;
use super::super::project::Located;
use super::super::terminal::Terminal;
use super::files::Target;
use super::work::{Checked, TargetProject, Work};
use super::write::write_changes;
use crate::diagnostic::Diagnostic;
use crate::fix::{Fixed, Moved, Overlay, Task, fix};
use crate::report::{Patch, count, masked};
use crate::source::{DiskLoader, Loader, Sources};
use crate::store::{EntryOrigin, Secret};

/// What is mended, and whether it is written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Fixes")]
pub struct FixFlags {
    /// Mend what can be mended without a question
    #[arg(long)]
    fix: bool,
    /// Mend also what changes what runs, or needs a secret to be set
    #[arg(long)]
    unsafe_fixes: bool,
    /// Print what would be mended as a diff, write nothing, and exit with 1 if there is any
    #[arg(long)]
    diff: bool,
}

/// What was asked for.
#[derive(Debug, Clone, Copy)]
pub struct Mode {
    unsafe_too: bool,
    diff: bool,
}

impl FixFlags {
    /// `None` when nothing is to be mended.
    pub fn mode(&self) -> Option<Mode> {
        let any = self.fix || self.unsafe_fixes || self.diff;
        any.then_some(Mode { unsafe_too: self.unsafe_fixes, diff: self.diff })
    }

    /// Whether only a diff is wanted.
    pub fn is_diff(&self) -> bool {
        self.diff
    }
}

/// What is said at the end.
#[derive(Default)]
struct Summary {
    /// What the store got.
    moved: Vec<String>,
    rules: BTreeMap<&'static str, usize>,
    commands: Vec<String>,
    left_out: Vec<String>,
    unsafe_left: usize,
}

/// Mends all files; `checked` then holds what is left. How many files are other ones than before.
pub fn fix_all(
    files: &[Target],
    checked: &mut [Option<Checked>],
    work: &Work<'_>,
    mode: Mode,
    terminal: &Terminal,
) -> Result<usize, Failure> {
    let mut overlay = Overlay::new(&DiskLoader);
    let mut summary = Summary::default();
    let mut before = Vec::new();
    for (target, checked) in files.iter().zip(checked.iter_mut()) {
        let Some(first) = checked else { continue };
        if !first.diagnostics.iter().any(|finding| finding.fix.is_some()) {
            continue;
        }
        let (mut fixed, located) = fix_one(target, work, mode, &mut overlay)?;
        summary.add(&fixed);
        let moved: Vec<Moved> = fixed.made.iter().filter_map(|made| made.moved.clone()).collect();
        // First into the store: what is in no file any more must be there.
        if !moved.is_empty() && !mode.diff && summary.keep(&located, &moved, terminal) {
            let project = TargetProject::of(target, work)?;
            let again = project.compile(&overlay).map_err(|error| Failure::load(target.entry(), error))?;
            fixed.compilation = again;
        }
        let last = work.finish(target, fixed.compilation, first.configured.clone());
        before.push(std::mem::replace(first, last));
    }
    let changed: Vec<_> = overlay.changes().collect();
    if mode.diff {
        let after: Vec<&Checked> = checked.iter().flatten().collect();
        let mut out = Terminal::out();
        for (real, change) in &changed {
            let same = |path: &Path| DiskLoader.follow(path) == *real;
            let shown = |it: &Checked| masked(&it.sources, findings(it), same);
            let before = before.iter().find_map(shown).unwrap_or_else(|| change.before.clone());
            let after = after.iter().copied().find_map(shown).unwrap_or_else(|| change.after.clone());
            let patch = Patch { path: &change.path, before: &before, after: &after };
            out.write_all(patch.draw(terminal.out_is_terminal).as_bytes())?;
        }
        out.flush()?;
    } else {
        write_changes(&changed)?;
    }
    summary.tell(changed.len(), mode, terminal);
    Ok(changed.len())
}

/// What was found in a file, whether it is told or not.
fn findings(checked: &Checked) -> impl Iterator<Item = &Diagnostic> {
    checked.diagnostics.iter().chain(checked.suppressed.iter().map(|suppressed| &suppressed.diagnostic))
}

fn fix_one(
    target: &Target,
    work: &Work<'_>,
    mode: Mode,
    overlay: &mut Overlay<'_>,
) -> Result<(Fixed, Located), Failure> {
    let project = TargetProject::of(target, work)?;
    let real = DiskLoader.follow(&target.path);
    // Of a file that another one includes, only its own findings were asked for.
    let wanted = |finding: &Diagnostic, sources: &Sources| {
        target.root.is_none() || DiskLoader.follow(sources.path(finding.primary.span)) == real
    };
    let task = Task {
        directory: &project.located.directory,
        unsafe_too: mode.unsafe_too,
        check: &|loader: &dyn Loader| project.compile(loader),
        wanted: &wanted,
    };
    let fixed = fix(overlay, &task).map_err(|error| Failure::load(target.entry(), error))?;
    Ok((fixed, project.located))
}

impl Summary {
    /// Puts secrets that were taken out of files into the store; one that is set already stays, and so does the word to set it
    /// where the store cannot be written. Whether anything was put there.
    fn keep(&mut self, located: &Located, moved: &[Moved], terminal: &Terminal) -> bool {
        let kept = || -> Result<Vec<String>, Failure> {
            let store = located.store()?;
            let known = store.secrets().names()?;
            let new = moved.iter().filter(|it| !known.contains_key(&it.name) && !it.content().is_empty());
            let new: BTreeMap<String, Secret> =
                new.map(|it| (it.name.clone(), Secret::new(it.content().to_owned()))).collect();
            store.secrets().set_all(&new, EntryOrigin::Import)?;
            Ok(new.into_keys().collect())
        };
        match kept() {
            Ok(names) => {
                self.commands.retain(|command| !names.iter().any(|name| *command == format!("pt secrets set {name}")));
                self.moved.extend(names);
                true
            }
            Err(error) => {
                terminal.note(&format!("note: nothing was put into the store: {error}"));
                false
            }
        }
    }

    fn add(&mut self, fixed: &Fixed) {
        for (rule, number) in fixed.by_rule() {
            *self.rules.entry(rule).or_default() += number;
        }
        let mut known: BTreeSet<String> = self.commands.iter().cloned().collect();
        let commands = fixed.made.iter().filter_map(|made| made.then.clone());
        self.commands.extend(commands.filter(|command| known.insert(command.clone())));
        let left_out = fixed.left_out.iter();
        self.left_out.extend(left_out.map(|it| format!("{} at {}: {}", it.rule.name, it.place, it.reason)));
        self.unsafe_left += fixed.unsafe_left;
    }

    fn tell(&self, files: usize, mode: Mode, terminal: &Terminal) {
        let total = self.rules.values().sum();
        let (done, verb) = if mode.diff { ("would mend", "would be") } else { ("mended", "was") };
        if total > 0 {
            let rules: Vec<String> = self.rules.iter().map(|(rule, number)| format!("{number} {rule}")).collect();
            let findings = count(total, "finding");
            terminal.say(&format!("{done} {findings} in {}: {}", count(files, "file"), rules.join(", ")));
        } else {
            terminal.say(&format!("nothing {verb} mended"));
        }
        for reason in &self.left_out {
            terminal.say(&format!("left out: {}", crate::report::sanitize::visible_lines(reason)));
        }
        if self.unsafe_left > 0 {
            terminal.say(&format!("`--unsafe-fixes` mends {} more", self.unsafe_left));
        }
        if !self.moved.is_empty() {
            let names: Vec<String> = self.moved.iter().map(|name| format!("`{name}`")).collect();
            terminal.say(&format!("moved into the store of this machine: {}", names.join(", ")));
        }
        if !self.commands.is_empty() {
            terminal.say(if mode.diff { "then run:" } else { "now run:" });
            self.commands.iter().for_each(|command| terminal.say(&format!("  {command}")));
        }
    }
}
