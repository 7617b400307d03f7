//! How a file is written: its line breaks and indentation, and where its nodes begin and end in lines.

use crate::syntax::{Entry, Node, NodeKind, Style as Quoting};

/// The habits of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// What ends a line.
    pub line_break: &'static str,
    /// Columns from a key to the keys below it.
    pub step: usize,
    /// Columns from a key to the dashes below it.
    pub dash: usize,
}

impl Layout {
    /// Looks at a file as far as it takes to know them.
    pub fn of(text: &str, root: &Node) -> Self {
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
pub fn is_flow(text: &str, node: &Node) -> bool {
    text[start(node)..].starts_with(['[', '{'])
}

/// Where a node begins.
pub fn start(node: &Node) -> usize {
    node.span.start as usize
}

/// Where the line of a byte begins.
pub fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1)
}

/// Where the line of a byte ends, before its line break.
pub fn line_end(text: &str, at: usize) -> usize {
    text[at..].find(['\n', '\r']).map_or(text.len(), |end| at + end)
}

/// The column of a byte, from 0, in bytes.
pub fn column(text: &str, at: usize) -> usize {
    at - line_start(text, at)
}

/// The dash of an item, if it stands in the item's line.
pub fn dash_of(text: &str, item: &Node) -> Option<usize> {
    let before = text[..start(item)].trim_end_matches([' ', '\t']);
    before.ends_with('-').then(|| before.len() - 1)
}

/// Whether nothing but spaces stands before a byte in its line.
pub fn begins_line(text: &str, at: usize) -> bool {
    text[line_start(text, at)..at].bytes().all(|byte| byte == b' ')
}

/// Where the last byte of a node ends, line breaks after it left out.
pub fn end(text: &str, node: &Node) -> usize {
    match &node.kind {
        NodeKind::Mapping(entries) if !is_flow(text, node) => entries.last().map(|last| entry_end(text, last)),
        NodeKind::Sequence(items) if !is_flow(text, node) => items.last().map(|last| end(text, last)),
        NodeKind::Scalar(scalar) if scalar.style == Quoting::Block => {
            Some(text[..node.span.end as usize].trim_end().len().max(start(node)))
        }
        _ => None,
    }
    .unwrap_or(node.span.end as usize)
}

/// Where an entry of a map ends.
pub fn entry_end(text: &str, entry: &Entry) -> usize {
    let written = start(&entry.value) < entry.value.span.end as usize;
    if written { end(text, &entry.value) } else { entry.key.span.end as usize }
}
