//! Where each byte of a scalar's text came from. In: the source and what the parser made of it. Out: [`Offsets`].
//!
//! The parser tells only a scalar's bytes and its finished text, so both are walked side by side.

use std::ops::Range;

use super::events::Notation;
use super::node::Offsets;

/// Maps offsets in `text` to offsets in `source`, where `text` stands at `at`.
pub(super) fn offsets(source: &str, at: &Range<usize>, notation: Notation, text: &str) -> Offsets {
    let inner = match notation {
        Notation::Single | Notation::Double => at.start + 1..at.end.saturating_sub(1).max(at.start + 1),
        Notation::Plain | Notation::Block(_) => at.clone(),
    };
    if stands_as_it_is(source.get(inner.clone()).unwrap_or_default(), text, notation) {
        return Offsets::Verbatim(clip(inner.start));
    }
    let mut walk = Walk { source: source.as_bytes(), text: text.as_bytes(), offset: 0, runs: Vec::new() };
    match notation {
        Notation::Plain | Notation::Single | Notation::Double => walk.flow(inner, notation),
        Notation::Block(indent) => walk.block(source, inner, indent),
    }
    match (walk.runs.first(), notation) {
        (Some((0, _)), _) => {}
        // Blank lines before the first letter of block text: what stands before it is line breaks and indentation.
        (Some((offset, place)), Notation::Block(_)) => walk.runs.insert(0, (0, place.saturating_sub(*offset))),
        _ => walk.runs.insert(0, (0, clip(at.start))),
    }
    let offsets = Offsets::Runs(walk.runs.into());
    if is_sound(&offsets, source, at.end, text) { offsets } else { Offsets::Lost }
}

/// Whether each letter of the text maps to a part of the source, in order.
///
/// The walk follows what the standard says of folding and indentation. Where a parser reads a strange text differently, a
/// wrong place would be worse than none.
fn is_sound(offsets: &Offsets, source: &str, end: usize, text: &str) -> bool {
    let mut last = 0;
    text.char_indices().all(|(start, letter)| {
        let (from, to) = offsets.place(start..start + letter.len_utf8(), end);
        let in_order = from >= last;
        last = from;
        in_order && from <= end && source.get(from..to).is_some()
    })
}

/// Behind block text, blank lines may follow that are not in it.
fn stands_as_it_is(bytes: &str, text: &str, notation: Notation) -> bool {
    match notation {
        Notation::Block(_) => bytes.starts_with(text),
        _ => bytes == text,
    }
}

fn clip(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

struct Walk<'a> {
    source: &'a [u8],
    text: &'a [u8],
    /// Bytes of the text that are mapped.
    offset: usize,
    runs: Vec<(u32, u32)>,
}

impl Walk<'_> {
    /// From the current offset on, the text stands at `place`.
    fn run(&mut self, place: usize) {
        let (offset, place) = (clip(self.offset), clip(place));
        match self.runs.last_mut() {
            Some((last, start)) if place.checked_sub(*start) == Some(offset - *last) => {}
            Some(last) if last.0 == offset => last.1 = place,
            _ => self.runs.push((offset, place)),
        }
    }

    /// Plain and quoted text: line breaks fold, quotes and escapes stand for something else.
    fn flow(&mut self, inner: Range<usize>, notation: Notation) {
        let mut place = inner.start;
        while place < inner.end && self.offset < self.text.len() {
            self.run(place);
            let byte = self.source[place];
            if byte.is_ascii_whitespace() {
                let (end, breaks) = self.white_space(place, inner.end);
                self.offset += if breaks == 0 { end - place } else { (breaks - 1).max(1) };
                place = end;
            } else if byte == b'\'' && notation == Notation::Single {
                self.offset += 1;
                place += 2;
            } else if byte == b'\\' && notation == Notation::Double {
                place = self.escape(place, inner.end);
            } else {
                self.offset += 1;
                place += 1;
            }
        }
    }

    /// The end of the white space at `place`, and how many line breaks are in it.
    fn white_space(&self, place: usize, end: usize) -> (usize, usize) {
        let mut breaks = 0;
        let mut next = place;
        while next < end {
            match self.source[next] {
                b' ' | b'\t' => next += 1,
                b'\r' if self.source.get(next + 1) == Some(&b'\n') => {
                    breaks += 1;
                    next += 2;
                }
                b'\n' | b'\r' => {
                    breaks += 1;
                    next += 1;
                }
                _ => break,
            }
        }
        (next, breaks)
    }

    /// Maps one escape of double-quoted text and gives the place behind it.
    fn escape(&mut self, place: usize, end: usize) -> usize {
        let Some(letter) = self.source.get(place + 1) else { return end };
        if matches!(letter, b'\n' | b'\r') {
            // An escaped line break vanishes; each empty line after it stays as one.
            let (next, breaks) = self.white_space(place + 1, end);
            self.offset += breaks.saturating_sub(1);
            return next;
        }
        self.offset += self.text.get(self.offset).map_or(1, |first| character_length(*first));
        let digits = |letter: u8| match letter {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            _ => 0,
        };
        // The first half of a surrogate pair is followed by the second.
        let pair = *letter == b'u'
            && matches!(
                self.source.get(place + 2..place + 4),
                Some([b'd' | b'D', b'8'..=b'9' | b'a'..=b'b' | b'A'..=b'B'])
            );
        let long = place + 2 + digits(*letter);
        if pair { long + 6 } else { long.max(place + 1 + character_length(*letter)) }
    }

    /// Block text: each line stands as it is behind its indentation.
    fn block(&mut self, source: &str, inner: Range<usize>, indent: usize) {
        let start = source[..inner.start].rfind(['\n', '\r']).map_or(0, |position| position + 1);
        let mut place = start;
        while place < inner.end {
            let line = &source[place..];
            let length = line.find(['\n', '\r']).unwrap_or(line.len());
            let indented = line.bytes().take(indent.min(length)).take_while(|byte| *byte == b' ').count();
            self.block_line(place + indented..place + length);
            place += length + if line[length..].starts_with("\r\n") { 2 } else { 1 };
        }
    }

    fn block_line(&mut self, line: Range<usize>) {
        if line.is_empty() {
            return;
        }
        let before = self.offset;
        while self.text.get(self.offset) == Some(&b'\n') {
            self.offset += 1;
        }
        let content = &self.source[line.clone()];
        // Two folded lines are joined by a space, unless one of them is indented deeper.
        if self.offset == before && !content.starts_with(b" ") && self.text.get(self.offset) == Some(&b' ') {
            self.offset += 1;
        }
        if self.text.get(self.offset..).is_some_and(|rest| rest.starts_with(content)) {
            self.run(line.start);
            self.offset += content.len();
        } else {
            self.offset = before;
        }
    }
}

fn character_length(first: u8) -> usize {
    match first {
        0..0xc0 => 1,
        0xc0..0xe0 => 2,
        0xe0..0xf0 => 3,
        _ => 4,
    }
}
