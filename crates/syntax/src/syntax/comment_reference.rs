//! `#pt-…` references that YAML reads as comments. In: a finished reading. Out: findings, and holes for the values.

use std::collections::HashSet;

use super::budget::FINDINGS;
use super::excerpt::excerpt;
use super::node::Node;
use super::punch::punch;
use super::reading::Reading;
use crate::declare_rule;
use crate::diagnostic::Diagnostics;

declare_rule! {
    /// a `#pt-…` reference without quotes is only a comment
    ///
    /// YAML takes ` #` for the start of a comment, so the value is null and the reference is never looked at.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: cache
    ///     params:
    ///       - { id: image, type: str }
    ///     module: polytope/container
    ///     args:
    ///       image: #pt-param image
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: cache
    ///     params:
    ///       - { id: image, type: str }
    ///     module: polytope/container
    ///     args:
    ///       image: "#pt-param image"
    /// ```
    pub static REFERENCE_IN_COMMENT = { name: "reference-in-comment", code: "PT114", level: Error, precision: High };
}

/// Reports references that stand where a value is absent; the values become holes.
pub(super) fn check(text: &str, reading: &mut Reading, diagnostics: &mut Diagnostics) {
    let mut holes = HashSet::new();
    reading.absent.sort_unstable();
    let before = diagnostics.mark();
    for comment in &reading.comments {
        let (start, end) = (comment.span.start as usize, comment.span.end as usize);
        let written = &text[start..end];
        let Some(reference) = written.strip_prefix("#pt-").or_else(|| written.strip_prefix("#pt.")) else { continue };
        let Some(absent) = absent_before(text, start, &reading.absent) else { continue };
        holes.insert(absent);
        if diagnostics.mark() - before >= FINDINGS {
            continue;
        }
        let (written, reference) = (excerpt(written), excerpt(reference));
        diagnostics
            .report(&REFERENCE_IN_COMMENT, comment.span, format!("`{written}` is a comment here: the value is null"))
            .help(format!("put it in quotes: `\"{written}\"`, or write `pt.{reference}`"));
    }
    let is_lost = |node: &Node| node.span.is_empty() && holes.contains(&(node.span.start as usize));
    if let (false, Some(root)) = (holes.is_empty(), &mut reading.root) {
        reading.complete &= !punch(root, &is_lost);
    }
}

/// Where the value is absent that a comment at `start` stands beside; `absent` ascends.
fn absent_before(text: &str, start: usize, absent: &[usize]) -> Option<usize> {
    let line = text[..start].rfind(['\n', '\r']).map_or(0, |position| position + 1);
    let before = text[line..start].trim_end();
    if !before.ends_with([':', '-']) {
        return None;
    }
    let (first, last) = (line + before.len(), next_content(text, start));
    absent.get(absent.partition_point(|place| *place < first)).copied().filter(|place| *place <= last)
}

/// The next byte that is neither white space nor comment.
fn next_content(text: &str, mut place: usize) -> usize {
    loop {
        let rest = text[place..].trim_start();
        place = text.len() - rest.len();
        if !rest.starts_with('#') {
            return place;
        }
        place += rest.find(['\n', '\r']).unwrap_or(rest.len());
    }
}
