//! The tree: nodes, scalars, comments.

use std::ops::Range;

use super::excerpt::excerpt;
use crate::source::Span;

/// One YAML document with its comments.
#[derive(Debug, Clone)]
pub struct Tree {
    /// The document; [`NodeKind::Missing`] when the file is empty or cannot be read.
    pub root: Node,
    /// All comments in the order in which they stand.
    pub comments: Vec<Comment>,
    /// Whether everything was read; if not, what cannot be found in the tree may stand in one of its holes.
    pub complete: bool,
}

/// A comment, without its `#`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The whole comment, `#` included.
    pub span: Span,
    /// Its text after the `#`, trimmed.
    pub text: String,
}

/// A value in the tree and the bytes it was written with.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Its bytes: a quoted scalar with its quotes, a block scalar from its content's first byte.
    pub span: Span,
}

/// What a node is.
#[derive(Debug, Clone)]
pub enum NodeKind {
    /// A hole: something that could not be read. It fits everything and raises nothing.
    Missing,
    /// Text, its type not yet decided.
    Scalar(Scalar),
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values in the order in which they stand; duplicate keys are reported and the last one kept.
    Mapping(Vec<Entry>),
}

/// A key and its value.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key, a scalar in all good files.
    pub key: Node,
    /// The value; an empty plain scalar where nothing was written.
    pub value: Node,
}

/// How a scalar was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes: its parameter's type decides what it is.
    Plain,
    /// In single or double quotes: always text.
    Quoted,
    /// A `|` or `>` block: always text.
    Block,
}

/// The text of a scalar and where each of its bytes came from.
#[derive(Debug, Clone)]
pub struct Scalar {
    /// The text after unescaping and folding.
    pub text: Box<str>,
    /// How it was written.
    pub style: Style,
    /// Maps offsets in `text` back to the file.
    pub offsets: Offsets,
}

/// From offsets in a scalar's text to offsets in its file.
#[derive(Debug, Clone)]
pub enum Offsets {
    /// The text stands in the file as it is, from this byte on.
    Verbatim(u32),
    /// Runs of `(offset in the text, offset in the file)`, ascending: escapes, folding and indentation lie between them.
    Runs(Box<[(u32, u32)]>),
    /// Not known: every part of the text is told by the whole scalar.
    Lost,
}

impl Offsets {
    /// The file offset of an offset in the text.
    fn at(&self, offset: usize) -> usize {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        let mapped = match self {
            Offsets::Verbatim(start) => start.saturating_add(offset),
            Offsets::Runs(runs) => {
                let index = runs.partition_point(|(text, _)| *text <= offset).saturating_sub(1);
                runs.get(index).map_or(0, |(text, file)| file + (offset - text))
            }
            Offsets::Lost => 0,
        };
        mapped as usize
    }

    /// The file offsets of a range of the text that is not empty, in a scalar that ends at `end`.
    pub(super) fn place(&self, range: Range<usize>, end: usize) -> (usize, usize) {
        // The end maps through the last byte inside, for the byte after it may stand behind an indentation.
        // At the end of a file, the last line of block text has a line break that is not in the file.
        (self.at(range.start).min(end), (self.at(range.end - 1) + 1).min(end))
    }
}

impl Node {
    /// A hole at `span`.
    pub fn missing(span: Span) -> Self {
        Self { kind: NodeKind::Missing, span }
    }

    /// The scalar, if it is one.
    pub fn as_scalar(&self) -> Option<&Scalar> {
        match &self.kind {
            NodeKind::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// Whether another node says the same, wherever both stand.
    pub fn says_the_same(&self, other: &Self) -> bool {
        match (&self.kind, &other.kind) {
            (NodeKind::Missing, NodeKind::Missing) => true,
            (NodeKind::Scalar(one), NodeKind::Scalar(other)) => one.text == other.text && one.style == other.style,
            (NodeKind::Sequence(one), NodeKind::Sequence(other)) => {
                one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one.says_the_same(other))
            }
            (NodeKind::Mapping(one), NodeKind::Mapping(other)) => {
                let alike = |(one, other): (&Entry, &Entry)| {
                    one.key.says_the_same(&other.key) && one.value.says_the_same(&other.value)
                };
                one.len() == other.len() && one.iter().zip(other).all(alike)
            }
            _ => false,
        }
    }

    /// The text of a scalar, quoted or not.
    pub fn text(&self) -> Option<&str> {
        self.as_scalar().map(|scalar| &*scalar.text)
    }

    /// The items of a list.
    pub fn as_sequence(&self) -> Option<&[Node]> {
        match &self.kind {
            NodeKind::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The entries of a map.
    pub fn as_mapping(&self) -> Option<&[Entry]> {
        match &self.kind {
            NodeKind::Mapping(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value of a key, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_mapping()?.iter().find(|entry| entry.key.text() == Some(key)).map(|entry| &entry.value)
    }

    /// Whether it is a plain null of YAML 1.2: nothing, `~` or `null`.
    pub fn is_null(&self) -> bool {
        self.as_scalar().is_some_and(|scalar| scalar.style == Style::Plain && is_null_text(&scalar.text))
    }

    /// Whether it is a hole.
    pub fn is_missing(&self) -> bool {
        matches!(self.kind, NodeKind::Missing)
    }

    /// What it is, as a message says it: `a list`, `a map`, `nothing`, or the text itself in backticks.
    pub fn describe(&self) -> String {
        match &self.kind {
            NodeKind::Missing => "something unreadable".to_owned(),
            NodeKind::Sequence(_) => "a list".to_owned(),
            NodeKind::Mapping(_) => "a map".to_owned(),
            NodeKind::Scalar(_) if self.is_null() => "nothing".to_owned(),
            NodeKind::Scalar(scalar) => format!("`{}`", excerpt(&scalar.text)),
        }
    }

    /// The bytes of the file that a range of this scalar's text came from; the whole node when it is no scalar.
    pub fn span_of(&self, range: Range<usize>) -> Span {
        match self.as_scalar() {
            None | Some(Scalar { offsets: Offsets::Lost, .. }) => self.span,
            Some(scalar) if range.is_empty() => {
                let start = scalar.offsets.at(range.start);
                Span::new(self.span.file, start, start)
            }
            Some(scalar) => {
                let (start, end) = scalar.offsets.place(range, self.span.end as usize);
                Span::new(self.span.file, start, end)
            }
        }
    }
}

/// Whether plain text is a null of YAML 1.2's core schema.
pub fn is_null_text(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}
