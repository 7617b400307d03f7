//! Tables of a TOML file, with findings for what does not fit.

use std::ops::Range;

use toml::Spanned as TomlSpanned;
use toml::de::{DeTable, DeValue};

use super::PreferredEngine;
use super::rules::INVALID_SETTING;
use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule, did_you_mean, one_of, select};
use crate::source::{FileId, Span, Spanned, quoted};

/// What every part of a file needs while it is read.
pub(super) struct Reader<'a> {
    pub(super) file: FileId,
    pub(super) rules: &'a [&'static Rule],
    pub(super) diagnostics: &'a mut Diagnostics,
}

type Value<'t> = TomlSpanned<DeValue<'t>>;

impl Reader<'_> {
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }

    pub(super) fn report(&mut self, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.diagnostics.report(&INVALID_SETTING, span, message)
    }

    /// The entries of a table in the order in which they stand; keys that are none of `known` are reported and left out.
    pub(super) fn entries<'t, 'v>(
        &mut self,
        table: &'t DeTable<'v>,
        known: Option<&[&str]>,
    ) -> Vec<(Spanned<String>, &'t Value<'v>)> {
        let key = |key: &TomlSpanned<_>, text: String| Spanned::new(text, self.span(key.span()));
        let mut entries: Vec<(Spanned<String>, &Value)> =
            table.iter().map(|(name, value)| (key(name, name.get_ref().to_string()), value)).collect();
        entries.sort_by_key(|(name, _)| name.span);
        let Some(known) = known else { return entries };
        entries.retain(|(name, _)| {
            let fits = known.contains(&name.value.as_str());
            if !fits {
                let help = match did_you_mean(name, known.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("there is {}", one_of(known.iter().copied())),
                };
                self.report(name.span, format!("there is no setting `{}`", name.value)).help(help);
            }
            fits
        });
        entries
    }

    fn misfit(&mut self, key: &str, value: &Value<'_>, wanted: &str) {
        let span = self.span(value.span());
        let found = value.get_ref().type_str();
        self.report(span, format!("`{key}` must be {wanted}, found a TOML {found}"));
    }

    pub(super) fn text(&mut self, key: &str, value: &Value<'_>, wanted: &str) -> Option<Spanned<String>> {
        let Some(text) = value.get_ref().as_str() else {
            self.misfit(key, value, wanted);
            return None;
        };
        Some(Spanned::new(text.to_owned(), self.span(value.span())))
    }

    pub(super) fn texts(&mut self, key: &str, value: &Value<'_>, wanted: &str) -> Vec<Spanned<String>> {
        let Some(items) = value.get_ref().as_array() else {
            self.misfit(key, value, wanted);
            return Vec::new();
        };
        items.iter().filter_map(|item| self.text(&format!("an item of `{key}`"), item, "a text")).collect()
    }

    pub(super) fn table<'t, 'v>(&mut self, key: &str, value: &'t Value<'v>) -> Option<&'t DeTable<'v>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.misfit(key, value, "a table");
        }
        table
    }

    pub(super) fn level(&mut self, key: &str, value: &Value<'_>) -> Option<Spanned<Level>> {
        let text = self.text(key, value, "`error`, `warning` or `info`")?;
        let level = level_named(&text);
        if level.is_none() {
            self.report(text.span, format!("`{key}` cannot be {}", quoted(&text.value)))
                .help("write `error`, `warning` or `info`");
        }
        level.map(|level| Spanned::new(level, text.span))
    }

    /// The name of an engine.
    pub(super) fn engine(&mut self, key: &str, value: &Value<'_>) -> Option<PreferredEngine> {
        let text = self.text(key, value, "`auto`, `docker` or `process`")?;
        let engine = PreferredEngine::from_word(&text);
        if engine.is_none() {
            self.report(text.span, format!("`{key}` cannot be {}", quoted(&text.value)))
                .help("write `auto`, `docker` or `process`");
        }
        engine
    }

    /// The rules that a word means; none, after a report, when it means nothing.
    pub(super) fn selected(&mut self, word: &Spanned<String>) -> Vec<&'static Rule> {
        let found = select(self.rules, word).map(|(_, rules)| rules).unwrap_or_default();
        // The rules of policies are known only where these are asked.
        if found.is_empty() && !word.starts_with("policy:") {
            let help = match did_you_mean(word, self.rules.iter().map(|rule| rule.name)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`pt explain` lists all rules".to_owned(),
            };
            self.report(word.span, format!("there is no rule `{}`", word.value)).help(help);
        }
        found
    }
}

/// The level of a word.
pub(super) fn level_named(word: &str) -> Option<Level> {
    match word {
        "error" => Some(Level::Error),
        "warning" | "warn" => Some(Level::Warning),
        "info" => Some(Level::Info),
        _ => None,
    }
}
