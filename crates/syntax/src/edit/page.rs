//! One file, and the places in it where entries and items go in and out.

use super::Piece;
use super::layout::{Layout, begins_line, column, dash_of, end, entry_end, is_flow, line_end, line_start, start};
use crate::diagnostic::Edit;
use crate::source::{FileId, Span};
use crate::syntax::{Comment, Entry, Node, NodeKind, Style, Tree};

/// A file that is to be edited.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    file: FileId,
    text: &'a str,
    comments: &'a [Comment],
    layout: Layout,
}

impl<'a> Page<'a> {
    /// The file `file` with this text and tree.
    pub fn new(file: FileId, text: &'a str, tree: &'a Tree) -> Self {
        Self { file, text, comments: &tree.comments, layout: Layout::of(text, &tree.root) }
    }

    /// A new entry at the end of a map.
    pub fn add_entry(&self, map: &Node, key: &str, value: &Piece) -> Option<Edit> {
        let entries = map.as_mapping()?;
        if is_flow(self.text, map) {
            let json = self.is_json(entries.first());
            let key = Piece::text(key).flow(json);
            let entry = format!("{key}: {}", value.flow(json));
            return Some(match self.last(map, entries) {
                Some(last) => self.insert(entry_end(self.text, last), format!(", {entry}")),
                None => self.insert(start(map) + 1, entry),
            });
        }
        let first = entries.iter().find(|entry| self.is_inside(map, &entry.key))?;
        let last = self.last(map, entries)?;
        if self.is_open_text(&last.value) {
            return None;
        }
        let column = column(self.text, start(&first.key));
        let lines = value.entry_lines(key, column, self.layout.step, self.layout.dash);
        Some(self.below(entry_end(self.text, last), &lines))
    }

    /// A value for an entry that has none.
    pub fn fill_entry(&self, map: &Node, entry: &Entry, value: &Piece) -> Option<Edit> {
        let key = entry.key.text()?;
        let (from, to) = (start(&entry.value), entry.value.span.end as usize);
        if from < to {
            return Some(self.replace(from, to, value.flow(self.is_json(Some(entry)))));
        }
        if is_flow(self.text, map) {
            return None;
        }
        let column = column(self.text, start(&entry.key));
        let lines = value.entry_lines(key, column, self.layout.step, self.layout.dash);
        match lines.split_first() {
            Some((_, below)) if !below.is_empty() => Some(self.below(entry.key.span.end as usize, below)),
            _ => {
                let colon = self.text[entry.key.span.end as usize..].find(':')? + entry.key.span.end as usize + 1;
                Some(self.insert(colon, format!(" {}", value.flow(false))))
            }
        }
    }

    /// A new item at the end of a list, in the style of its last one.
    pub fn add_item(&self, list: &Node, item: &Piece) -> Option<Edit> {
        let items = list.as_sequence()?;
        let last = items.last();
        if is_flow(self.text, list) {
            let json = self.is_json(last.and_then(Node::as_mapping).and_then(<[Entry]>::first));
            let item = item.flow(json);
            return Some(match last {
                Some(last) => self.insert(end(self.text, last), format!(", {item}")),
                None => self.insert(start(list) + 1, item),
            });
        }
        let last = last.filter(|last| self.is_inside(list, last) && !self.is_open_text(last))?;
        let dash = dash_of(self.text, last).filter(|dash| begins_line(self.text, *dash))?;
        let piece = match item.clone() {
            Piece::Map(entries) if !is_flow(self.text, last) => Piece::Lines(entries),
            piece => piece,
        };
        Some(self.below(end(self.text, last), &piece.item_lines(column(self.text, dash))))
    }

    /// Takes an item out of a list. The comments in it and behind it stay.
    pub fn remove_item(&self, list: &Node, index: usize) -> Option<Edit> {
        let items = list.as_sequence()?;
        let item = items.get(index).filter(|item| self.is_inside(list, item))?;
        if is_flow(self.text, list) {
            let (from, to) = match (items.get(index + 1), index.checked_sub(1).and_then(|before| items.get(before))) {
                (Some(next), _) => (start(item), start(next)),
                (None, Some(before)) => (end(self.text, before), end(self.text, item)),
                (None, None) => (start(item), end(self.text, item)),
            };
            return self.remove(from, to);
        }
        let dash = dash_of(self.text, item).filter(|dash| begins_line(self.text, *dash))?;
        let to = end(self.text, item);
        if items.len() == 1 {
            // One column deeper than its dash, an empty list is the value of any key above.
            let pad = " ".repeat(column(self.text, dash) + 1);
            let from = line_start(self.text, dash);
            return self.comments_in(from, to).next().is_none().then(|| self.replace(from, to, format!("{pad}[]")));
        }
        Some(self.remove_lines(dash, to))
    }

