//! Round after round: choose, edit, check again, until nothing is left to fix.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::batch::{Decided, choose, moved};
use super::candidate::{Candidate, Reach, by_file, candidates, count};
use super::moved::Moved;
use super::overlay::Overlay;
use super::verdict::{Aim, objection};
use crate::compiler::Compilation;
use crate::diagnostic::{Diagnostic, Fix, Rule, Safety};
use crate::source::{LoadError, Loader, Sources};

/// Rounds after which fixes that undo each other are left as they are.
const MOST_ROUNDS: usize = 200;

/// A fix that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The file that it was made in.
    pub path: PathBuf,
    /// The rule whose finding it mends.
    pub rule: &'static Rule,
    /// What was done.
    pub title: String,
    /// What to run now.
    pub then: Option<String>,
    /// The secret that was taken out of the file.
    pub moved: Option<Moved>,
}

/// A fix that was not made, though it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The rule whose finding it would mend.
    pub rule: &'static Rule,
    /// The finding's `path:line:column`, in the text as it is now.
    pub place: String,
    /// Why.
    pub reason: String,
}

/// What came of fixing a project.
#[derive(Debug)]
pub struct Fixed {
    /// The project with its new texts.
    pub compilation: Compilation,
    /// What was done, in that order.
    pub made: Vec<Made>,
    /// What was not done.
    pub left_out: Vec<LeftOut>,
    /// Findings that only an unsafe fix would mend, when those were not asked for.
    pub unsafe_left: usize,
}

/// What is fixed.
pub struct Task<'a> {
    /// The directory of the project: files outside of it are not touched.
    pub directory: &'a Path,
    /// Whether unsafe fixes are made too.
    pub unsafe_too: bool,
    /// Checks the project with a loader.
    pub check: &'a dyn Fn(&dyn Loader) -> Result<Compilation, LoadError>,
    /// Whether a finding is to be fixed at all.
    pub wanted: &'a dyn Fn(&Diagnostic, &Sources) -> bool,
}

/// Makes all fixes that can be made; the new texts are in the overlay.
pub fn fix(overlay: &mut Overlay<'_>, task: &Task<'_>) -> Result<Fixed, LoadError> {
    let mut compilation = (task.check)(overlay)?;
    let mut decided = Decided::default();
    let mut made = Vec::new();
    for _ in 0..MOST_ROUNDS {
        let Some((next, fixes)) = round(overlay, task, &compilation, &mut decided)? else { break };
        made.extend(fixes);
        if let Some(next) = next {
            compilation = next;
        }
    }
    let reach = Reach::new(&compilation, overlay, task.directory);
    let wanted = |finding: &Diagnostic| (task.wanted)(finding, &compilation.sources);
    let rest = candidates(&compilation, &reach, &wanted);
    let unsafe_left = if task.unsafe_too { 0 } else { count(&rest, Safety::Unsafe) };
    let left_out = rest.iter().filter_map(|candidate| {
        let reason = decided.left_out.get(&candidate.key)?.clone();
        let place = compilation.sources.place(candidate.finding.primary.span);
        Some(LeftOut { rule: candidate.finding.rule, place, reason })
    });
    let left_out = left_out.collect();
    Ok(Fixed { compilation, made, left_out, unsafe_left })
}

/// The project after a round, if it is another one, and what was done to it.
type Round = (Option<Compilation>, Vec<Made>);

/// One round: the project after it and what was done, nothing done when a fix had to be left out, `None` at the end.
fn round(
    overlay: &mut Overlay<'_>,
    task: &Task<'_>,
    compilation: &Compilation,
    decided: &mut Decided,
) -> Result<Option<Round>, LoadError> {
    let reach = Reach::new(compilation, overlay, task.directory);
    let wanted = |finding: &Diagnostic| (task.wanted)(finding, &compilation.sources);
    let mut all = candidates(compilation, &reach, &wanted);
    let mut chosen = choose(&mut all, compilation, task.unsafe_too, decided);
    // When a batch is refused its first half is tried, down to the one fix that is to blame.
    while !chosen.is_empty() {
        let batch: Vec<&Candidate> = chosen.iter().map(|index| &all[*index]).collect();
        let before = overlay.mark();
        match attempt(overlay, task, compilation, &batch)? {
            Ok(next) => return Ok(Some((Some(next), batch.iter().map(|it| told(it, compilation)).collect()))),
            Err(reason) => {
                overlay.reset(before);
                if let [only] = batch.as_slice() {
                    decided.left_out.insert(only.key.clone(), reason);
                    return Ok(Some((None, Vec::new())));
                }
            }
        }
        chosen.truncate(chosen.len() / 2);
    }
    Ok(None)
}

fn told(candidate: &Candidate<'_>, compilation: &Compilation) -> Made {
    let Candidate { finding, fix, .. } = candidate;
    let path = match fix.rewrites.first() {
        Some(rewrite) => rewrite.path.clone(),
        None => compilation.sources.path(finding.primary.span).to_path_buf(),
    };
    Made {
        path,
        rule: finding.rule,
        title: fix.title.clone(),
        then: fix.then.clone(),
        moved: moved(candidate, compilation),
    }
}

/// Edits, checks and compares; the reason when the result is not taken.
fn attempt(
    overlay: &mut Overlay<'_>,
    task: &Task<'_>,
    compilation: &Compilation,
    batch: &[&Candidate<'_>],
) -> Result<Result<Compilation, String>, LoadError> {
    let fixes: Vec<&Fix> = batch.iter().map(|candidate| candidate.fix.as_ref()).collect();
    let mut texts = Vec::new();
    for (file, edits) in by_file(&fixes) {
        let source = compilation.sources.file(file);
        let mut text = source.text.to_string();
        for edit in edits {
            let range = edit.span.start as usize..edit.span.end as usize;
            if text.get(range.clone()).is_none() {
                return Ok(Err("its place is not in the file".to_owned()));
            }
            text.replace_range(range, &edit.text);
        }
        texts.push((source.text.to_string(), text.clone()));
        overlay.set(&source.path, text)?;
    }
    for rewrite in fixes.iter().flat_map(|fix| &fix.rewrites) {
        overlay.set(&rewrite.path, rewrite.text.clone())?;
    }
    let after = (task.check)(overlay)?;
    let aim = Aim::of(batch.iter().map(|candidate| candidate.finding));
    Ok(match objection((compilation, &after), &texts, aim) {
        Some(reason) => Err(reason),
        None => Ok(after),
    })
}

impl Fixed {
    /// How many fixes were made, by rule.
    pub fn by_rule(&self) -> BTreeMap<&'static str, usize> {
        let mut rules = BTreeMap::new();
        self.made.iter().for_each(|made| *rules.entry(made.rule.name).or_default() += 1);
        rules
    }
}
