//! Arguments as the functions need them; anything else is a fault of that argument.

use std::rc::Rc;

use super::super::collection::{Items, Table};
use super::super::machine::Machine;
use super::super::trouble::Outcome;
use super::super::value::{Text, Value};

/// A whole number.
pub(super) fn integer(machine: &Machine<'_>, arguments: &[Value], index: usize) -> Outcome<i64> {
    match &arguments[index] {
        Value::Int(number) => Ok(*number),
        other => Err(machine.expected("a whole number", other, index)),
    }
}

/// How many: negative numbers are 0.
pub(super) fn count(machine: &Machine<'_>, arguments: &[Value], index: usize) -> Outcome<usize> {
    let number = integer(machine, arguments, index)?.max(0);
    Ok(usize::try_from(number).unwrap_or(usize::MAX))
}

/// Text.
pub(super) fn text(machine: &Machine<'_>, arguments: &[Value], index: usize) -> Outcome<Rc<Text>> {
    match &arguments[index] {
        Value::Text(text) => Ok(Rc::clone(text)),
        other => Err(machine.expected("text", other, index)),
    }
}

/// A map; `nil` is an empty one.
pub(super) fn map(machine: &mut Machine<'_>, arguments: &mut [Value], index: usize) -> Outcome<Rc<Table>> {
    match std::mem::take(&mut arguments[index]) {
        Value::Map(table) => Ok(table),
        Value::Nil => Ok(Rc::new(machine.table()?)),
        other => Err(machine.expected("a map", &other, index)),
    }
}

/// A set; `nil` is an empty one.
pub(super) fn set(machine: &mut Machine<'_>, arguments: &[Value], index: usize) -> Outcome<Rc<Table>> {
    match &arguments[index] {
        Value::Set(table) => Ok(Rc::clone(table)),
        Value::Nil => Ok(Rc::new(machine.table()?)),
        other => Err(machine.expected("a set", other, index)),
    }
}

/// The items of something, ready to be shared.
pub(super) fn items(machine: &mut Machine<'_>, arguments: &[Value], index: usize) -> Outcome<Rc<Items>> {
    if let Value::List(items) | Value::Vector(items) = &arguments[index] {
        return Ok(Rc::clone(items));
    }
    let values = machine.all(&arguments[index], index)?;
    match machine.list(values)? {
        Value::List(items) => Ok(items),
        other => Err(machine.expected("a collection", &other, index)),
    }
}
