//! The comments of a file by the lines that they cover, so that a finding looks only at those around it.

use std::collections::BTreeMap;

use super::apply::Comment;
use crate::diagnostic::Rule;

/// Lines, with the comments that cover exactly these.
#[derive(Default)]
struct Group {
    /// Their places in the list of all, in order.
    comments: Vec<usize>,
    /// The last one that counts: of several it is the one that speaks.
    speaking: Option<usize>,
    used: bool,
}

/// The comments about each rule: by their line where they cover one, by their lines where they cover several.
#[derive(Default)]
pub(super) struct Index {
    lines: BTreeMap<(&'static str, usize), Group>,
    blocks: BTreeMap<&'static str, BTreeMap<(usize, usize), Group>>,
}

impl Index {
    /// An index of all comments of a file; those that do not count any more are used, but silent.
    pub(super) fn of(comments: &[Comment], counts: impl Fn(&Comment) -> bool) -> Self {
        let mut index = Self::default();
        for (place, comment) in comments.iter().enumerate() {
            let counts = counts(comment);
            let (start, end) = (*comment.lines.start(), *comment.lines.end());
            for (rule, _) in comment.rules.iter().filter(|_| start <= end) {
                let group = if start == end {
                    index.lines.entry((rule.code, start)).or_default()
                } else {
                    index.blocks.entry(rule.code).or_default().entry((start, end)).or_default()
                };
                group.comments.push(place);
                group.speaking = counts.then_some(place).or(group.speaking);
            }
        }
        index
    }

    /// The comment that speaks for a line. `used` hears of all that cover it, of each of them once.
    pub(super) fn speaking(&mut self, rule: &Rule, line: usize, mut used: impl FnMut(&[usize])) -> Option<usize> {
        let own = self.lines.get_mut(&(rule.code, line));
        let blocks = self.blocks.get_mut(rule.code).into_iter();
        let blocks = blocks.flat_map(|blocks| blocks.range_mut(..=(line, usize::MAX)));
        let around = blocks.filter(|((_, end), _)| *end >= line).map(|(_, group)| group);
        let mut speaking = None;
        for group in own.into_iter().chain(around) {
            if !std::mem::replace(&mut group.used, true) {
                used(&group.comments);
            }
            speaking = speaking.max(group.speaking);
        }
        speaking
    }
}
