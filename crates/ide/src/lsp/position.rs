//! Byte offsets as the lines and columns of the protocol: from 0, columns in units that client and server agreed on.

use lsp_types::{Position, PositionEncodingKind, Range};

use crate::source::{SourceFile, Span};

/// The units of columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Bytes.
    Utf8,
    /// What a client counts unless it says otherwise.
    Utf16,
}

impl Encoding {
    /// Bytes where the client can count them, for they cost nothing.
    pub(super) fn negotiated(offered: Option<&[PositionEncodingKind]>) -> Self {
        let has_bytes = offered.unwrap_or_default().contains(&PositionEncodingKind::UTF8);
        if has_bytes { Self::Utf8 } else { Self::Utf16 }
    }

    pub(super) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    fn width(self, letter: char) -> usize {
        match self {
            Self::Utf8 => letter.len_utf8(),
            Self::Utf16 => letter.len_utf16(),
        }
    }

    /// The position of a byte offset.
    pub(super) fn position(self, source: &SourceFile, offset: usize) -> Position {
        let line = source.line_of(offset);
        let start = source.line_start(line);
        let before = source.text.get(start..).unwrap_or_default();
        let letters = before.char_indices().take_while(|(at, letter)| start + at + letter.len_utf8() <= offset);
        let column: usize = letters.map(|(_, letter)| self.width(letter)).sum();
        Position { line: clipped(line - 1), character: clipped(column) }
    }

    /// The byte offset of a position; one past the end of its line, or of the text, is moved there.
    pub(super) fn offset(self, source: &SourceFile, position: Position) -> usize {
        let line = position.line as usize + 1;
        if line > source.line_count() {
            return source.text.len();
        }
        let text = source.line_text(line);
        let mut column = 0;
        let reached = text.char_indices().find(|(_, letter)| {
            column += self.width(*letter);
            column > position.character as usize
        });
        source.line_start(line) + reached.map_or(text.len(), |(at, _)| at)
    }

    pub(super) fn range(self, source: &SourceFile, span: Span) -> Range {
        Range { start: self.position(source, span.start as usize), end: self.position(source, span.end as usize) }
    }
}

fn clipped(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_in_the_units_that_were_agreed_on() {
        let source = SourceFile::new("a", "é💾x\r\nb\n");
        let at = |line, character| Position { line, character };
        assert_eq!(Encoding::Utf16.position(&source, 6), at(0, 3));
        assert_eq!(Encoding::Utf8.position(&source, 6), at(0, 6));
        assert_eq!(Encoding::Utf16.offset(&source, at(0, 3)), 6);
        assert_eq!(Encoding::Utf16.offset(&source, at(0, 99)), 7, "never into the line break");
        assert_eq!(Encoding::Utf16.offset(&source, at(1, 1)), 10);
        assert_eq!(Encoding::Utf16.offset(&source, at(9, 0)), source.text.len());
        assert_eq!(Encoding::Utf16.offset(&source, at(0, 2)), 2, "inside of a pair is before it");
    }
}
