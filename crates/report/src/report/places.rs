//! Line and column of many findings, at a cost that stays linear when they all sit on one very long line.

use crate::source::{FileId, Position, Sources, Span};

/// The first position of a span, and the one just past it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Region {
    pub start: Position,
    pub end: Position,
}

/// A place that was counted to; the next one on its line is counted from here.
#[derive(Debug, Clone, Copy)]
struct Counted {
    file: FileId,
    offset: usize,
    position: Position,
}

/// Positions of spans that come roughly in the order of the text.
#[derive(Debug)]
pub(super) struct Places<'a> {
    sources: &'a Sources,
    last: Option<Counted>,
}

impl<'a> Places<'a> {
    pub(super) fn new(sources: &'a Sources) -> Self {
        Self { sources, last: None }
    }

    /// Where a span starts.
    pub(super) fn start(&mut self, span: Span) -> Position {
        let counted = self.count(span.file, span.start as usize, self.last);
        self.last = Some(counted);
        counted.position
    }

    /// Where a span starts and ends.
    pub(super) fn region(&mut self, span: Span) -> Region {
        let start = self.start(span);
        // Counted from the start, not remembered: the next span may start before this one's end.
        let end = self.count(span.file, span.end as usize, self.last).position;
        Region { start, end }
    }

    fn count(&self, file: FileId, offset: usize, known: Option<Counted>) -> Counted {
        let source = self.sources.file(file);
        let mut offset = offset.min(source.text.len());
        while !source.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = source.line_of(offset);
        let known = known.filter(|known| known.file == file && known.position.line == line && known.offset <= offset);
        let (from, column) = known.map_or((source.line_start(line), 1), |known| (known.offset, known.position.column));
        let column = column + source.text[from..offset].chars().count();
        Counted { file, offset, position: Position { line, column } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceFile;

    #[test]
    fn agrees_with_the_line_index_in_any_order_of_spans() {
        let mut sources = Sources::default();
        let text = "é: [ü, 字]\r\nb: 😀\rc\n";
        let file = sources.add(SourceFile::new("a.yml", text));
        let mut places = Places::new(&sources);
        let forwards = 0..=text.len() + 2;
        for start in forwards.clone().chain(forwards.rev()) {
            let region = places.region(Span::new(file, start, start + 5));
            let index = sources.file(file);
            assert_eq!(region.start, index.position(start), "start at {start}");
            assert_eq!(region.end, index.position(start + 5), "end at {}", start + 5);
        }
    }
}
