//! Nodes as they stand, without looking for references: defaults are data, even where they look like expressions.

use super::{Data, Map, Text, Value};
use crate::source::Spanned;
use crate::syntax::{Node, NodeKind, Style};

/// The value of a node; every string in it is literal.
pub fn literal(node: &Node) -> Value {
    let data = match &node.kind {
        NodeKind::Missing => Data::Unknown,
        NodeKind::Scalar(_) if node.is_null() => Data::Null,
        NodeKind::Scalar(scalar) if scalar.style == Style::Plain => Data::Plain(scalar.text.clone()),
        NodeKind::Scalar(scalar) => Data::Text(Text::literal(&*scalar.text)),
        NodeKind::Sequence(items) => Data::List(items.iter().map(literal).collect()),
        NodeKind::Mapping(entries) => {
            let mut map = Map::default();
            for entry in entries {
                if let Some(key) = entry.key.text() {
                    map.insert(Spanned::new(key.to_owned(), entry.key.span), literal(&entry.value));
                }
            }
            Data::Map(map)
        }
    };
    Value::new(data, node.span)
}
