//! How a file is written: its line breaks and indentation, so that what is added looks like the rest.

use crate::syntax::{Node, NodeKind};

/// The habits of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Style {
    /// What ends a line.
    pub(super) line_break: &'static str,
    /// Columns from a key to the keys below it.
    pub(super) step: usize,
    /// Columns from a key to the dashes below it.
    pub(super) dash: usize,
}

impl Style {
    pub(super) fn of(text: &str, root: &Node) -> Self {
        let first = text.find('\n').unwrap_or(0);
        let line_break = if text[..first].ends_with('\r') { "\r\n" } else { "\n" };
        let (mut step, mut dash) = (None, None);
        look(text, root, &mut step, &mut dash);
        let step = step.or(dash.filter(|dash| *dash > 0)).unwrap_or(2);
        Self { line_break, step, dash: dash.unwrap_or(step) }
    }
}

fn look(text: &str, node: &Node, step: &mut Option<usize>, dash: &mut Option<usize>) {
    match &node.kind {
        NodeKind::Mapping(entries) if !is_flow(text, node) => {
            for entry in entries {
                let here = column(text, start(&entry.key));
                let below = entry.value.as_mapping().and_then(|inner| inner.first());
                if let Some(inner) = below.filter(|_| !is_flow(text, &entry.value)) {
                    *step = step.or_else(|| column(text, start(&inner.key)).checked_sub(here).filter(|step| *step > 0));
                }
                let first = entry.value.as_sequence().and_then(<[Node]>::first);
                if let Some(at) = first.filter(|_| !is_flow(text, &entry.value)).and_then(|item| dash_of(text, item)) {
                    *dash = dash.or_else(|| column(text, at).checked_sub(here));
                }
                if step.is_none() || dash.is_none() {
                    look(text, &entry.value, step, dash);
                }
            }
        }
        NodeKind::Sequence(items) if !is_flow(text, node) => {
            for item in items {
                if step.is_none() || dash.is_none() {
                    look(text, item, step, dash);
                }
            }
        }
        _ => {}
    }
}

/// Whether a list or map is written in brackets.
pub(super) fn is_flow(text: &str, node: &Node) -> bool {
    text[start(node)..].starts_with(['[', '{'])
}

pub(super) fn start(node: &Node) -> usize {
    node.span.start as usize
}

/// Where the line of a byte begins.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1)
}

/// Where the line of a byte ends, before its line break.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text[at..].find(['\n', '\r']).map_or(text.len(), |end| at + end)
}

pub(super) fn column(text: &str, at: usize) -> usize {
    at - line_start(text, at)
}

/// The dash of an item, if it stands in the item's line.
pub(super) fn dash_of(text: &str, item: &Node) -> Option<usize> {
    let before = text[..start(item)].trim_end_matches([' ', '\t']);
    before.ends_with('-').then(|| before.len() - 1)
}
