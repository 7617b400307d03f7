//! Going on behind a fault: the smallest entry around its cause is blanked out and the text read again.
//!
//! In: the text and where the author made a slip. Out: a text of the same length that can be read further, and the
//! places in it that are holes. Offsets stay what they were.

use super::cause::{Cause, Reach};
use super::lines::{Line, LineKind, line_at, lines};
use super::reading::Holes;

/// Texts up to this size are read again for every fault, larger ones twice.
const SMALL: usize = 256 * 1024;
const ATTEMPTS: usize = 12;
const ATTEMPTS_LARGE: usize = 2;

/// A text with faulty entries blanked out.
pub(super) struct Recovery {
    text: String,
    holes: Holes,
    lines: Vec<Line>,
    attempts: usize,
    last: Option<Blanked>,
}

/// What was blanked out last.
#[derive(Debug, Clone, Copy)]
struct Blanked {
    region: Region,
    /// Whether no later line can be harmed by the slip.
    local: bool,
    /// Index of the last line that it may have harmed.
    harmed: usize,
}

/// An entry of a block list or map, and the lines that belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Region {
    /// Where its dash or key stands.
    entry: usize,
    /// Index of its first line.
    first: usize,
    /// Index of the line behind its last.
    until: usize,
}

impl Recovery {
    /// Nothing blanked out yet.
    pub(super) fn new(text: String) -> Self {
        let attempts = if text.len() <= SMALL { ATTEMPTS } else { ATTEMPTS_LARGE };
        Self { lines: lines(&text), text, holes: Holes::default(), attempts, last: None }
    }

    /// The text that can be read now.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The text that was read last.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// What is a hole in it.
    pub(super) fn holes(&self) -> &Holes {
        &self.holes
    }

    /// Whether a fault has a cause of its own, and is not one more result of what was blanked out last.
    pub(super) fn is_new(&self, cause: &Cause, noticed: usize) -> bool {
        let Some(Blanked { region, local, harmed }) = self.last else { return true };
        let line = line_at(&self.lines, cause.at.start);
        if local && self.is_local(cause, noticed) && line >= region.until {
            return true;
        }
        let beyond = |parent: Region| line < parent.first || (line >= parent.until && line > harmed);
        self.parent(region).is_some_and(beyond)
    }

    /// Blanks out the entry around a slip, or a larger one if that was tried; `false` when there is nothing left to try.
    pub(super) fn blank(&mut self, cause: &Cause, noticed: usize) -> bool {
        if self.attempts == 0 || self.lines.is_empty() || cause.reach == Reach::File {
            return false;
        }
        self.attempts -= 1;
        let local = self.is_local(cause, noticed);
        let below = line_at(&self.lines, cause.at.start) + usize::from(cause.reach == Reach::Below);
        let harmed = line_at(&self.lines, noticed).max(below);
        let (region, local, harmed) = match self.last {
            Some(last) if !self.is_new(cause, noticed) => {
                (self.parent(last.region), last.local && local, last.harmed.max(harmed))
            }
            _ => (Some(self.smallest(cause.at.start)), local, harmed),
        };
        self.apply_or_widen(region, local, harmed)
    }

    /// Blanks out the entry around what was blanked out last; `false` when there is none.
    pub(super) fn widen(&mut self) -> bool {
        let Some(last) = self.last.filter(|_| self.attempts > 0) else { return false };
        self.attempts -= 1;
        let parent = self.parent(last.region);
        self.apply_or_widen(parent, last.local, last.harmed)
    }

    fn apply_or_widen(&mut self, mut region: Option<Region>, local: bool, harmed: usize) -> bool {
        while let Some(tried) = region {
            self.last = Some(Blanked { region: tried, local, harmed });
            if self.apply(tried) {
                return true;
            }
            region = self.parent(tried);
        }
        false
    }

    fn is_local(&self, cause: &Cause, noticed: usize) -> bool {
        cause.reach == Reach::Line && line_at(&self.lines, cause.at.start) == line_at(&self.lines, noticed)
    }

