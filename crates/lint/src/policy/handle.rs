//! A place as a policy sees it, and as it gives it back.

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::source::{Sources, Span};

/// Where something is written. Give it back as the `span` of a finding to have it marked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Handle {
    /// The file.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
    /// First byte, counted from 0.
    pub start: u32,
    /// The byte behind the last one.
    pub end: u32,
}

impl Handle {
    /// The handle of a place.
    pub(super) fn of(span: Span, sources: &Sources) -> Self {
        let position = sources.position(span);
        Self {
            file: sources.path(span).to_string_lossy().into_owned(),
            line: position.line,
            column: position.column,
            start: span.start,
            end: span.end,
        }
    }

    /// The place of a handle; nothing where no file of the project has this name, or it does not lie in it.
    pub(super) fn span(&self, sources: &Sources) -> Option<Span> {
        let (id, file) = sources.iter().find(|(_, file)| file.path == Path::new(&self.file))?;
        let (start, end) = (self.start as usize, self.end as usize);
        file.text.get(start..end)?;
        Some(Span::new(id, start, end))
    }
}
