//! Whether what came of fixes is better than what was there.

use std::collections::BTreeMap;

use crate::compiler::Compilation;
use crate::conceal::concealed;
use crate::diagnostic::{Diagnostic, Diagnostics, Level};
use crate::lint::LINTS;
use crate::source::FileId;
use crate::suppression::UNUSED_SUPPRESSION;
use crate::syntax::{self, RULES, Tree, UNREADABLE};

/// What fixes are about, by which their result is judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Aim {
    /// Something kept the file from being read: what stands in it is seen for the first time then.
    syntax: bool,
    /// Something kept an entry from being understood: what it holds is seen for the first time then.
    meaning: bool,
    /// A comment is to go.
    comments: bool,
}

impl Aim {
    pub(super) fn of<'d>(findings: impl Iterator<Item = &'d Diagnostic> + Clone) -> Self {
        Self {
            syntax: findings.clone().any(is_of_syntax),
            meaning: findings.clone().any(|finding| !is_danger(finding)),
            comments: findings.into_iter().any(|finding| *finding.rule == UNUSED_SUPPRESSION),
        }
    }
}

/// Why a text is not taken: the findings of before and after are compared, and the trees of the texts that were changed.
pub(super) fn objection(
    (before, after): (&Compilation, &Compilation),
    texts: &[(String, String)],
    aim: Aim,
) -> Option<String> {
    for (old, new) in texts {
        let (old, new) = (read(old), read(new));
        if (old.complete && !new.complete) || (new.root.is_missing() && !old.root.is_missing()) {
            return Some("the result would not be good YAML".to_owned());
        }
        if let Some(comment) = lost(&old, &new).filter(|comment| !(aim.comments && is_directive(comment))) {
            let comment = concealed(&comment);
            return Some(format!("the comment `# {comment}` would be lost"));
        }
    }
    new_error(&before.diagnostics, &after.diagnostics, aim)
        .map(|error| format!("the result would have another error: {}", error.message))
}

fn read(text: &str) -> Tree {
    syntax::parse(FileId(0), text, &mut Diagnostics::default())
}

/// A comment of one tree that the other one has fewer of.
fn lost(old: &Tree, new: &Tree) -> Option<String> {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    new.comments.iter().for_each(|comment| *left.entry(&comment.text).or_default() += 1);
    let gone = old.comments.iter().find(|comment| match left.get_mut(comment.text.as_str()) {
        Some(number) if *number > 0 => {
            *number -= 1;
            false
        }
        _ => true,
    });
    gone.map(|comment| comment.text.clone())
}

/// An error of `after` that `before` has fewer of. Text that could not be read before holds errors that are not new.
fn new_error<'a>(before: &[Diagnostic], after: &'a [Diagnostic], aim: Aim) -> Option<&'a Diagnostic> {
    let is_error = |finding: &&Diagnostic| finding.level == Level::Error;
    let of_syntax = |finding: &&Diagnostic| RULES.contains(&finding.rule);
    if aim.syntax {
        let unread = |all: &[Diagnostic]| all.iter().filter(|finding| UNREADABLE.contains(&finding.rule)).count();
        let count = |all: &[Diagnostic]| all.iter().filter(of_syntax).filter(is_error).count();
        let reads_more = unread(after) < unread(before);
        let worse = count(after) >= count(before) && count(before) > 0 && !reads_more;
        return if worse { after.iter().filter(of_syntax).find(is_error) } else { None };
    }
    let mut known: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for finding in before.iter().filter(is_error) {
        *known.entry((finding.rule.code, finding.message.as_str())).or_default() += 1;
    }
    // What was not understood held its dangers before, too: whoever mends it is told of them.
    let is_new = |finding: &&Diagnostic| is_error(finding) && !(aim.meaning && is_danger(finding));
    after.iter().filter(is_new).find(|finding| match known.get_mut(&(finding.rule.code, finding.message.as_str())) {
        Some(number) if *number > 0 => {
            *number -= 1;
            false
        }
        _ => true,
    })
}

/// Whether a comment is one that leaves rules alone.
fn is_directive(comment: &str) -> bool {
    comment.trim_start_matches(['#', ';', ' ', '\t']).starts_with("pt:")
}

/// Whether a finding speaks of a danger, and not of what cannot be understood.
fn is_danger(finding: &Diagnostic) -> bool {
    LINTS.iter().any(|lint| *lint.rule == *finding.rule)
}

/// Whether a rule is about the form of the text.
fn is_of_syntax(finding: &Diagnostic) -> bool {
    RULES.contains(&finding.rule)
}
