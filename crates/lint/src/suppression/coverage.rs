//! Which comment covers which line, for many of both: one pass over the lines in their order.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::apply::Comment;
use crate::diagnostic::Rule;

/// For each line, given in order with a number, that number and the last comment that covers the line for the rule of a code
/// and `holds`. Every comment that covers a line for this rule is used, whether it holds or not.
pub(super) fn last_covering(
    comments: &mut [Comment],
    code: &str,
    lines: &[(usize, usize)],
    holds: impl Fn(&Comment, &'static Rule) -> bool,
) -> Vec<(usize, usize)> {
    let rule_of = |comment: &Comment| comment.rules.iter().position(|(rule, _)| rule.code == code);
    let mut waiting: Vec<(usize, usize, usize)> = comments
        .iter()
        .enumerate()
        .filter(|(_, comment)| !comment.lines.is_empty())
        .filter_map(|(index, comment)| Some((*comment.lines.start(), index, rule_of(comment)?)))
        .collect();
    waiting.sort_unstable_by_key(|entry| Reverse(*entry));
    let mut ends = BinaryHeap::new();
    let mut active = BTreeSet::new();
    // Those that no line has met yet.
    let mut fresh: Vec<(usize, usize)> = Vec::new();
    let mut found = Vec::new();
    for (line, number) in lines {
        while let Some((_, index, rule)) = waiting.pop_if(|(start, ..)| *start <= *line) {
            ends.push(Reverse((*comments[index].lines.end(), index)));
            if holds(&comments[index], comments[index].rules[rule].0) {
                active.insert(index);
            }
            fresh.push((index, rule));
        }
        while let Some(Reverse((end, index))) = ends.peek().copied()
            && end < *line
        {
            ends.pop();
            active.remove(&index);
        }
        for (index, rule) in fresh.drain(..) {
            if comments[index].lines.contains(line) {
                comments[index].rules[rule].1 = true;
            }
        }
        found.extend(active.last().map(|index| (*number, *index)));
    }
    found
}
