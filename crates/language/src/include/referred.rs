//! References into repositories that are fetched but not included: `owner/project@rev:path!module`.

use super::Home;
use super::documents::Scope;
use super::path::join;
use super::place::repository_home;
use super::read::{Reader, Wanted};
use crate::model::{Document, RemoteReference, StepAction};
use crate::source::{Span, Spanned};

/// A call of something in another repository.
pub(super) struct Referred {
    written: Spanned<String>,
    reference: RemoteReference,
}

/// The calls of a file that lead into another repository.
pub(super) fn references(document: &Document) -> Vec<Referred> {
    let modules = document.modules.iter().filter_map(|module| module.target.as_ref());
    let steps = document.templates.iter().flat_map(|template| &template.steps);
    let steps = steps.filter_map(|step| match &step.action {
        StepAction::Call(target) => Some(target),
        StepAction::Code(_) => None,
    });
    let foreign = |target: &Spanned<String>| {
        let reference = target.contains('/').then(|| RemoteReference::parse(target)).flatten()?;
        reference.is_foreign().then(|| Referred { written: target.clone(), reference })
    };
    modules.chain(steps).filter_map(foreign).collect()
}

impl Reader<'_> {
    /// Reads the file that a reference names, where its repository is here, and lets the reference mean what it names. What is
    /// not here is reported where it is called.
    pub(super) fn refer(&mut self, referred: &Referred) {
        let Referred { written, reference } = referred;
        let home = repository_home(&self.documents.lock, &reference.name, reference.rev.as_deref());
        let path = reference.path.as_deref().unwrap_or_default();
        let file = home.as_ref().and_then(|home| self.places.file_at(&join(&home.root, path.trim_start_matches('/'))?));
        let (Some(home), Some(file)) = (home, file) else { return };
        let Some(real) = self.places.inside(&file, &home) else { return };
        let included = self.number_of(None, &real);
        let number = included.or_else(|| self.read_scope(&file, &real, home, written.span));
        if let Some(number) = number {
            self.documents.refer(written, reference, number);
        }
    }

    /// Reads a file and what it includes into a space of names of their own; the number of the file.
    fn read_scope(&mut self, file: &str, real: &str, home: Home, span: Span) -> Option<usize> {
        let scope: Scope = real.to_owned();
        let wanted = Wanted { path: file.to_owned(), home, span, scope: Some(scope.clone()), includer: None };
        self.want(wanted);
        self.drain();
        self.number_of(Some(&scope), real)
    }
}
