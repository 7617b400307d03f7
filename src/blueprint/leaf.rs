//! Texts on their way through a template: opaque tokens, so that places and secrets survive the rendering.

use std::fmt;
use std::sync::Arc;

use minijinja::value::{Object, ObjectRepr};

use crate::source::{Span, Spanned};
use crate::syntax::{Node, NodeKind, Style};
use crate::value::{Data, Map, ParamType, Segment, Text, Value};

/// Private-use characters that no YAML file holds by accident; those in a user's text travel inside of a leaf.
const OPEN: char = '\u{F0001}';
const CLOSE: char = '\u{F0002}';

/// A value that a template can pass on, join and name, but not look into.
#[derive(Debug)]
pub(super) struct Leaf {
    index: usize,
    /// The characters, where they are known; for filters that derive a file name from a path.
    pub(super) known: Option<String>,
}

impl Object for Leaf {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn render(self: &Arc<Self>, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{OPEN}{}{CLOSE}", self.index)
    }
}

/// The values that stand behind the tokens of one rendering.
#[derive(Debug, Default)]
pub(super) struct Leaves {
    values: Vec<Value>,
}

impl Leaves {
    /// A bound argument as a template sees it: numbers, bools and choices as they are, texts as leaves.
    pub(super) fn wrap(&mut self, value: &Value, kind: &ParamType) -> minijinja::Value {
        let choice = matches!(kind.inner(), ParamType::Enum(_));
        match &value.data {
            _ if value.is_null() => minijinja::Value::from(()),
            Data::Bool(known) => minijinja::Value::from(*known),
            Data::Int(known) => minijinja::Value::from(*known),
            Data::Float(known) => minijinja::Value::from(*known),
            Data::Text(text) if choice && text.as_literal().is_some() => minijinja::Value::from(text.as_literal()),
            Data::List(items) => items.iter().map(|item| self.wrap(item, &ParamType::Any)).collect::<Vec<_>>().into(),
            Data::Map(map) => {
                let entries = map.iter().map(|(key, item)| (key.value.clone(), self.wrap(item, &ParamType::Any)));
                minijinja::Value::from_pairs(entries)
            }
            _ => {
                let known = value.to_text().and_then(|text| text.known());
                self.values.push(value.clone());
                minijinja::Value::from_object(Leaf { index: self.values.len() - 1, known })
            }
        }
    }

    /// What a rendered tree means: tokens give back their values, everything else is written at `call`.
    pub(super) fn unwrap(&self, node: &Node, call: Span) -> Value {
        let data = match &node.kind {
            NodeKind::Missing => Data::Unknown,
            NodeKind::Scalar(_) if node.is_null() => Data::Null,
            NodeKind::Scalar(scalar) if scalar.text.contains(OPEN) => return self.decode(&scalar.text, call),
            NodeKind::Scalar(scalar) if scalar.style == Style::Plain => Data::Plain(scalar.text.clone()),
            NodeKind::Scalar(scalar) => Data::Text(Text::literal(&*scalar.text)),
            NodeKind::Sequence(items) => Data::List(items.iter().map(|item| self.unwrap(item, call)).collect()),
            NodeKind::Mapping(entries) => {
                let mut map = Map::default();
                for entry in entries {
                    if let Some(key) = entry.key.text() {
                        let value = self.unwrap(&entry.value, call);
                        map.insert(Spanned::new(key.to_owned(), value.span), value);
                    }
                }
                Data::Map(map)
            }
        };
        Value::new(data, call)
    }

    fn decode(&self, scalar: &str, call: Span) -> Value {
        if let Some(value) =
            scalar.strip_prefix(OPEN).and_then(|rest| rest.strip_suffix(CLOSE)).and_then(|n| self.at(n))
        {
            return value.clone();
        }
        let mut text = Text::default();
        let mut span = call;
        let mut rest = scalar;
        while let Some((before, after)) = rest.split_once(OPEN) {
            text.push(Segment::Literal(before.to_owned()));
            let (index, after) = after.split_once(CLOSE).unwrap_or((after, ""));
            match self.at(index).map(|value| (value, value.to_text())) {
                Some((value, Some(piece))) => {
                    text.append(&piece);
                    span = value.span;
                }
                Some((value, None)) if !value.is_null() => return Value::unknown(value.span),
                _ => {}
            }
            rest = after;
        }
        text.push(Segment::Literal(rest.to_owned()));
        Value::new(Data::Text(text), span)
    }

    fn at(&self, index: &str) -> Option<&Value> {
        self.values.get(index.parse::<usize>().ok()?)
    }
}
