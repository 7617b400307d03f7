//! Arguments on their way through a template: opaque tokens, so that places and secrets survive the rendering.

use std::fmt;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, PoisonError};

use minijinja::value::{Enumerator, Object, ObjectRepr};
use minijinja::{Error, ErrorKind, State};

use crate::source::Span;
use crate::value::{Data, ParamType, Text, Value};

/// Private-use characters around the number of a token; those in a user's text travel behind a token.
pub(super) const OPEN: char = '\u{F0001}';
/// Ends a token.
pub(super) const CLOSE: char = '\u{F0002}';

/// An argument, or a part of one. A template can pass it on, join it, look it up and walk through it; what is written of
/// it is a token that stands for the whole value.
#[derive(Debug)]
pub(super) struct Leaf {
    token: usize,
    parts: Parts,
    /// The text, where it is one; for filters that derive another text from it.
    pub(super) text: Option<Text>,
    /// Where the value was written.
    pub(super) span: Span,
}

#[derive(Debug)]
enum Parts {
    /// A scalar.
    None,
    /// A hole: every part of it is the same hole.
    Hole,
    List(Vec<minijinja::Value>),
    Map(Vec<(String, minijinja::Value)>),
}

impl Leaf {
    /// Whether it is a hole.
    pub(super) fn is_hole(&self) -> bool {
        matches!(self.parts, Parts::Hole)
    }
}

impl Object for Leaf {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        match self.parts {
            Parts::None => ObjectRepr::Plain,
            Parts::Hole | Parts::List(_) => ObjectRepr::Seq,
            Parts::Map(_) => ObjectRepr::Map,
        }
    }

    fn get_value(self: &Arc<Self>, key: &minijinja::Value) -> Option<minijinja::Value> {
        match &self.parts {
            Parts::None => None,
            Parts::Hole => Some(minijinja::Value::from_dyn_object(self.clone())),
            Parts::List(items) => items.get(key.as_usize()?).cloned(),
            Parts::Map(entries) => {
                let name = key.as_str()?;
                // `read_only` finds `read-only`, as it does among the parameters.
                let same = |entry: &&(String, minijinja::Value)| entry.0 == name || entry.0.replace('-', "_") == name;
                entries.iter().find(same).map(|(_, value)| value.clone())
            }
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        match &self.parts {
            Parts::None => Enumerator::NonEnumerable,
            Parts::Hole => Enumerator::Seq(1),
            Parts::List(items) => Enumerator::Seq(items.len()),
            Parts::Map(entries) => {
                Enumerator::Values(entries.iter().map(|(key, _)| minijinja::Value::from(key.as_str())).collect())
            }
        }
    }

    fn is_true(self: &Arc<Self>) -> bool {
        match &self.parts {
            Parts::None => self.text.as_ref().is_none_or(|text| text.as_literal() != Some("")),
            _ => self.enumerator_len() != Some(0),
        }
    }

    fn render(self: &Arc<Self>, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{OPEN}{}{CLOSE}", self.token)
    }
}

/// The name under which a rendering's leaves stand among its arguments; none that a template can write.
pub(super) const LEAVES: &str = " leaves";

/// What one rendering knows: the values behind its tokens, its call, and how much it has written.
#[derive(Debug)]
pub(super) struct Leaves {
    values: Mutex<Vec<Value>>,
    /// The call; what has no other place is placed there.
    pub(super) call: Span,
    /// Bytes written so far.
    pub(super) written: AtomicUsize,
}

impl Object for Leaves {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }
}

impl Leaves {
    /// Those of a rendering for `call`.
    pub(super) fn of(call: Span) -> Arc<Self> {
        Arc::new(Self { values: Mutex::default(), call, written: AtomicUsize::new(0) })
    }

    /// Those of the rendering that is going on.
    pub(super) fn current(state: &State) -> Result<Arc<Self>, Error> {
        let found = state.lookup(LEAVES).and_then(|value| value.downcast_object::<Self>());
        found.ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "there is no rendering"))
    }

    /// A bound argument as a template sees it: numbers, bools and choices as they are, everything else as leaves.
    pub(super) fn wrap(&self, value: &Value, kind: &ParamType) -> minijinja::Value {
        let kind = kind.inner();
        match &value.data {
            _ if value.is_null() => minijinja::Value::from(()),
            Data::Bool(known) => minijinja::Value::from(*known),
            Data::Int(known) => minijinja::Value::from(*known),
            Data::Float(known) => minijinja::Value::from(*known),
            Data::Text(text) if matches!(kind, ParamType::Enum(_)) && text.known().is_some() => {
                minijinja::Value::from(text.known())
            }
            Data::List(items) => {
                let of = item_type(kind);
                self.leaf(value, Parts::List(items.iter().map(|item| self.wrap(item, of)).collect()))
            }
            Data::Map(map) => {
                let parts = map.iter().map(|(key, item)| (key.value.clone(), self.wrap(item, key_type(kind, key))));
                let mut parts: Vec<_> = parts.collect();
                parts.extend(absent_keys(kind, value).map(|key| (key, minijinja::Value::from(()))));
                self.leaf(value, Parts::Map(parts))
            }
            Data::Unknown => self.leaf(value, Parts::Hole),
            Data::Plain(_) | Data::Text(_) | Data::Null => self.leaf(value, Parts::None),
        }
    }

    /// Text that a filter made of what was written at `span`.
    pub(super) fn text(&self, text: Text, span: Span) -> minijinja::Value {
        self.leaf(&Value::new(Data::Text(text), span), Parts::None)
    }

    fn leaf(&self, value: &Value, parts: Parts) -> minijinja::Value {
        let token = self.token(value.clone());
        minijinja::Value::from_object(Leaf { token, parts, text: value.to_text(), span: value.span })
    }

    /// The value that a template's value stands for, if it is an argument or a part of one.
    pub(super) fn value_of(&self, value: &minijinja::Value) -> Option<Value> {
        let leaf = value.downcast_object_ref::<Leaf>()?;
        self.values.lock().unwrap_or_else(PoisonError::into_inner).get(leaf.token).cloned()
    }

    /// Keeps a value; the number of the token that stands for it.
    fn token(&self, value: Value) -> usize {
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        values.push(value);
        values.len() - 1
    }

    /// The value behind a token.
    pub(super) fn at(&self, token: &str) -> Option<Value> {
        let values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        values.get(token.parse::<usize>().ok()?).cloned()
    }
}

fn item_type(kind: &ParamType) -> &ParamType {
    match kind {
        ParamType::List(item) => item,
        _ => &ParamType::Any,
    }
}

fn key_type<'a>(kind: &'a ParamType, key: &str) -> &'a ParamType {
    match kind {
        ParamType::Record(fields) => {
            fields.iter().find(|field| field.name.value == key).map_or(&ParamType::Any, |field| &field.kind)
        }
        ParamType::Map(_, of) => of,
        _ => &ParamType::Any,
    }
}

/// Keys that the type declares and the value leaves out: a template may ask for them.
fn absent_keys<'a>(kind: &'a ParamType, value: &'a Value) -> impl Iterator<Item = String> + 'a {
    let fields = match kind {
        ParamType::Record(fields) => fields.as_slice(),
        _ => &[],
    };
    fields.iter().map(|field| field.name.value.clone()).filter(|name| value.get(name).is_none())
}
