//! Which values are equal, as `=` says, and their hashes as keys.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use super::value::Value;

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Value::Nil, Value::Nil) | (Value::Unknown, Value::Unknown) => true,
            (Value::Bool(here), Value::Bool(there)) => here == there,
            (Value::Int(here), Value::Int(there)) => here == there,
            // Bits, so that NaN is a key like any other; both zeros are one.
            (Value::Float(here), Value::Float(there)) => bits(*here) == bits(*there),
            (Value::Char(here), Value::Char(there)) => here == there,
            (Value::Text(here), Value::Text(there)) => here.text == there.text,
            (Value::Keyword(here), Value::Keyword(there)) | (Value::Symbol(here), Value::Symbol(there)) => {
                here == there
            }
            (Value::Pattern(here), Value::Pattern(there)) => Rc::ptr_eq(here, there),
            (Value::List(here) | Value::Vector(here), Value::List(there) | Value::Vector(there)) => {
                Rc::ptr_eq(here, there) || here.values() == there.values()
            }
            (Value::Set(here), Value::Set(there)) | (Value::Map(here), Value::Map(there)) => {
                Rc::ptr_eq(here, there) || here.entries() == there.entries()
            }
            (Value::Endless(here), Value::Endless(there)) => Rc::ptr_eq(here, there),
            (Value::Function(here), Value::Function(there)) => here.is_same(there),
            (Value::Failure(here), Value::Failure(there)) => Rc::ptr_eq(here, there),
            _ => false,
        }
    }
}

impl Eq for Value {}

fn bits(number: f64) -> u64 {
    if number == 0.0 { 0 } else { number.to_bits() }
}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Value::Bool(known) => known.hash(state),
            Value::Int(known) => known.hash(state),
            Value::Float(known) => bits(*known).hash(state),
            Value::Char(known) => known.hash(state),
            Value::Text(text) => text.text.hash(state),
            Value::Keyword(name) | Value::Symbol(name) => name.hash(state),
            Value::List(items) | Value::Vector(items) => items.values().hash(state),
            // The order of entries does not count.
            Value::Set(table) | Value::Map(table) => {
                let entry = |entry: (&Value, &Value)| {
                    let mut hasher = DefaultHasher::new();
                    entry.hash(&mut hasher);
                    hasher.finish()
                };
                table.entries().iter().map(entry).fold(0_u64, u64::wrapping_add).hash(state);
            }
            Value::Nil
            | Value::Pattern(_)
            | Value::Endless(_)
            | Value::Function(_)
            | Value::Failure(_)
            | Value::Unknown => std::mem::discriminant(self).hash(state),
        }
    }
}
