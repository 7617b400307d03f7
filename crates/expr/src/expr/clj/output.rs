//! Values of the program into plain ones: keywords become texts, everything with items a list.

use super::machine::Machine;
use super::print::print;
use super::trouble::{Outcome, Trouble};
use super::value::Value;
use crate::expr::code::Datum;

/// A value as the outside sees it.
pub(super) fn datum(machine: &mut Machine<'_>, value: &Value) -> Outcome<Datum> {
    machine.meter.step(1)?;
    Ok(match value {
        Value::Nil => Datum::Null,
        Value::Bool(known) => Datum::Bool(*known),
        Value::Int(known) => Datum::Int(*known),
        Value::Float(known) => Datum::Float(*known),
        Value::Char(letter) => Datum::Text(letter.to_string()),
        Value::Text(text) => Datum::Text(text.text.to_string()),
        Value::Keyword(name) | Value::Symbol(name) => Datum::Text(name.to_string()),
        Value::Pattern(pattern) => Datum::Text(pattern.source().to_owned()),
        Value::List(items) | Value::Vector(items) => {
            Datum::List(items.values().iter().map(|item| datum(machine, item)).collect::<Outcome<_>>()?)
        }
        Value::Set(table) => {
            Datum::List(table.entries().keys().map(|item| datum(machine, item)).collect::<Outcome<_>>()?)
        }
        Value::Map(table) => {
            let mut entries: Vec<(String, Datum)> = Vec::with_capacity(table.entries().len());
            let mut places = std::collections::HashMap::new();
            for (key, value) in table.entries() {
                let key = name(machine, key)?;
                let value = datum(machine, value)?;
                // `:a` and `"a"` are one key outside; the last one counts.
                match places.insert(key.clone(), entries.len()) {
                    Some(place) => {
                        entries[place].1 = value;
                        places.insert(key, place);
                    }
                    None => entries.push((key, value)),
                }
            }
            Datum::Map(entries)
        }
        Value::Failure(failure) => Datum::Text(failure.message.clone()),
        Value::Unknown => Datum::Unknown,
        Value::Endless(_) => {
            return Err(Trouble::limit("a sequence without end is no value: `take` some of it".to_owned()));
        }
        Value::Function(function) => {
            return Err(Trouble::failed(format!("the function `{}` is no value: call it", function.name())));
        }
    })
}

/// A key of a map as text.
fn name(machine: &mut Machine<'_>, key: &Value) -> Outcome<String> {
    match key {
        Value::Keyword(name) | Value::Symbol(name) => Ok(name.to_string()),
        Value::Text(text) => Ok(text.text.to_string()),
        Value::Int(_) | Value::Float(_) | Value::Bool(_) | Value::Char(_) => print(machine, key, false),
        other => {
            Err(Trouble::failed(format!("the key of a map must be a keyword or text, found {}", other.describe())))
        }
    }
}
