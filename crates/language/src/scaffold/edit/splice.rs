//! Where new lines go: after the last item of a list, before its closing bracket, below a key without a value, or below a new key.

use super::Refusal;
use super::item::{Item, json, key};
use crate::edit::layout::{Layout, begins_line, column, dash_of, end, entry_end, is_flow, line_end, line_start, start};
use crate::syntax::{Entry, Node, Tree};

/// The text with `item` at the end of the list that `path` leads to.
pub(super) fn insert(text: &str, tree: &Tree, path: &[&str], item: &Item) -> Result<String, Refusal> {
    let splice = Splice { text, style: Layout::of(text, &tree.root), item };
    // An empty file has a hole for its root.
    if tree.root.is_null() || tree.root.is_missing() {
        let line_break = if text.is_empty() || text.ends_with(['\n', '\r']) { "" } else { splice.style.line_break };
        let lines = splice.lines(path, 0).join(splice.style.line_break);
        return Ok(format!("{text}{line_break}{lines}{}", splice.style.line_break));
    }
    splice.descend(&tree.root, path, path)
}

struct Splice<'a> {
    text: &'a str,
    style: Layout,
    item: &'a Item,
}

impl Splice<'_> {
    fn descend(&self, node: &Node, path: &[&str], whole: &[&str]) -> Result<String, Refusal> {
        let Some((name, rest)) = path.split_first() else { return self.append(node, whole) };
        let Some(entries) = node.as_mapping() else {
            let above = whole[..whole.len() - path.len()].join(".");
            let what = if above.is_empty() { "the file".to_owned() } else { format!("`{above}`") };
            return Err(Refusal::Occupied(format!("{what} must be a map, found {}", node.describe())));
        };
        match entries.iter().find(|entry| entry.key.text() == Some(name)) {
            None => self.add_entry(node, entries, path),
            Some(entry) if entry.value.is_null() => self.fill(entry, rest, is_flow(self.text, node)),
            Some(entry) => self.descend(&entry.value, rest, whole),
        }
    }

    /// Adds the item to a list.
    fn append(&self, list: &Node, whole: &[&str]) -> Result<String, Refusal> {
        let Some(items) = list.as_sequence() else {
            let message = format!("`{}` must be a list, found {}", whole.join("."), list.describe());
            return Err(Refusal::Occupied(message));
        };
        if is_flow(self.text, list) {
            return Ok(match items.last() {
                Some(last) => self.with(end(self.text, last), &format!(", {}", self.item.flow())),
                None => self.with(start(list) + 1, &self.item.flow()),
            });
        }
        let dash =
            items.iter().rev().find_map(|item| dash_of(self.text, item).filter(|dash| begins_line(self.text, *dash)));
        let (Some(dash), Some(last)) = (dash, items.last()) else { return Err(Refusal::Uncertain) };
        Ok(self.below(end(self.text, last), &self.lines(&[], column(self.text, dash))))
    }

    /// Gives a key without a value one.
    fn fill(&self, entry: &Entry, rest: &[&str], flow: bool) -> Result<String, Refusal> {
        let value = &entry.value;
        let (from, to) = (start(value), value.span.end as usize);
        let written = from < to;
        if flow {
            if !written {
                return Err(Refusal::Uncertain);
            }
            return Ok(format!("{}{}{}", &self.text[..from], self.flow(rest), &self.text[to..]));
        }
        let at = start(&entry.key);
        if !begins_line(self.text, at) {
            return Err(Refusal::Uncertain);
        }
        let indent = column(self.text, at) + if rest.is_empty() { self.style.dash } else { self.style.step };
        let lines = self.lines(rest, indent);
        if !written {
            return Ok(self.below(entry.key.span.end as usize, &lines));
        }
        // `key: ~ # comment` becomes `key: # comment`.
        let kept = self.text[..from].trim_end_matches([' ', '\t']).len();
        let end = line_end(self.text, to);
        let lines = self.block(&lines);
        Ok(format!("{}{}{lines}{}", &self.text[..kept], self.text[to..end].trim_end(), &self.text[end..]))
    }

    /// Adds a key to a map.
    fn add_entry(&self, map: &Node, entries: &[Entry], path: &[&str]) -> Result<String, Refusal> {
        if is_flow(self.text, map) {
            let [name, rest @ ..] = path else { return Err(Refusal::Uncertain) };
            let entry = format!("{}: {}", json(name), self.flow(rest));
            return Ok(match entries.last() {
                Some(last) => self.with(entry_end(self.text, last), &format!(", {entry}")),
                None => self.with(start(map) + 1, &entry),
            });
        }
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return Err(Refusal::Uncertain) };
        let at = start(&first.key);
        if !begins_line(self.text, at) {
            return Err(Refusal::Uncertain);
        }
        let lines = self.lines(path, column(self.text, at));
        let (root, break_) = (start(map) == at && column(self.text, at) == 0, self.style.line_break);
        if root && path == ["include"] {
            // Where people look for it: before everything else.
            let before = self.before_comment(line_start(self.text, at));
            return Ok(self.with(before, &format!("{}{break_}{break_}", lines.join(break_))));
        }
        let apart = if root { break_ } else { "" };
        let end = line_end(self.text, entry_end(self.text, last));
        Ok(self.with(end, &format!("{apart}{}", self.block(&lines))))
    }

    /// Where the comment that stands right above a line begins; a comment at the top of the file is the file's own.
    fn before_comment(&self, line: usize) -> usize {
        let mut at = line;
        while at > 0 {
            let above = line_start(self.text, self.text[..at].trim_end_matches(['\n', '\r']).len());
            let breaks = self.text[above..at].matches('\n').count().max(self.text[above..at].matches('\r').count());
            if breaks > 1 || !self.text[above..at].trim_start().starts_with('#') {
                return at;
            }
            at = above;
        }
        line
    }

    /// The lines of the item below the keys of `path`.
    fn lines(&self, path: &[&str], indent: usize) -> Vec<String> {
        let pad = " ".repeat(indent);
        let Some((name, rest)) = path.split_first() else {
            return self.item.block().into_iter().map(|line| format!("{pad}{line}")).collect();
        };
        let below = indent + if rest.is_empty() { self.style.dash } else { self.style.step };
        std::iter::once(format!("{pad}{}:", key(name))).chain(self.lines(rest, below)).collect()
    }

    /// The same in brackets.
    fn flow(&self, path: &[&str]) -> String {
        match path.split_first() {
            None => format!("[{}]", self.item.flow()),
            Some((name, rest)) => format!("{{{}: {}}}", json(name), self.flow(rest)),
        }
    }

    fn with(&self, at: usize, new: &str) -> String {
        format!("{}{new}{}", &self.text[..at], &self.text[at..])
    }

    /// Lines below the line of a byte.
    fn below(&self, at: usize, lines: &[String]) -> String {
        self.with(line_end(self.text, at), &self.block(lines))
    }

    fn block(&self, lines: &[String]) -> String {
        lines.iter().map(|line| format!("{}{line}", self.style.line_break)).collect()
    }
}
