//! What is inside: `get`, `first`, `nth`, `count`, `contains?` and their like.

use std::rc::Rc;

use super::super::builtin::{Builtin, builtin};
use super::super::endless::Endless;
use super::super::machine::Machine;
use super::super::trouble::{Outcome, Trouble};
use super::super::value::Value;
use super::argument::integer;

pub(super) const FUNCTIONS: &[Builtin] = &[
    builtin("get", 2, 3, get).passing(0b100),
    builtin("get-in", 2, 3, get_in).passing(0b100),
    builtin("first", 1, 1, first),
    builtin("second", 1, 1, second),
    builtin("ffirst", 1, 1, first_of_first),
    builtin("last", 1, 1, last),
    builtin("rest", 1, 1, rest),
    builtin("next", 1, 1, next),
    builtin("butlast", 1, 1, but_last),
    builtin("nth", 2, 3, nth).passing(0b100),
    builtin("peek", 1, 1, peek),
    builtin("pop", 1, 1, pop),
    builtin("count", 1, 1, count),
    builtin("empty?", 1, 1, is_empty),
    builtin("not-empty", 1, 1, not_empty),
    builtin("seq", 1, 1, seq),
    builtin("contains?", 2, 2, contains),
    builtin("find", 2, 2, find),
    builtin("pt/param", 1, 1, param),
];

fn get(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let default = arguments.get(2).cloned().unwrap_or_default();
    machine.member(&arguments[0], &arguments[1], default)
}

fn get_in(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let mut found = arguments[0].clone();
    let default = arguments.get(2).cloned().unwrap_or_default();
    for key in machine.all(&arguments[1], 1)? {
        if !has(machine, &found, &key)? {
            return Ok(default);
        }
        found = machine.member(&found, &key, Value::Nil)?;
    }
    Ok(found)
}

fn first(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    Ok(machine.cursor(&arguments[0], 0)?.next(machine)?.unwrap_or_default())
}

fn second(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let mut cursor = machine.cursor(&arguments[0], 0)?;
    cursor.next(machine)?;
    Ok(cursor.next(machine)?.unwrap_or_default())
}

fn first_of_first(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let inner = first(machine, arguments)?;
    Ok(machine.cursor(&inner, 0)?.next(machine)?.unwrap_or_default())
}

fn last(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    if let Some(items) = arguments[0].as_items() {
        return Ok(items.last().cloned().unwrap_or_default());
    }
    let mut cursor = machine.cursor(&arguments[0], 0)?;
    let mut found = Value::Nil;
    while let Some(item) = cursor.next(machine)? {
        found = item;
    }
    Ok(found)
}

fn rest(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    if let Value::Endless(_) = &arguments[0] {
        return machine.endless(Endless::Dropped(1, arguments[0].clone()));
    }
    let values = machine.all(&arguments[0], 0)?;
    machine.list(values.into_iter().skip(1).collect())
}

fn next(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let rest = rest(machine, arguments)?;
    Ok(if rest.as_items().is_some_and(<[Value]>::is_empty) { Value::Nil } else { rest })
}

fn but_last(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let mut values = machine.all(&arguments[0], 0)?;
    values.pop();
    if values.is_empty() { Ok(Value::Nil) } else { machine.list(values) }
}

fn nth(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let index = integer(machine, arguments, 1)?;
    let mut found = None;
    if let Ok(index) = usize::try_from(index) {
        let mut cursor = machine.cursor(&arguments[0], 0)?;
        for _ in 0..index {
            if cursor.next(machine)?.is_none() {
                break;
            }
        }
        found = cursor.next(machine)?;
    }
    match (found, arguments.get(2)) {
        (Some(found), _) => Ok(found),
        (None, Some(default)) => Ok(default.clone()),
        (None, None) if arguments[0].is_nil() => Ok(Value::Nil),
        (None, None) => Err(Trouble::failed_at(1, format!("there is no item `{index}`: `nth` counts from 0"))),
    }
}

