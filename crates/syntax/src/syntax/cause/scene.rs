//! The text around a fault, and small questions to it.

use std::ops::Range;

use super::opened::{Opened, opened_before};
use crate::syntax::events::{Fault, FaultKind};
use crate::syntax::excerpt::excerpt;
use crate::syntax::lines::{Line, LineKind, line_at, lines};

/// The text around a fault.
pub(super) struct Scene<'a> {
    /// The whole text.
    pub(super) text: &'a str,
    /// Its lines; at least one.
    pub(super) lines: Vec<Line>,
    /// What the scanner stumbled over.
    pub(super) kind: &'a FaultKind,
    /// Where it gave up.
    pub(super) offset: usize,
    /// Index of the line where it gave up; the last one that holds something, at the end of the text.
    pub(super) here: usize,
    /// Quotes and brackets before the place where it gave up.
    pub(super) opened: Opened,
}

impl<'a> Scene<'a> {
    /// The scene of a fault in `text`.
    pub(super) fn new(text: &'a str, fault: &'a Fault) -> Self {
        let mut lines = lines(text);
        if lines.is_empty() {
            lines.push(Line { start: 0, content: 0, end: 0, kind: LineKind::Blank });
        }
        let mut offset = fault.offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let mut here = line_at(&lines, offset);
        while here > 0 && lines[here].kind == LineKind::Blank {
            here -= 1;
        }
        let opened = opened_before(text, &lines, offset);
        Self { text, lines, kind: &fault.kind, offset, here, opened }
    }

    /// The line where the scanner gave up.
    pub(super) fn line(&self) -> &Line {
        &self.lines[self.here]
    }

    /// The last line before `index` that holds YAML.
    pub(super) fn line_before(&self, index: usize) -> Option<usize> {
        (0..index).rev().find(|before| self.lines[*before].kind == LineKind::Yaml)
    }

    /// The next line after `index` that is not blank.
    pub(super) fn line_after(&self, index: usize) -> Option<usize> {
        (index + 1..self.lines.len()).find(|after| self.lines[*after].kind != LineKind::Blank)
    }

    /// Number of a line, as people count.
    pub(super) fn number(&self, offset: usize) -> usize {
        line_at(&self.lines, offset) + 1
    }

    /// The content of a line from `start` on, without a comment at its end.
    pub(super) fn rest_of_line(&self, start: usize) -> Range<usize> {
        let line = &self.lines[line_at(&self.lines, start)];
        let rest = self.text.get(start..line.end).unwrap_or_default();
        let length = rest.find(" #").map_or(rest.len(), |comment| rest[..comment].trim_end().len());
        start..start + length
    }

    /// The word at an offset; at the end of a line the last character before it.
    pub(super) fn word_at(&self, offset: usize) -> Range<usize> {
        let rest = &self.text[offset..];
        let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
        if length > 0 {
            return offset..offset + length;
        }
        let before = self.text[..offset].trim_end();
        let last = before.chars().next_back().map_or(0, char::len_utf8);
        before.len() - last..before.len()
    }

    /// The text of a range, on one line and not longer than a message can bear.
    pub(super) fn shown(&self, at: &Range<usize>) -> String {
        excerpt(&self.text[at.clone()])
    }

    /// The text of a range, as it has to be quoted to be one value.
    pub(super) fn quoted(&self, at: &Range<usize>) -> String {
        let text = self.shown(at);
        if !text.contains(['"', '\\']) {
            format!("\"{text}\"")
        } else if text.contains('\'') {
            format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
        } else {
            format!("'{text}'")
        }
    }

    /// Where the key or text of a line starts, behind its dashes.
    pub(super) fn entry(&self, line: &Line) -> usize {
        line.entries(self.text).last().copied().unwrap_or(line.content)
    }

    /// The plain key that a line begins with behind its dashes.
    pub(super) fn key(&self, line: &Line) -> Option<Range<usize>> {
        let start = self.entry(line);
        let rest = &self.text[start..line.end];
        let colon = match rest.find(": ").into_iter().chain(rest.find(":\t")).min() {
            Some(colon) => colon,
            None if rest.ends_with(':') => rest.len() - 1,
            None => return None,
        };
        let key = rest[..colon].trim_end();
        let plain = !key.is_empty() && !key.starts_with(['[', '{', '"', '\'', '#']) && !key.contains(['{', '[', ',']);
        plain.then(|| start..start + key.len())
    }

    /// Whether a line looks like an entry of a block list or map.
    pub(super) fn is_entry(&self, line: &Line) -> bool {
        line.kind == LineKind::Yaml && (line.entries(self.text).len() > 1 || self.key(line).is_some())
    }
}

/// `1 space`, `2 spaces`.
pub(super) fn spaces(count: usize) -> String {
    match count {
        1 => "1 space".to_owned(),
        _ => format!("{count} spaces"),
    }
}
