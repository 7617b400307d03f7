//! Which part of a source is shown for a mark: few lines, of bounded width, with nothing in them that a terminal obeys.

use std::ops::Range;

use super::concealed::mask;
use super::sanitize::visible;
use crate::source::{SourceFile, Span};

/// Marks over more lines than this are drawn on their first line only.
const MOST_LINES: usize = 6;
/// Stands where a line was cut.
const ELLIPSIS: &str = "...";

/// Lines that are ready to be drawn, and the marked bytes in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// Number of the first line.
    pub first_line: usize,
    /// The lines; each ends with `\n`.
    pub text: String,
    /// The marked bytes of `text`.
    pub mark: Range<usize>,
    /// The line that a mark goes on to, if it goes on to lines that are not shown.
    pub goes_on_to: Option<usize>,
}

impl Excerpt {
    /// The lines under `span`, each cut to about `columns`, without the bytes of the file that are `concealed`.
    pub(super) fn new(file: &SourceFile, span: Span, columns: usize, concealed: &[Range<usize>]) -> Self {
        let bytes = marked_bytes(file, span);
        let first_line = file.line_of(bytes.start);
        let end_line = file.line_of(bytes.end);
        let shown = end_line - first_line < MOST_LINES;
        let last_line = if shown { end_line } else { first_line };

        let mut text = String::new();
        let mut mark = 0..0;
        for line in first_line..=last_line {
            let line_text = Line { file: &file.text, at: file.line_start(line), text: file.line_text(line), concealed };
            let inside = |offset: usize| offset.saturating_sub(line_text.at).min(line_text.text.len());
            let marked = inside(bytes.start)..inside(bytes.end);
            let drawn = line_text.draw(&mut text, &cut(line_text.text, &marked, columns), &marked);
            if line == first_line {
                mark = drawn.clone();
            }
            mark.end = drawn.end;
        }
        Self { first_line, text, mark, goes_on_to: (!shown).then_some(end_line) }
    }

    /// Number of lines that are shown.
    pub(super) fn line_count(&self) -> usize {
        self.text.matches('\n').count()
    }

    /// Number of the last line that is shown.
    pub(super) fn last_line(&self) -> usize {
        self.first_line + self.line_count() - 1
    }

    /// Whether the mark stays on one line.
    pub(super) fn is_one_line(&self) -> bool {
        self.line_count() == 1
    }
}

/// The bytes of a span on character boundaries, without the blank lines that block scalars and mappings end with.
fn marked_bytes(file: &SourceFile, span: Span) -> Range<usize> {
    let floor = |offset: u32| {
        let mut offset = (offset as usize).min(file.text.len());
        while !file.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    };
    let (start, end) = (floor(span.start), floor(span.end));
    let covered = &file.text[start..end];
    let is_many_lines = covered.contains(['\n', '\r']);
    let length = if is_many_lines { covered.trim_end().len() } else { covered.len() };
    start..start + length
}

/// One line of a file.
struct Line<'a> {
    file: &'a str,
    /// Where it starts in the file.
    at: usize,
    text: &'a str,
    concealed: &'a [Range<usize>],
}

impl Line<'_> {
    /// Appends what is kept of the line, and gives the place of the mark in `text`.
    fn draw(&self, text: &mut String, kept: &Range<usize>, marked: &Range<usize>) -> Range<usize> {
        if kept.start > 0 {
            text.push_str(ELLIPSIS);
        }
        let mut append = |from: usize, to: usize| {
            mask(self.file, self.at + from..self.at + to, self.concealed, |piece| text.push_str(&visible(piece)));
            text.len()
        };
        let from = marked.start.clamp(kept.start, kept.end);
        let to = marked.end.clamp(from, kept.end);
        let start = append(kept.start, from);
        let end = append(from, to);
        append(to, kept.end);
        if kept.end < self.text.len() {
            text.push_str(ELLIPSIS);
        }
        text.push('\n');
        start..end
    }
}

/// The part of a line around its mark that fits into `columns`; looks at no more of the line than that.
fn cut(line: &str, marked: &Range<usize>, columns: usize) -> Range<usize> {
    if reach(line.chars(), columns) == line.len() {
        return 0..line.len();
    }
    let columns = columns.saturating_sub(2 * ELLIPSIS.len()).max(1);
    // A third of the room for what stands before the mark, or more if there is little behind it.
    let behind = reach(line[marked.start..].chars(), columns - columns / 3);
    let reaches_end = marked.start + behind == line.len();
    let used = if reaches_end { line[marked.start..].chars().map(width).sum() } else { columns - columns / 3 };
    let start = marked.start - reach(line[..marked.start].chars().rev(), columns.saturating_sub(used));
    start..start + reach(line[start..].chars(), columns)
}

/// Bytes of the longest run of characters that fits into `columns`.
fn reach(characters: impl Iterator<Item = char>, columns: usize) -> usize {
    let mut used = 0;
    let fitting = characters.take_while(|character| {
        used += width(*character);
        used <= columns
    });
    fitting.map(char::len_utf8).sum()
}

/// Columns that a character may take; never too few, which is all that cutting needs.
fn width(character: char) -> usize {
    match character {
        '\t' => 4,
        ' '..='~' => 1,
        _ => 2,
    }
}
