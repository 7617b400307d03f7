//! One compilation with an index of its names: what all questions are asked of.

use std::path::Path;

use super::occurrence::{Occurrence, occurrences};
use crate::compiler::Compilation;
use crate::expr::Known;
use crate::source::{FileId, SourceFile, Span, Spanned};
use crate::store::Snapshot;
use crate::syntax::{self, Tree};

/// What is set for a project, as the compiler asks for it.
#[derive(Debug, Clone, Default)]
pub struct Given(pub Snapshot);

impl Known for Given {
    fn value(&self, name: &str) -> Option<&str> {
        self.0.value(name).map(|sourced| sourced.value.as_str())
    }

    fn has_secret(&self, name: &str) -> bool {
        self.0.secret(name).is_some()
    }
}

/// A project as it is at one moment.
#[derive(Debug)]
pub struct Analysis {
    /// What the compiler made of it.
    pub compilation: Compilation,
    /// What is set for it.
    pub given: Given,
    occurrences: Vec<Occurrence>,
}

impl Analysis {
    /// Indexes the names of a compilation.
    pub fn new(compilation: Compilation, given: Given) -> Self {
        let mut occurrences = occurrences(&compilation.documents);
        occurrences.sort_by_key(|occurrence| occurrence.span);
        Self { compilation, given, occurrences }
    }

    /// The file at a path.
    pub fn file(&self, path: &Path) -> Option<FileId> {
        self.compilation.sources.iter().find(|(_, file)| file.path == path).map(|(id, _)| id)
    }

    /// The text of a file and its lines.
    pub fn source(&self, file: FileId) -> &SourceFile {
        self.compilation.sources.file(file)
    }

    /// The names in all files, by place.
    pub fn occurrences(&self) -> &[Occurrence] {
        &self.occurrences
    }

    /// The name at a place; where two touch it, the one that begins there.
    pub fn occurrence_at(&self, file: FileId, offset: usize) -> Option<&Occurrence> {
        self.occurrences.iter().rfind(|occurrence| occurrence.span.file == file && occurrence.span.touches(offset))
    }

    /// The tree of a file, read again: the compiler keeps only what it needs.
    pub(super) fn tree(&self, file: FileId) -> Tree {
        let source = self.source(file);
        let is_edn = source.path.extension().is_some_and(|extension| extension == "edn");
        let parse = if is_edn { syntax::edn::parse } else { syntax::parse };
        parse(file, &source.text, &mut crate::diagnostic::Diagnostics::default())
    }

    /// The bytes of a name without the quotes around it.
    pub(super) fn bare(&self, span: Span) -> Span {
        let text = self.compilation.sources.text(span);
        let is_quoted = text.len() >= 2 && text.starts_with(['"', '\'']) && text.ends_with(['"', '\'']);
        if is_quoted { span.slice(1, text.len() - 1) } else { span }
    }
}

/// A name as if it were written in a file.
pub(super) fn written_in(file: FileId, name: &str) -> Spanned<String> {
    Spanned::new(name.to_owned(), Span::start_of(file))
}
