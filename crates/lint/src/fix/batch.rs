//! Which fixes are made together: none touches what another one touches, and no two secrets get one name.

use std::collections::{BTreeMap, BTreeSet};

use super::candidate::{Candidate, Key};
use crate::compiler::Compilation;
use crate::diagnostic::{Edit, Fix, Safety};
use crate::expr::UseKind;
use crate::source::Span;

/// What was decided about fixes so far.
#[derive(Debug, Default)]
pub(super) struct Decided {
    /// Fixes that are not tried again, with the reason.
    pub(super) left_out: BTreeMap<Key, String>,
    /// What was written for secrets, and the text that it stands for: never shown.
    names: BTreeMap<String, String>,
}

/// The fixes of the next round, by index.
pub(super) fn choose(
    candidates: &[Candidate<'_>],
    compilation: &Compilation,
    unsafe_too: bool,
    decided: &mut Decided,
) -> Vec<usize> {
    let mut taken: Vec<Span> = Vec::new();
    let mut rewritten = BTreeSet::new();
    let mut chosen = Vec::new();
    for (index, candidate) in candidates.iter().enumerate() {
        let Candidate { fix, key, .. } = candidate;
        let allowed = fix.safety == Safety::Safe || unsafe_too;
        if !allowed || decided.left_out.contains_key(key) || overlaps(fix, &taken) {
            continue;
        }
        if fix.rewrites.iter().any(|rewrite| rewritten.contains(&rewrite.path)) {
            continue;
        }
        if let Err(reason) = decided.name(candidate, compilation) {
            decided.left_out.insert(key.clone(), reason);
            continue;
        }
        taken.extend(fix.edits.iter().map(|edit| edit.span));
        rewritten.extend(fix.rewrites.iter().map(|rewrite| rewrite.path.clone()));
        chosen.push(index);
    }
    chosen
}

/// Whether an edit touches one that was taken; edits that only meet do not commute either.
fn overlaps(fix: &Fix, taken: &[Span]) -> bool {
    let meets = |edit: &Edit, other: &Span| {
        let span = edit.span;
        span.file == other.file && span.start <= other.end && other.start <= span.end
    };
    fix.edits.iter().any(|edit| taken.iter().any(|other| meets(edit, other)))
}

impl Decided {
    /// Two secrets of different contents must not get one name.
    fn name(&mut self, candidate: &Candidate<'_>, compilation: &Compilation) -> Result<(), String> {
        let Candidate { finding, fix, .. } = candidate;
        let name = fix.edits.iter().find_map(|edit| secret_in(&edit.text));
        let Some(name) = name.filter(|_| finding.rule.conceals) else { return Ok(()) };
        let Compilation { sources, uses, .. } = compilation;
        let content = sources.text(finding.primary.span).trim_matches(['"', '\'']);
        let is_read = || uses.iter().any(|used| used.kind == UseKind::Secret && used.name.value == name);
        match self.names.get(name) {
            Some(known) if known == content => Ok(()),
            None if !is_read() => {
                self.names.insert(name.to_owned(), content.to_owned());
                Ok(())
            }
            _ => Err(format!("there is a secret `{name}` already, which may be another one: choose a name")),
        }
    }
}

/// The name of the secret that a text reads.
fn secret_in(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("pt.secret ")?;
    rest.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-').next()
}
