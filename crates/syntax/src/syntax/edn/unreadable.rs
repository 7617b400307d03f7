//! Why a text has no forms.

use std::ops::Range;

/// Why a text could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The bytes that are wrong: the bracket or quote that is open, where one is.
    pub range: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to type.
    pub help: Option<String>,
    /// Another place that belongs to it, and what to say there.
    pub also: Option<(Range<usize>, &'static str)>,
    /// Whether the text nests deeper than its reader follows.
    pub too_deep: bool,
}

impl Unreadable {
    /// A fault at `range`.
    pub(super) fn new(range: Range<usize>, message: impl Into<String>) -> Self {
        Self { range, message: message.into(), help: None, also: None, too_deep: false }
    }

    /// Says what to type.
    pub(super) fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Marks one more place.
    pub(super) fn also(mut self, range: Range<usize>, text: &'static str) -> Self {
        self.also = Some((range, text));
        self
    }
}
