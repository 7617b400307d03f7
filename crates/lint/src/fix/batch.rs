//! Which fixes are made together: none touches what another one touches, and no two secrets get one name.

use std::collections::{BTreeMap, BTreeSet};

use super::candidate::{Candidate, Key};
use super::moved::Moved;
use crate::compiler::Compilation;
use crate::diagnostic::{Edit, Fix, Safety};
use crate::edit::node_at;
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
    candidates: &mut [Candidate<'_>],
    compilation: &Compilation,
    unsafe_too: bool,
    decided: &mut Decided,
) -> Vec<usize> {
    let mut taken: Vec<Span> = Vec::new();
    let mut rewritten = BTreeSet::new();
    let mut chosen = Vec::new();
    for (index, candidate) in candidates.iter_mut().enumerate() {
        decided.unite(candidate, compilation);
        let Candidate { fix, key, .. } = &*candidate;
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
    /// One text that stands in several places is one secret: the name that it got first is its name.
    fn unite(&self, candidate: &mut Candidate<'_>, compilation: &Compilation) {
        let Some(moved) = moved(candidate, compilation) else { return };
        let known = self.names.iter().find(|(_, content)| *content == moved.content());
        let Some((known, _)) = known.filter(|(known, _)| **known != moved.name) else { return };
        let renamed = |text: &str| text.replace(&format!("pt.secret {}", moved.name), &format!("pt.secret {known}"));
        let fix = candidate.fix.to_mut();
        fix.edits.iter_mut().for_each(|edit| edit.text = renamed(&edit.text));
        fix.title = renamed(&fix.title);
        fix.then = fix.then.as_ref().map(|_| format!("pt secrets set {known}"));
    }

    /// Two secrets of different contents must not get one name.
    fn name(&mut self, candidate: &Candidate<'_>, compilation: &Compilation) -> Result<(), String> {
        let Some(moved) = moved(candidate, compilation) else { return Ok(()) };
        let name = moved.name.as_str();
        let is_read = || compilation.uses.iter().any(|used| used.kind == UseKind::Secret && used.name.value == name);
        match self.names.get(name) {
            Some(known) if known == moved.content() => Ok(()),
            None if !is_read() => {
                self.names.insert(name.to_owned(), moved.content().to_owned());
                Ok(())
            }
            _ => Err(format!("there is a secret `{name}` already, which may be another one: choose a name")),
        }
    }
}

/// The secret that a fix takes out of a file.
pub(super) fn moved(candidate: &Candidate<'_>, compilation: &Compilation) -> Option<Moved> {
    let Candidate { finding, fix, .. } = candidate;
    let name = fix.edits.iter().find_map(|edit| secret_in(&edit.text)).filter(|_| finding.rule.conceals)?;
    let Compilation { sources, documents, .. } = compilation;
    let span = finding.primary.span;
    // A scalar as a whole is what it means; a part of one stands there as it is.
    let whole = documents.tree(span.file).and_then(|tree| node_at(&tree.root, span)).and_then(|node| node.as_scalar());
    let content = whole.map_or_else(|| sources.text(span).trim_matches(['"', '\'']), |scalar| &scalar.text);
    Some(Moved::new(name, content))
}

/// The name of the secret that a text reads.
fn secret_in(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("pt.secret ")?;
    rest.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-').next()
}
