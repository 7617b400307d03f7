//! One finding, as plain data with byte spans.

use super::{Fix, Level, Rule};
use crate::source::{Span, seen};

/// A marked place and what to say beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The marked bytes.
    pub span: Span,
    /// Text beside the mark; empty when the message says it all.
    pub text: String,
}

/// One step of the way from the user's line to a finding inside an expanded module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The call.
    pub span: Span,
    /// What is called there, such as ``in module `db` ``.
    pub description: String,
}

/// Something that is wrong with a text, where, and what to type instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which rule found it.
    pub rule: &'static Rule,
    /// How bad it is here, after reach and the user's overrides.
    pub level: Level,
    /// What is wrong, in the author's words.
    pub message: String,
    /// The key or value that is wrong.
    pub primary: Label,
    /// Other places that belong to it.
    pub secondary: Vec<Label>,
    /// What to type.
    pub help: Option<String>,
    /// Calls that lead here, outermost first.
    pub trace: Vec<Frame>,
    /// What makes it go away, where that can be told.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// Moves every span to the file whose id is larger by `by`: the files were taken into another list.
    pub fn shift_files(&mut self, by: u32) {
        let spans = std::iter::once(&mut self.primary.span)
            .chain(self.secondary.iter_mut().map(|label| &mut label.span))
            .chain(self.trace.iter_mut().map(|frame| &mut frame.span))
            .chain(self.fix.iter_mut().flat_map(|fix| &mut fix.edits).map(|edit| &mut edit.span));
        for span in spans {
            span.file.0 = span.file.0.saturating_add(by);
        }
    }

    /// Says beside the mark what is wrong with it.
    pub fn label(&mut self, text: impl Into<String>) -> &mut Self {
        self.primary.text = seen(&text.into()).into_owned();
        self
    }

    /// Marks one more place.
    pub fn also(&mut self, span: Span, text: impl Into<String>) -> &mut Self {
        self.secondary.push(Label { span, text: seen(&text.into()).into_owned() });
        self
    }

    /// Says what to type.
    pub fn help(&mut self, text: impl Into<String>) -> &mut Self {
        self.help = Some(seen(&text.into()).into_owned());
        self
    }

    /// Says what to change.
    pub fn fix(&mut self, fix: Fix) -> &mut Self {
        self.fix = Some(fix);
        self
    }

    /// Says what to change, where that can be told.
    pub fn maybe_fix(&mut self, fix: Option<Fix>) -> &mut Self {
        if fix.is_some() {
            self.fix = fix;
        }
        self
    }

    /// Says what to type, where something is known.
    pub fn maybe_help(&mut self, text: Option<String>) -> &mut Self {
        if text.is_some() {
            self.help = text;
        }
        self
    }
}
