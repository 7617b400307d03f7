//! A file as it is written, as plain data.

use std::ops::Range;

use serde_json::{Map, Value, json};

use super::span_index::SpanIndex;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::{CoreScalar, Node, NodeKind, Style, core_scalar};

/// Stands where a secret was written into the file.
pub(super) const MASK: &str = "****";

/// The places in which rules found secrets.
#[derive(Debug, Default)]
pub(super) struct Secrets {
    places: Vec<Span>,
}

impl Secrets {
    pub(super) fn of(found: &[Diagnostic]) -> Self {
        let concealed = found.iter().filter(|finding| finding.rule.conceals);
        Self { places: concealed.map(|finding| finding.primary.span).collect() }
    }

    /// Whether a part of this place is a secret.
    pub(super) fn touch(&self, span: Span) -> bool {
        let bytes = |span: Span| -> Range<u32> { span.start..span.end };
        let overlap = |a: Range<u32>, b: Range<u32>| a.start < b.end && b.start < a.end;
        self.places.iter().any(|place| place.file == span.file && overlap(bytes(*place), bytes(span)))
    }
}

/// The data of a node and the places of its parts; numbers and truth as YAML 1.2 reads them, what cannot be read is `null`.
pub(super) fn source_value(node: &Node, secrets: &Secrets, way: &mut Vec<String>, places: &mut SpanIndex) -> Value {
    if !way.is_empty() {
        places.put(way.iter().cloned(), node.span);
    }
    match &node.kind {
        NodeKind::Missing => Value::Null,
        NodeKind::Scalar(_) if secrets.touch(node.span) => json!(MASK),
        NodeKind::Scalar(scalar) if scalar.style != Style::Plain => json!(scalar.text),
        NodeKind::Scalar(scalar) => match core_scalar(&scalar.text) {
            CoreScalar::Null => Value::Null,
            CoreScalar::Bool(value) => json!(value),
            CoreScalar::Int(value) => json!(value),
            CoreScalar::Float(value) => json!(value),
            CoreScalar::Text => json!(scalar.text),
        },
        NodeKind::Sequence(items) => {
            let item = |(index, item): (usize, &Node)| within(index.to_string(), item, secrets, way, places);
            items.iter().enumerate().map(item).collect()
        }
        NodeKind::Mapping(entries) => {
            let mut map = Map::new();
            for entry in entries {
                let Some(key) = entry.key.text() else { continue };
                map.insert(key.to_owned(), within(key.to_owned(), &entry.value, secrets, way, places));
            }
            Value::Object(map)
        }
    }
}

fn within(step: String, node: &Node, secrets: &Secrets, way: &mut Vec<String>, places: &mut SpanIndex) -> Value {
    way.push(step);
    let value = source_value(node, secrets, way, places);
    way.pop();
    value
}