    fn smallest(&self, slip: usize) -> Region {
        let first = line_at(&self.lines, slip);
        let line = self.lines[first];
        let mut entries = line.entries(&self.text);
        if let Some(reached) = entries.iter().rposition(|entry| *entry <= slip) {
            entries.truncate(reached + 1);
        }
        // Text that is no key is lost with its dash, or a map would be found where an item was meant.
        if let [.., dash, last] = entries.as_slice()
            && !is_item(&self.text[*last..])
            && key_length(&self.text[*last..line.end.max(*last)]).is_none()
        {
            return self.region(first, *dash);
        }
        self.region(first, entries.last().copied().unwrap_or(line.content))
    }

    fn region(&self, first: usize, entry: usize) -> Region {
        let column = entry - self.lines[first].start;
        let belongs = |line: &&Line| {
            line.kind != LineKind::Yaml
                || line.indent() > column
                || (line.indent() == column && self.text[line.content..].starts_with([']', '}']))
        };
        let until = first + 1 + self.lines[first + 1..].iter().take_while(belongs).count();
        Region { entry, first, until }
    }

    /// The entry that an entry stands in.
    fn parent(&self, region: Region) -> Option<Region> {
        let column = region.entry - self.lines[region.first].start;
        let before = self.lines[region.first].entries(&self.text).into_iter().rfind(|entry| *entry < region.entry);
        if let Some(entry) = before {
            return Some(self.region(region.first, entry));
        }
        // A list may stand in the column of its key.
        let is_list = is_item(&self.text[region.entry..]);
        (0..region.first).rev().filter(|index| self.lines[*index].kind == LineKind::Yaml).find_map(|index| {
            let line = &self.lines[index];
            let above = |entry: &usize| {
                let own = entry - line.start;
                own < column || (own == column && is_list && !is_item(&self.text[*entry..]))
            };
            line.entries(&self.text).into_iter().rfind(above).map(|entry| self.region(index, entry))
        })
    }

    /// Replaces an entry by a hole; `false` when there is no room for one.
    fn apply(&mut self, region: Region) -> bool {
        let line = self.lines[region.first];
        let end = self.lines.get(region.until).map_or(self.text.len(), |line| line.start);
        let outside = |hole: &usize| !(region.entry..end).contains(hole);
        self.holes.keys.retain(outside);
        self.holes.nodes.retain(outside);
        let content = &self.text[region.entry..line.end];
        if is_item(content) {
            let inner = &self.text[region.entry + 1..end];
            let mark = end - inner.trim_start().len();
            if mark == end {
                return false;
            }
            self.overwrite(region.entry + 1, end, &[(mark, b'x')]);
            self.holes.nodes.push(mark);
        } else if let Some(colon) = key_length(content) {
            self.overwrite(region.entry + colon + 1, end, &[]);
            self.holes.keys.push(region.entry);
        } else if content.len() >= 2 {
            self.overwrite(region.entry, end, &[(region.entry, b'x'), (region.entry + 1, b':')]);
            self.holes.nodes.push(region.entry);
        } else {
            return false;
        }
        true
    }

    /// Fills a range with spaces but for its line breaks, and puts marks into it.
    fn overwrite(&mut self, start: usize, end: usize, marks: &[(usize, u8)]) {
        let mut blank: Vec<u8> = self.text.as_bytes()[start..end]
            .iter()
            .map(|byte| if matches!(byte, b'\n' | b'\r') { *byte } else { b' ' })
            .collect();
        for (place, mark) in marks {
            blank[place - start] = *mark;
        }
        self.text.replace_range(start..end, &String::from_utf8_lossy(&blank));
        self.lines = lines(&self.text);
    }
}

fn is_item(content: &str) -> bool {
    content.strip_prefix('-').is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r']))
}

/// Where the colon of a plain key stands that an entry begins with.
fn key_length(content: &str) -> Option<usize> {
    let colon = content.find(':')?;
    let key = &content[..colon];
    let plain =
        !key.is_empty() && key.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.'));
    (plain && !key.starts_with('-')).then_some(colon)
}
