//! What to change in the files so that a finding goes away, as plain data.

use crate::source::Span;

/// Whether a change may be made without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Safety {
    /// What the file means stays as it is, or becomes what it was evidently meant to be.
    Safe,
    /// It changes what runs, or needs something that only a person knows.
    Unsafe,
}

/// One replacement of bytes; an empty span inserts, an empty text deletes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go.
    pub span: Span,
    /// The text that comes in their place.
    pub text: String,
}

/// Edits that belong together: all are made or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as a command to the reader: ``replace `trust` by a password``.
    pub title: String,
    /// Whether it may be made without asking.
    pub safety: Safety,
    /// The replacements, which do not overlap.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// A fix without edits yet.
    pub fn new(safety: Safety, title: impl Into<String>) -> Self {
        Self { title: title.into(), safety, edits: Vec::new() }
    }

    /// Adds a replacement.
    #[must_use]
    pub fn replace(mut self, span: Span, text: impl Into<String>) -> Self {
        self.edits.push(Edit { span, text: text.into() });
        self
    }
}