    /// Takes an entry out of a map. The comments in it and behind it stay.
    pub fn remove_entry(&self, map: &Node, index: usize) -> Option<Edit> {
        let entries = map.as_mapping()?;
        let entry = entries.get(index).filter(|entry| self.is_inside(map, &entry.key))?;
        self.remove_between(map, entries.get(index + 1), entry, index.checked_sub(1).and_then(|at| entries.get(at)))
    }

    fn remove_between(&self, map: &Node, next: Option<&Entry>, entry: &Entry, before: Option<&Entry>) -> Option<Edit> {
        let (from, to) = (start(&entry.key), entry_end(self.text, entry));
        if is_flow(self.text, map) {
            return match (next, before) {
                (Some(next), _) => self.remove(from, start(&next.key)),
                (None, Some(before)) => self.remove(entry_end(self.text, before), to),
                (None, None) => self.remove(from, to),
            };
        }
        if next.is_none() && before.is_none() {
            return None;
        }
        if begins_line(self.text, from) {
            return Some(self.remove_lines(from, to));
        }
        // The first key behind a dash: the next one takes its place.
        self.remove(from, start(&next?.key))
    }

    /// Replaces the bytes of a node.
    pub fn replace_node(&self, node: &Node, text: impl Into<String>) -> Edit {
        self.replace(start(node), node.span.end as usize, text)
    }

    /// Replaces a node by something new, in one line.
    pub fn replace_by(&self, node: &Node, value: &Piece) -> Edit {
        self.replace_node(node, value.flow(self.is_json(None)))
    }

    /// Takes out bytes of a line; nothing where a comment would go with them.
    fn remove(&self, from: usize, to: usize) -> Option<Edit> {
        self.comments_in(from, to).next().is_none().then(|| self.replace(from, to, ""))
    }

    /// Takes out whole lines; comments in them stay, each on a line of its own.
    fn remove_lines(&self, first: usize, last: usize) -> Edit {
        let from = line_start(self.text, first);
        let line = line_end(self.text, last);
        let after = &self.text[line..];
        let line_break = if after.starts_with("\r\n") { 2 } else { usize::from(!after.is_empty()) };
        let pad = &self.text[from..first];
        let kept = self.comments_in(from, line).map(|comment| {
            let text = &self.text[comment.span.start as usize..comment.span.end as usize];
            format!("{pad}{}{}", text.trim_end(), self.layout.line_break)
        });
        let kept: String = kept.collect();
        self.replace(from, line + line_break, kept)
    }

    fn comments_in(&self, from: usize, to: usize) -> impl Iterator<Item = &'a Comment> + use<'a> {
        let inside =
            move |comment: &&Comment| from <= comment.span.start as usize && (comment.span.start as usize) < to;
        self.comments.iter().filter(inside)
    }

    /// The last entry that stands in the map itself and was not taken in with `<<`.
    fn last<'n>(&self, map: &Node, entries: &'n [Entry]) -> Option<&'n Entry> {
        entries.iter().filter(|entry| self.is_inside(map, &entry.key)).max_by_key(|entry| start(&entry.key))
    }

    fn is_inside(&self, parent: &Node, child: &Node) -> bool {
        let (parent, child) = (parent.span, child.span);
        child.file == self.file && parent.start <= child.start && child.end <= parent.end
    }

    /// Whether a line below a node would become part of its text, or cut its blank lines off.
    fn is_open_text(&self, node: &Node) -> bool {
        match &node.kind {
            NodeKind::Scalar(scalar) if scalar.style == Style::Block => {
                let at_end = self.text.len() == node.span.end as usize && !self.text.ends_with('\n');
                at_end || scalar.text.ends_with("\n\n")
            }
            NodeKind::Mapping(entries) if !is_flow(self.text, node) => {
                entries.last().is_some_and(|last| self.is_open_text(&last.value))
            }
            NodeKind::Sequence(items) if !is_flow(self.text, node) => {
                items.last().is_some_and(|last| self.is_open_text(last))
            }
            _ => false,
        }
    }

    /// Whether keys are quoted, as in JSON.
    fn is_json(&self, entry: Option<&Entry>) -> bool {
        match entry {
            Some(entry) => self.text[start(&entry.key)..].starts_with('"'),
            None => self.text.trim_start().starts_with('{'),
        }
    }

    /// Lines below the line of a byte.
    fn below(&self, at: usize, lines: &[String]) -> Edit {
        let line_break = self.layout.line_break;
        self.insert(line_end(self.text, at), lines.iter().map(|line| format!("{line_break}{line}")).collect::<String>())
    }

    fn insert(&self, at: usize, text: impl Into<String>) -> Edit {
        self.replace(at, at, text)
    }

    fn replace(&self, from: usize, to: usize, text: impl Into<String>) -> Edit {
        Edit { span: Span::new(self.file, from, to), text: text.into() }
    }
}
