//! An item of `include`: a directory, a file, `{path: …}` or `{repo: gh:owner/name}`.

use super::remote_reference::GITHUB;
use super::{Fields, RemoteReference};
use crate::diagnostic::Diagnostics;
use crate::source::{Span, Spanned};
use crate::syntax::Node;
use crate::value::{INVALID_LITERAL, WRONG_TYPE};

/// Something that a file includes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Include {
    /// A directory with a blueprint file, or such a file, relative to the including file's directory.
    Path(Spanned<String>),
    /// Another repository.
    Repository(Repository),
}

/// `gh:owner/name[@rev][:path]`, and what of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// The reference as written, such as `gh:owner/name`.
    pub reference: Spanned<String>,
    /// `owner/name`.
    pub name: String,
    /// The branch, tag or commit that is asked for; whatever is pinned when absent.
    pub rev: Option<String>,
    /// The directory or file in it; its root when absent.
    pub path: Option<Spanned<String>>,
}

/// The keys of the map form.
pub const INCLUDE_KEYS: [&str; 2] = ["path", "repo"];

impl Include {
    /// Reads an item of `include`; `None`, after a report, when it is none.
    pub fn read(item: &Node, diagnostics: &mut Diagnostics) -> Option<Self> {
        if item.is_null() {
            return None;
        }
        if let Some(text) = item.text() {
            let written = Spanned::new(text.to_owned(), item.span);
            if text.starts_with(GITHUB) {
                return repository(written, None, diagnostics);
            }
            return Some(Include::Path(written));
        }
        if item.as_sequence().is_some() {
            let message = format!("an item of `include` must be a path or a map, found {}", item.describe());
            diagnostics
                .report(&WRONG_TYPE, item.span, message)
                .help("write `- services/api`, or `- repo: gh:owner/name`");
            return None;
        }
        let fields = Fields::of(item, "an item of `include`", &INCLUDE_KEYS, diagnostics)?;
        let path = fields.text("path", diagnostics);
        match fields.text("repo", diagnostics) {
            Some(written) => repository(written, path, diagnostics),
            None if path.is_some() => path.map(Include::Path),
            None => fields.required("path", "add `path`: a directory of this project", diagnostics).map(Include::Path),
        }
    }

    /// The place of it in the file.
    pub fn span(&self) -> Span {
        match self {
            Include::Path(path) => path.span,
            Include::Repository(repository) => repository.reference.span,
        }
    }
}

fn repository(
    reference: Spanned<String>,
    path: Option<Spanned<String>>,
    diagnostics: &mut Diagnostics,
) -> Option<Include> {
    let parsed = reference.starts_with(GITHUB).then(|| RemoteReference::parse(&reference)).flatten();
    let Some(RemoteReference { name, rev, path: inside, module: None }) = parsed else {
        diagnostics
            .report(&INVALID_LITERAL, reference.span, format!("`{}` is no reference to a repository", reference.value))
            .help("write `gh:owner/name`");
        return None;
    };
    let path = path.or_else(|| inside.map(|inside| Spanned::new(inside, reference.span)));
    Some(Include::Repository(Repository { reference, name, rev, path }))
}

/// `owner/name` of `gh:owner/name`; nothing may follow it.
pub fn repository_name(reference: &str) -> Option<&str> {
    let name = reference.strip_prefix(GITHUB)?;
    RemoteReference::parse(name).filter(|reference| reference.name == name)?;
    Some(name)
}
