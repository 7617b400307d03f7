//! Where each part of the input was written, by the way to it.

use std::collections::BTreeMap;

use crate::source::Span;

/// Places by their steps, such as `["env", "POSTGRES_DB"]`.
#[derive(Debug, Default)]
pub(super) struct SpanIndex {
    places: BTreeMap<Vec<String>, Span>,
}

impl SpanIndex {
    /// Remembers a place; what is there already stays.
    pub(super) fn put<S: Into<String>>(&mut self, way: impl IntoIterator<Item = S>, span: Span) {
        self.places.entry(way.into_iter().map(Into::into).collect()).or_insert(span);
    }

    /// The place of a way, or of the nearest part above it.
    pub(super) fn nearest(&self, way: &[String]) -> Option<Span> {
        (1..=way.len()).rev().find_map(|length| self.places.get(&way[..length]).copied())
    }

    /// All places, by the way written as a JSON pointer (RFC 6901).
    pub(super) fn pointers(&self) -> impl Iterator<Item = (String, Span)> {
        let escaped = |step: &String| format!("/{}", step.replace('~', "~0").replace('/', "~1"));
        self.places.iter().map(move |(way, span)| (way.iter().map(escaped).collect(), *span))
    }

    /// All places, by the way with dots between its steps.
    pub(super) fn dotted(&self) -> impl Iterator<Item = (String, Span)> {
        self.places.iter().map(|(way, span)| (way.join("."), *span))
    }
}
