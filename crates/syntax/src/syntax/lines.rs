//! The lines of a text, told apart without the parser: for finding causes and places to go on behind a fault.

/// One line of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    /// Offset of its first byte.
    pub(super) start: usize,
    /// Offset of its first byte that is no space or tab.
    pub(super) content: usize,
    /// Offset just past its last byte that is no white space.
    pub(super) end: usize,
    /// What it holds.
    pub(super) kind: LineKind,
}

/// What a line holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineKind {
    /// White space.
    Blank,
    /// A comment.
    Comment,
    /// A line of block text (`|` or `>`).
    BlockText,
    /// Anything else.
    Yaml,
}

impl Line {
    /// Columns before its content.
    pub(super) fn indent(&self) -> usize {
        self.content - self.start
    }

    /// Its content.
    pub(super) fn text<'t>(&self, text: &'t str) -> &'t str {
        &text[self.content..self.end]
    }

    /// The dashes (and question marks) that its content begins with, and its first key or text, each by its offset.
    pub(super) fn entries(&self, text: &str) -> Vec<usize> {
        let mut entries = vec![self.content];
        let mut place = self.content;
        while text[place..self.end].starts_with("- ") || text[place..self.end].starts_with("? ") {
            let rest = &text[place + 1..self.end];
            place = self.end - rest.trim_start_matches([' ', '\t']).len();
            entries.push(place);
        }
        entries
    }
}

/// All lines of a text.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = 0;
    // The column that lines of a block text are indented deeper than.
    let mut block: Option<usize> = None;
    while start < text.len() {
        let rest = &text[start..];
        let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let whole = &rest[..length];
        let content = start + length - whole.trim_start_matches([' ', '\t']).len();
        let end = (start + whole.trim_end().len()).max(content);
        let mut line = Line { start, content, end, kind: LineKind::Yaml };
        line.kind = kind(&line, text, block);
        if line.kind == LineKind::Yaml {
            block = block_text_below(&line, text);
        }
        lines.push(line);
        start += length + if rest[length..].starts_with("\r\n") { 2 } else { 1 };
    }
    lines
}

/// Index of the line that holds an offset.
pub(super) fn line_at(lines: &[Line], offset: usize) -> usize {
    lines.partition_point(|line| line.start <= offset).saturating_sub(1)
}

fn kind(line: &Line, text: &str, block: Option<usize>) -> LineKind {
    if line.content == line.end {
        LineKind::Blank
    } else if block.is_some_and(|column| line.indent() > column) {
        LineKind::BlockText
    } else if text.as_bytes()[line.content] == b'#' {
        LineKind::Comment
    } else {
        LineKind::Yaml
    }
}

/// The column that the block text is indented deeper than which begins at the end of this line.
fn block_text_below(line: &Line, text: &str) -> Option<usize> {
    let content = line.text(text);
    let content = content.split(" #").next().unwrap_or(content).trim_end();
    let header = content.trim_end_matches(['+', '-', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    let before = header.strip_suffix(['|', '>'])?;
    if content.len() - header.len() > 2 {
        return None;
    }
    let word = before.trim_end().rsplit([' ', '\t']).next().unwrap_or_default();
    let begins = before.trim().is_empty()
        || (before.ends_with([' ', '\t']) && (word.ends_with([':', '-', '?']) || word.starts_with(['!', '&'])));
    if !begins {
        return None;
    }
    let entries = line.entries(text);
    // A header that stands alone behind a dash belongs to the dash.
    let alone = before.trim_end().ends_with(['-', '?']);
    let owner = entries.iter().rev().nth(usize::from(alone && entries.len() > 1)).copied().unwrap_or(line.content);
    Some(owner - line.start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<LineKind> {
        lines(text).iter().map(|line| line.kind).collect()
    }

    #[test]
    fn tells_block_text_by_the_indentation_of_its_key() {
        use LineKind::{Blank, BlockText, Comment, Yaml};
        assert_eq!(kinds("a: |\n  x: [\n\n # y\nb: 1\n"), [Yaml, BlockText, Blank, BlockText, Yaml]);
        assert_eq!(kinds("- a: >-  # c\n    x\n  b: 1\n"), [Yaml, BlockText, Yaml]);
        assert_eq!(kinds("- - |2\n   x\n  - y\n"), [Yaml, BlockText, Yaml]);
        assert_eq!(kinds("a: echo x >\n  # c\nb: &n !!str |\n  x\r\n"), [Yaml, Comment, Yaml, BlockText]);
        assert_eq!(kinds("a: a|\n  b\n"), [Yaml, Yaml]);
    }

    #[test]
    fn finds_dashes_and_keys_of_a_line() {
        let text = "  - - id: x";
        assert_eq!(lines(text)[0].entries(text), [2, 4, 6]);
    }
}
