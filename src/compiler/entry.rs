//! Which template, tool or module a name means, and which one is meant without a name.

use crate::expand::Entry;
use crate::include::{Documents, Named};
use crate::model::TemplateKind;

/// No job of that name, and what to type instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no template, tool or module `{name}`")]
pub struct UnknownJob {
    /// What was asked for.
    pub name: String,
    /// The nearest name, or all of them.
    pub help: String,
}

/// The template, tool or module of a name; without a name the main one.
pub(super) fn find<'a>(documents: &'a Documents, name: &str) -> Result<Entry<'a>, UnknownJob> {
    if name.is_empty()
        && let Some(main) = main_entry(documents)
    {
        return Ok(main);
    }
    match documents.get(name) {
        // Modules win, as they do in steps.
        Some(Named::Module(module)) => Ok(Entry::Module(module)),
        Some(Named::Template(template)) => Ok(Entry::Template(template)),
        None => {
            let help = match crate::diagnostic::did_you_mean(name, documents.names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("this file has {}", crate::diagnostic::one_of(documents.names())),
            };
            Err(UnknownJob { name: name.to_owned(), help })
        }
    }
}

/// What is meant where no name is given: `stack`, else `default`, else the first template, else the only thing there is.
pub(super) fn main_entry(documents: &Documents) -> Option<Entry<'_>> {
    let named = documents.template("stack").or_else(|| documents.template("default"));
    let first = || documents.templates().find(|template| template.kind == TemplateKind::Template);
    if let Some(main) = named.or_else(first) {
        return Some(Entry::Template(main));
    }
    let templates = documents.templates().map(Entry::Template);
    let mut all = templates.chain(documents.modules().map(Entry::Module));
    all.next().filter(|_| all.next().is_none())
}
