//! Which quotes and brackets are open at a place. Walks the text without the grammar, as a reader's eye does.

use std::ops::Range;

use crate::syntax::lines::{Line, LineKind};

/// The quotes and brackets before a place.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Opened {
    /// Brackets that are open there, outermost first.
    pub(super) brackets: Vec<usize>,
    /// The quote that is open there.
    pub(super) quote: Option<usize>,
    /// The last quoted text that was closed before it.
    pub(super) last_quoted: Option<Range<usize>>,
    /// The first bracket that was closed by one of the other kind, and that one.
    pub(super) mismatch: Option<(usize, usize)>,
    /// The last outermost brackets that were closed before it.
    pub(super) last_brackets: Option<Range<usize>>,
}

/// Finds what is open at `end`.
pub(super) fn opened_before(text: &str, lines: &[Line], end: usize) -> Opened {
    let mut walk = Walk { bytes: text.as_bytes(), end, place: 0, fresh: true, opened: Opened::default() };
    for line in lines.iter().take_while(|line| line.start < end) {
        let skipped = line.kind == LineKind::BlockText && walk.opened.brackets.is_empty();
        if skipped || line.end <= walk.place {
            continue;
        }
        walk.place = walk.place.max(line.content);
        walk.fresh = true;
        while walk.place < line.end.min(end) {
            walk.step(line);
        }
    }
    walk.opened
}

struct Walk<'a> {
    bytes: &'a [u8],
    end: usize,
    place: usize,
    /// Whether a value or key can start here.
    fresh: bool,
    opened: Opened,
}

impl Walk<'_> {
    fn step(&mut self, line: &Line) {
        let byte = self.bytes[self.place];
        let in_brackets = !self.opened.brackets.is_empty();
        let spaced = self.is_space_at(self.place + 1);
        match byte {
            b' ' | b'\t' => self.place += 1,
            b'#' if self.place == line.content || self.is_space_at(self.place - 1) => self.place = line.end,
            b'"' | b'\'' if self.fresh => self.quote(byte),
            b'[' | b'{' if self.fresh || in_brackets => {
                self.opened.brackets.push(self.place);
                self.go_on(true);
            }
            b']' | b'}' if in_brackets => {
                self.close(byte);
            }
            b',' if in_brackets => self.go_on(true),
            b':' if spaced || in_brackets => self.go_on(true),
            b'-' | b'?' if self.fresh && spaced => self.go_on(true),
            b'!' | b'&' if self.fresh => {
                while self.place < line.end && !self.is_space_at(self.place) {
                    self.place += 1;
                }
            }
            _ => self.go_on(false),
        }
    }

    fn close(&mut self, bracket: u8) {
        if let Some(open) = self.opened.brackets.pop() {
            if (self.bytes[open] == b'[') != (bracket == b']') {
                self.opened.mismatch.get_or_insert((open, self.place));
            }
            if self.opened.brackets.is_empty() {
                self.opened.last_brackets = Some(open..self.place + 1);
            }
        }
        self.go_on(false);
    }

    fn go_on(&mut self, fresh: bool) {
        self.place += 1;
        self.fresh = fresh;
    }

    fn is_space_at(&self, place: usize) -> bool {
        self.bytes.get(place).is_none_or(u8::is_ascii_whitespace)
    }

    /// Goes behind the quoted text that starts here.
    fn quote(&mut self, quote: u8) {
        let start = self.place;
        let mut place = start + 1;
        while place < self.bytes.len() {
            match self.bytes[place] {
                b'\\' if quote == b'"' => place += 1,
                byte if byte != quote => {}
                _ if quote == b'\'' && self.bytes.get(place + 1) == Some(&quote) => place += 1,
                _ => break,
            }
            place += 1;
        }
        self.place = place + 1;
        self.fresh = false;
        if place < self.end {
            self.opened.last_quoted = Some(start..place + 1);
        } else {
            self.opened.quote = Some(start);
        }
    }
}
