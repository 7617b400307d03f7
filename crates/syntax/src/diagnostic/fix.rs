//! What to change in the files so that a finding goes away, as plain data.

use std::path::PathBuf;

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

/// A file that is mounted and no blueprint, such as a script, and its new text as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrite {
    /// Its path, as the loader knows it.
    pub path: PathBuf,
    /// The new text.
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
    /// Files that are no blueprints and get a new text.
    pub rewrites: Vec<Rewrite>,
    /// What to run afterwards, such as `pt secrets set db-password`.
    pub then: Option<String>,
}

impl Fix {
    /// A fix without edits yet.
    pub fn new(safety: Safety, title: impl Into<String>) -> Self {
        Self { title: title.into(), safety, edits: Vec::new(), rewrites: Vec::new(), then: None }
    }

    /// A name that was misspelled, in other letters.
    pub fn respell(span: Span, name: &str) -> Self {
        Self::new(Safety::Unsafe, format!("write `{name}`")).replace(span, name)
    }

    /// Adds a replacement.
    #[must_use]
    pub fn replace(mut self, span: Span, text: impl Into<String>) -> Self {
        self.edits.push(Edit { span, text: text.into() });
        self
    }

    /// Adds an edit.
    #[must_use]
    pub fn edit(mut self, edit: Edit) -> Self {
        self.edits.push(edit);
        self
    }

    /// Gives a file that is no blueprint a new text.
    #[must_use]
    pub fn rewrite(mut self, path: PathBuf, text: String) -> Self {
        self.rewrites.push(Rewrite { path, text });
        self
    }

    /// Says what to run afterwards.
    #[must_use]
    pub fn then(mut self, command: impl Into<String>) -> Self {
        self.then = Some(command.into());
        self
    }
}
