//! Tabs that a text is indented with, and the spaces that were meant, where there is no doubt about these.
//!
//! How wide a tab was for its author is not written anywhere. So every usual width is tried: where several of the texts that
//! come of it can be read, they have to say the same.

use std::ops::Range;

use super::build::build;
use super::lines::{Line, LineKind, lines};
use super::node::Node;
use super::reading::Holes;
use crate::diagnostic::{Fix, Safety};
use crate::source::{FileId, Span};

/// Widths that editors give a tab.
const WIDTHS: [usize; 3] = [2, 4, 8];
/// Texts up to this size are read again for each width.
const LARGEST: usize = 256 * 1024;

/// Bytes, and how many spaces come in their place.
type Indents = Vec<(Range<usize>, usize)>;

/// Puts spaces where a text is indented with tabs, one of which stands at `tab`; nothing where that can mean several things, or
/// where the text cannot be read even then.
pub(super) fn fix(file: FileId, text: &str, tab: usize) -> Option<Fix> {
    let start = text[..tab].rfind(['\n', '\r']).map_or(0, |end| end + 1);
    if text.len() > LARGEST || !text[start..tab].trim().is_empty() {
        return None;
    }
    let lines = lines(text);
    let mut meant: Option<(Indents, Node)> = None;
    for indents in candidates(text, &lines) {
        let reading = build(file, &indented(text, &indents), &Holes::default());
        let Some(root) = reading.root.filter(|_| reading.stop.is_none() && reading.complete) else { continue };
        match &meant {
            Some((_, other)) if !root.says_the_same(other) => return None,
            Some(_) => {}
            None => meant = Some((indents, root)),
        }
    }
    let fix = Fix::new(Safety::Safe, "indent with spaces");
    let (indents, _) = meant.filter(|(indents, _)| !indents.is_empty())?;
    let span = |at: &Range<usize>| Span::new(file, at.start, at.end);
    Some(indents.iter().fold(fix, |fix, (at, spaces)| fix.replace(span(at), " ".repeat(*spaces))))
}

/// What the lines with tabs may be indented by: the first one is what the rest of the text suggests.
fn candidates(text: &str, lines: &[Line]) -> Vec<Indents> {
    let own = lines.iter().filter(|line| line.kind == LineKind::Yaml && !is_tabbed(text, line));
    let step = own.map(Line::indent).filter(|indent| *indent > 0).min().unwrap_or(WIDTHS[0]);
    // A comment may stand anywhere, and goes with the lines around it.
    let is_moved = |line: &Line| is_tabbed(text, line) || line.kind == LineKind::Comment && has_tab(text, line);
    let moved: Vec<usize> = (0..lines.len()).filter(|index| is_moved(&lines[*index])).collect();
    let indent = |index: usize| lines[index].start..lines[index].content;
    let wide = |width: usize| -> Indents {
        let stop = |column: usize, byte: u8| if byte == b'\t' { (column / width + 1) * width } else { column + 1 };
        moved.iter().map(|index| (indent(*index), text[indent(*index)].bytes().fold(0, stop))).collect()
    };
    // Whoever writes `\t  key` and `\t\tkey` means two columns: a tab is wider than the spaces that follow one.
    let behind = |index: &usize| text[indent(*index)].rsplit('\t').next().map_or(0, str::len);
    let narrow = moved.iter().map(behind).max().unwrap_or(0);
    let widths = std::iter::once(step).chain(WIDTHS.into_iter().filter(|width| *width != step));
    let mut candidates: Vec<Indents> = widths.filter(|width| *width > narrow).map(wide).collect();
    if let [only] = moved[..] {
        candidates.push(vec![(indent(only), expected_indent(text, lines, only))]);
    }
    candidates
}

/// Whether a line is indented with a tab. Lines of block text are left alone: a tab in them may be text.
pub(super) fn is_tabbed(text: &str, line: &Line) -> bool {
    line.kind == LineKind::Yaml && has_tab(text, line)
}

fn has_tab(text: &str, line: &Line) -> bool {
    text[line.start..line.content].contains('\t')
}

/// The column that a line most likely should begin in.
pub(super) fn expected_indent(text: &str, lines: &[Line], index: usize) -> usize {
    let Some(before) = lines[..index].iter().rfind(|line| line.kind == LineKind::Yaml) else { return 0 };
    let entry = before.entries(text).last().copied().unwrap_or(before.content);
    let column = text[before.start..entry].chars().filter(|letter| *letter != '\t').count();
    if before.text(text).ends_with(':') { column + 2 } else { column }
}

fn indented(text: &str, indents: &Indents) -> String {
    let mut written = String::with_capacity(text.len());
    let mut place = 0;
    for (at, spaces) in indents {
        written.push_str(&text[place..at.start]);
        written.extend(std::iter::repeat_n(' ', *spaces));
        place = at.end;
    }
    written.push_str(&text[place..]);
    written
}