fn peek(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    match &arguments[0] {
        Value::Vector(items) => Ok(items.values().last().cloned().unwrap_or_default()),
        Value::List(items) => Ok(items.values().first().cloned().unwrap_or_default()),
        Value::Nil => Ok(Value::Nil),
        other => Err(machine.expected("a vector or list", other, 0)),
    }
}

fn pop(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let empty = || Trouble::failed_at(0, "`pop` takes something out, and there is nothing in it");
    match &arguments[0] {
        Value::Vector(items) => {
            let (_, before) = items.values().split_last().ok_or_else(empty)?;
            machine.vector(before.to_vec())
        }
        Value::List(items) => {
            let (_, behind) = items.values().split_first().ok_or_else(empty)?;
            machine.list(behind.to_vec())
        }
        Value::Nil => Ok(Value::Nil),
        other => Err(machine.expected("a vector or list", other, 0)),
    }
}

fn count(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let length = match &arguments[0] {
        Value::Nil => 0,
        Value::List(items) | Value::Vector(items) => items.values().len(),
        Value::Map(table) | Value::Set(table) => table.entries().len(),
        // As Java counts: in units of 16 bits.
        Value::Text(text) => text.text.encode_utf16().count(),
        Value::Endless(_) => return Err(Trouble::limit("a sequence without end cannot be counted".to_owned())),
        other => return Err(machine.expected("a collection", other, 0)),
    };
    Ok(Value::Int(i64::try_from(length).unwrap_or(i64::MAX)))
}

fn is_empty(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    Ok(Value::Bool(machine.cursor(&arguments[0], 0)?.next(machine)?.is_none()))
}

fn not_empty(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let some = machine.cursor(&arguments[0], 0)?.next(machine)?.is_some();
    Ok(if some { arguments[0].clone() } else { Value::Nil })
}

fn seq(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    if let Value::Endless(_) = &arguments[0] {
        return Ok(arguments[0].clone());
    }
    let values = machine.all(&arguments[0], 0)?;
    if values.is_empty() { Ok(Value::Nil) } else { machine.list(values) }
}

/// Whether a key leads somewhere, if only to `nil`.
fn has(machine: &mut Machine<'_>, collection: &Value, key: &Value) -> Outcome<bool> {
    machine.key(key)?;
    let index =
        |length: usize| matches!(key, Value::Int(index) if usize::try_from(*index).is_ok_and(|index| index < length));
    match collection {
        Value::Map(table) | Value::Set(table) => Ok(table.entries().contains_key(key)),
        Value::Vector(items) => Ok(index(items.values().len())),
        Value::Text(text) => Ok(index(text.text.chars().count())),
        Value::Unknown => Err(Trouble::unknown()),
        _ => Ok(false),
    }
}

fn contains(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    match &arguments[0] {
        Value::Map(_) | Value::Set(_) | Value::Vector(_) | Value::Text(_) | Value::Nil => {
            has(machine, &arguments[0], &arguments[1]).map(Value::Bool)
        }
        // A list has no keys: what is meant is almost always `some`.
        Value::List(_) => Err(Trouble::failed_at(
            0,
            "`contains?` looks for keys, and a list has none: use `(some #{x} items)`, or make it a `set`",
        )),
        other => Err(machine.expected("a map, set or vector", other, 0)),
    }
}

fn find(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    if !has(machine, &arguments[0], &arguments[1])? {
        return Ok(Value::Nil);
    }
    let value = machine.member(&arguments[0], &arguments[1], Value::Nil)?;
    machine.vector(vec![arguments[1].clone(), value])
}

/// `(pt/param "name")`: as `(:name params)`.
fn param(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let name: Rc<str> = match &arguments[0] {
        Value::Text(text) => (*text.text).into(),
        Value::Keyword(name) | Value::Symbol(name) => Rc::clone(name),
        other => return Err(machine.expected("the name of a parameter", other, 0)),
    };
    let params = machine.params.clone();
    machine.member(&params, &Value::Keyword(name), Value::Nil)
}
