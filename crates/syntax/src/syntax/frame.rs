//! A list or map whose end was not seen yet.

use super::budget::Spent;
use super::doubles::{Written, drop_duplicates};
use super::events::Layout;
use super::keys;
use super::node::{Entry, Node, NodeKind};
use crate::diagnostic::Diagnostics;

/// An open list or map.
pub(super) struct Frame {
    /// What it holds so far.
    pub(super) items: Items,
    /// How it is written.
    pub(super) layout: Layout,
    /// Where it starts.
    pub(super) start: usize,
    /// Where its last child ends.
    pub(super) end: usize,
    /// Number of its anchor, 0 for none.
    pub(super) anchor: usize,
    /// What was used up before it.
    pub(super) before: Spent,
}

/// What an open list or map holds so far.
pub(super) enum Items {
    /// The items of a list.
    Sequence(Vec<Node>),
    /// The entries of a map, and the key whose value is still to come.
    Mapping(Vec<Entry>, Option<Node>),
}

impl Items {
    /// The finished collection, its keys checked.
    pub(super) fn close(self, written: Written<'_>, findings: &mut Diagnostics) -> NodeKind {
        match self {
            Items::Sequence(items) => NodeKind::Sequence(items),
            Items::Mapping(mut entries, _) => {
                drop_duplicates(&mut entries, written, findings);
                if entries.iter().any(|entry| keys::is_merge(&entry.key)) {
                    keys::merge(&mut entries, findings);
                }
                NodeKind::Mapping(entries)
            }
        }
    }

    /// What was read last cannot be trusted.
    pub(super) fn spoil_last(&mut self) {
        let last = match self {
            Items::Sequence(items) => items.last_mut(),
            Items::Mapping(entries, None) => entries.last_mut().map(|entry| &mut entry.value),
            // A key was only told after its colon was seen.
            Items::Mapping(_, Some(_)) => None,
        };
        if let Some(last) = last.filter(|last| last.as_scalar().is_some()) {
            last.kind = NodeKind::Missing;
        }
    }

    /// Reading stopped inside: more may have stood here.
    pub(super) fn close_early(&mut self, hole: Node) {
        match self {
            Items::Sequence(items) => items.push(hole),
            Items::Mapping(entries, key) => {
                if let Some(key) = key.take() {
                    entries.push(Entry { key, value: hole.clone() });
                }
                entries.push(Entry { key: hole.clone(), value: hole });
            }
        }
    }
}

impl Frame {
    /// Where the value is that is absent at `offset`: behind the colon, which the parser has not reached yet.
    pub(super) fn after_colon(&self, text: &str, offset: usize) -> usize {
        if !matches!(self.items, Items::Mapping(_, Some(_))) {
            return offset;
        }
        let rest = &text[offset..];
        let colon = rest.trim_start_matches([' ', '\t']);
        if colon.starts_with(':') { offset + rest.len() - colon.len() + 1 } else { offset }
    }

    /// Where a collection inside this one starts: for a list that is indented like its key, the parser tells its first
    /// item and not its first dash.
    pub(super) fn start_of(&self, items: &Items, layout: Layout, text: &str, offset: usize) -> usize {
        let below_key = matches!(self.items, Items::Mapping(_, Some(_)));
        if layout == Layout::Flow || !below_key || !matches!(items, Items::Sequence(_)) {
            return offset;
        }
        let before = text[..offset].trim_end_matches([' ', '\t']);
        if before.ends_with('-') { before.len() - 1 } else { offset }
    }

    /// Whether this is `{= name =}`, which another tool fills in before this one reads the file.
    pub(super) fn is_placeholder(&self, text: &str, end: usize) -> bool {
        let Items::Mapping(entries, _) = &self.items else { return false };
        let written = &text[self.start..end];
        entries.len() == 1 && written.starts_with("{=") && written.ends_with("=}")
    }
}
