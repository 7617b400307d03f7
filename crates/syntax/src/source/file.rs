//! The text of one file, its line index, and the list of all files of a compilation.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use super::{FileId, Span};

/// A place as people count it: line and column from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in Unicode scalar values.
    pub column: usize,
}

/// One file that was read: its path as the user would write it, its text, and where its lines start.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Path to show; relative to the working directory where it can be.
    pub path: PathBuf,
    /// The whole text, with a byte order mark removed.
    pub text: Arc<str>,
    line_starts: Vec<u32>,
}

impl SourceFile {
    /// Indexes the lines of `text`; `\n`, `\r\n` and a lone `\r` all end a line, as in YAML 1.2.
    pub fn new(path: impl Into<PathBuf>, text: impl Into<Arc<str>>) -> Self {
        let text: Arc<str> = text.into();
        let bytes = text.as_bytes();
        let mut line_starts = vec![0];
        for (index, byte) in bytes.iter().enumerate() {
            let ends = *byte == b'\n' || (*byte == b'\r' && bytes.get(index + 1) != Some(&b'\n'));
            if ends {
                line_starts.push(u32::try_from(index + 1).unwrap_or(u32::MAX));
            }
        }
        Self { path: path.into(), text, line_starts }
    }

    /// The position of a byte offset; offsets inside a character or past the end are moved to the nearest one before.
    pub fn position(&self, offset: usize) -> Position {
        let line = self.line_of(offset);
        let start = self.line_starts[line - 1] as usize;
        let mut end = offset.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        Position { line, column: self.text[start..end.max(start)].chars().count() + 1 }
    }

    /// The line, from 1, that holds a byte offset.
    pub fn line_of(&self, offset: usize) -> usize {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        self.line_starts.partition_point(|start| *start <= offset).max(1)
    }

    /// Byte offset at which a line (from 1) starts, or the length of the text past the last one.
    pub fn line_start(&self, line: usize) -> usize {
        self.line_starts.get(line.saturating_sub(1)).map_or(self.text.len(), |start| *start as usize)
    }

    /// The text of a line (from 1) without its line break; empty past the end.
    pub fn line_text(&self, line: usize) -> &str {
        self.text[self.line_start(line)..self.line_start(line + 1)].trim_end_matches(['\r', '\n'])
    }

    /// Number of lines; a text without a line break has one.
    pub fn line_count(&self) -> usize {
        self.line_starts.len()
    }
}

/// Every file of one compilation, in the order in which it was read.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// Adds a file and gives its id.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(file);
        id
    }

    /// Takes in the files of another list; their ids grow by the number that is returned.
    pub fn absorb(&mut self, other: Sources) -> u32 {
        let offset = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        self.files.extend(other.files);
        offset
    }

    /// The same files under other paths.
    #[must_use]
    pub fn renamed(&self, rename: impl Fn(&Path) -> PathBuf) -> Self {
        let file = |file: &SourceFile| SourceFile { path: rename(&file.path), ..file.clone() };
        Self { files: self.files.iter().map(file).collect() }
    }

    /// The file with this id; an empty one without a name where `id` came from another `Sources`.
    pub fn file(&self, id: FileId) -> &SourceFile {
        static NOWHERE: LazyLock<SourceFile> = LazyLock::new(|| SourceFile::new("", ""));
        self.files.get(id.0 as usize).unwrap_or(&NOWHERE)
    }

    /// All files with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(index, file)| (FileId(u32::try_from(index).unwrap_or(u32::MAX)), file))
    }

    /// The text that a span covers.
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file).text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// The first position of a span.
    pub fn position(&self, span: Span) -> Position {
        self.file(span.file).position(span.start as usize)
    }

    /// `path:line:column` of a span's start, as compilers print it.
    pub fn place(&self, span: Span) -> String {
        let Position { line, column } = self.position(span);
        format!("{}:{line}:{column}", self.path(span).display())
    }

    /// The path of the file that a span is in.
    pub fn path(&self, span: Span) -> &Path {
        &self.file(span.file).path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_and_columns_in_characters_over_every_kind_of_line_break() {
        let file = SourceFile::new("a", "é: 1\r\nb\rc\n");
        assert_eq!(file.position(2), Position { line: 1, column: 2 });
        assert_eq!(file.position(7), Position { line: 2, column: 1 });
        assert_eq!(file.position(9), Position { line: 3, column: 1 });
        assert_eq!(file.line_text(1), "é: 1");
        assert_eq!(file.line_text(3), "c");
        assert_eq!(file.position(1), Position { line: 1, column: 1 }, "inside a character");
        assert_eq!(file.position(99).line, 4);
    }
}
