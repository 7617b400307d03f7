//! The keys of a map as a concept reads them: each asked for once, the rest reported as unknown.

use crate::diagnostic::{Diagnostics, Fix, did_you_mean, one_of};
use crate::source::{Span, Spanned};
use crate::syntax::{Entry, Node};
use crate::value::{MISSING_ARGUMENT, UNKNOWN_FIELD, WRONG_TYPE, id_problem};

/// The entries of one map, read by name.
#[derive(Debug)]
pub struct Fields<'a> {
    /// What is read, for messages: `a module`.
    what: &'static str,
    entries: &'a [Entry],
    /// The whole map.
    pub span: Span,
}

impl<'a> Fields<'a> {
    /// The map at `node`, whose keys must be among `known`; `None`, after a report, when it is no map.
    pub fn of(node: &'a Node, what: &'static str, known: &[&str], diagnostics: &mut Diagnostics) -> Option<Self> {
        let Some(entries) = node.as_mapping() else {
            if !node.is_missing() {
                diagnostics
                    .report(&WRONG_TYPE, node.span, format!("{what} must be a map, found {}", node.describe()))
                    .label("expected a map")
                    .help(format!("known keys are {}", one_of(known.iter().copied())));
            }
            return None;
        };
        for entry in entries {
            let Some(key) = entry.key.text() else { continue };
            if known.contains(&key) {
                continue;
            }
            let near = did_you_mean(key, known.iter().copied());
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known keys are {}", one_of(known.iter().copied())),
            };
            diagnostics
                .report(&UNKNOWN_FIELD, entry.key.span, format!("{what} has no key `{key}`"))
                .help(help)
                .maybe_fix(near.map(|near| Fix::respell(entry.key.span, near)));
        }
        Some(Self { what, entries, span: node.span })
    }

    /// The value of a key; a null counts as absent.
    pub fn get(&self, key: &str) -> Option<&'a Node> {
        self.entry(key).map(|entry| &entry.value).filter(|value| !value.is_null())
    }

    /// The key and its value, null or not.
    pub fn entry(&self, key: &str) -> Option<&'a Entry> {
        self.entries.iter().find(|entry| entry.key.text() == Some(key))
    }

    /// The text of a key that may be absent.
    pub fn text(&self, key: &str, diagnostics: &mut Diagnostics) -> Option<Spanned<String>> {
        let node = self.get(key)?;
        if let Some(text) = node.text() {
            return Some(Spanned::new(text.to_owned(), node.span));
        }
        if !node.is_missing() {
            let message = format!("`{key}` must be text, found {}", node.describe());
            diagnostics.report(&WRONG_TYPE, node.span, message).label("expected text");
        }
        None
    }

    /// The text of a key that has to be there.
    pub fn required(&self, key: &str, help: &str, diagnostics: &mut Diagnostics) -> Option<Spanned<String>> {
        match self.entry(key) {
            Some(entry) if !entry.value.is_null() => self.text(key, diagnostics),
            found => {
                let span = found.map_or(self.span, |entry| entry.key.span);
                diagnostics.report(&MISSING_ARGUMENT, span, format!("{} needs `{key}`", self.what)).help(help);
                None
            }
        }
    }

    /// A required name.
    pub fn id(&self, help: &str, diagnostics: &mut Diagnostics) -> Option<Spanned<String>> {
        self.required("id", help, diagnostics)?;
        self.optional_id(diagnostics)
    }

    /// A name that may be absent.
    pub fn optional_id(&self, diagnostics: &mut Diagnostics) -> Option<Spanned<String>> {
        let id = self.text("id", diagnostics)?;
        if let Some(problem) = id_problem(&id) {
            diagnostics.report(
                &crate::value::INVALID_LITERAL,
                id.span,
                format!("{} cannot be called `{}`: {problem}", self.what, id.value),
            );
        }
        Some(id)
    }

    /// `true` or `false`; absent is false.
    pub fn flag(&self, key: &str, diagnostics: &mut Diagnostics) -> bool {
        let Some(node) = self.get(key) else { return false };
        let flag = node.text().and_then(crate::value::scalar::bool);
        if flag.is_none() && !node.is_missing() {
            let message = format!("`{key}` must be `true` or `false`, found {}", node.describe());
            diagnostics.report(&WRONG_TYPE, node.span, message);
        }
        flag.unwrap_or_default()
    }

    /// The items of a list that may be absent or null.
    pub fn list(&self, key: &str, diagnostics: &mut Diagnostics) -> &'a [Node] {
        let Some(node) = self.get(key) else { return &[] };
        if let Some(items) = node.as_sequence() {
            return items;
        }
        if !node.is_missing() {
            let message = format!("`{key}` must be a list, found {}", node.describe());
            diagnostics
                .report(&WRONG_TYPE, node.span, message)
                .label("expected a list")
                .help("begin each item with `- `");
        }
        &[]
    }
}
