//! A rendered tree back to a value: every token gives back what it stands for.

use super::leaf::{CLOSE, Leaves, OPEN};
use crate::source::{Span, Spanned};
use crate::syntax::{Node, NodeKind, Style};
use crate::value::{Data, Map, Segment, Text, Value};

/// What a rendered tree means; everything that is no argument is placed at `call`.
pub(super) fn decode(node: &Node, leaves: &Leaves, call: Span) -> Value {
    let data = match &node.kind {
        NodeKind::Missing => Data::Unknown,
        NodeKind::Scalar(_) if node.is_null() => Data::Null,
        NodeKind::Scalar(scalar) if scalar.text.contains(OPEN) => return decode_text(&scalar.text, leaves, call),
        NodeKind::Scalar(scalar) if scalar.style == Style::Plain => Data::Plain(scalar.text.clone()),
        NodeKind::Scalar(scalar) => Data::Text(Text::literal(&*scalar.text)),
        NodeKind::Sequence(items) => Data::List(items.iter().map(|item| decode(item, leaves, call)).collect()),
        NodeKind::Mapping(entries) => {
            let mut map = Map::default();
            for entry in entries {
                if let Some(key) = entry.key.text() {
                    map.insert(Spanned::new(key.to_owned(), call), decode(&entry.value, leaves, call));
                }
            }
            Data::Map(map)
        }
    };
    Value::new(data, call)
}

/// A scalar that is a token, or that holds some: text put together from arguments is placed at the last of them.
fn decode_text(scalar: &str, leaves: &Leaves, call: Span) -> Value {
    let whole = scalar.strip_prefix(OPEN).and_then(|rest| rest.strip_suffix(CLOSE));
    if let Some(value) = whole.and_then(|token| leaves.at(token)) {
        return value;
    }
    let mut text = Text::default();
    let mut span = call;
    let mut rest = scalar;
    while let Some((before, after)) = rest.split_once(OPEN) {
        text.push(Segment::Literal(before.to_owned()));
        let (token, after) = after.split_once(CLOSE).unwrap_or((after, ""));
        if let Some(value) = leaves.at(token) {
            match value.to_text() {
                Some(piece) => text.append(&piece),
                None => return Value::unknown(value.span),
            }
            span = value.span;
        }
        rest = after;
    }
    text.push(Segment::Literal(rest.to_owned()));
    Value::new(Data::Text(text), span)
}
