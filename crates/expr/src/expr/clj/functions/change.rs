//! Collections with something more, less or different: `conj`, `assoc`, `update`, `dissoc`, `into`, `merge`.

use std::rc::Rc;

use super::super::builtin::{ALL, ANY, Builtin, builtin};
use super::super::collection::{ENTRY, ITEM};
use super::super::machine::Machine;
use super::super::trouble::{Outcome, Trouble};
use super::super::value::Value;
use super::argument::{integer, map};

/// Every second argument from the third on.
const VALUES: u32 = 0x5555_5554;

pub(super) const FUNCTIONS: &[Builtin] = &[
    builtin("conj", 0, ANY, conj).passing(ALL - 1),
    builtin("assoc", 3, ANY, assoc).passing(VALUES),
    builtin("assoc-in", 3, 3, assoc_in).passing(0b100),
    builtin("update", 3, ANY, update).passing(ALL - 0b111),
    builtin("update-in", 3, ANY, update_in).passing(ALL - 0b111),
    builtin("dissoc", 1, ANY, dissoc),
    builtin("disj", 1, ANY, disj),
    builtin("into", 2, 2, into),
    builtin("merge", 0, ANY, merge),
    builtin("merge-with", 1, ANY, merge_with),
    builtin("replace", 2, 2, replace),
    builtin("subvec", 2, 3, subvec),
];

fn conj(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let Some((first, added)) = arguments.split_first_mut() else { return machine.vector(Vec::new()) };
    let mut collection = std::mem::take(first);
    for value in added {
        collection = add(machine, collection, std::mem::take(value))?;
    }
    machine.checked(collection)
}

/// Adds a value where the collection takes it: vectors behind, lists in front.
pub(super) fn add(machine: &mut Machine<'_>, collection: Value, value: Value) -> Outcome {
    match collection {
        Value::Vector(mut items) => {
            if Rc::get_mut(&mut items).is_none() {
                machine.meter.allow(items.values().len() * ITEM)?;
                machine.meter.step(u64::try_from(items.values().len() / 16).unwrap_or(u64::MAX))?;
            }
            machine.meter.allow(ITEM)?;
            Rc::make_mut(&mut items).push(value);
            Ok(Value::Vector(items))
        }
        Value::Nil => machine.list(vec![value]),
        Value::List(items) => machine.list(std::iter::once(value).chain(items.values().iter().cloned()).collect()),
        Value::Set(mut table) => {
            put(machine, &mut table, value, Value::Nil)?;
            Ok(Value::Set(table))
        }
        Value::Map(mut table) => match value {
            Value::Nil => Ok(Value::Map(table)),
            Value::Map(other) => {
                for (key, value) in other.entries() {
                    put(machine, &mut table, key.clone(), value.clone())?;
                }
                Ok(Value::Map(table))
            }
            Value::Vector(pair) if pair.values().len() == 2 => {
                put(machine, &mut table, pair.values()[0].clone(), pair.values()[1].clone())?;
                Ok(Value::Map(table))
            }
            other => Err(machine.expected("entries such as `[key value]` for a map", &other, 1)),
        },
        other => Err(machine.expected("a collection", &other, 0)),
    }
}

/// Sets a key of a table, a copy of it where others hold it.
fn put(
    machine: &mut Machine<'_>,
    table: &mut Rc<super::super::collection::Table>,
    key: Value,
    value: Value,
) -> Outcome<()> {
    if Rc::get_mut(table).is_none() {
        machine.meter.allow(table.entries().len() * ENTRY)?;
        machine.meter.step(u64::try_from(table.entries().len() / 4).unwrap_or(u64::MAX))?;
    }
    machine.key(&key)?;
    machine.meter.allow(ENTRY)?;
    Rc::make_mut(table).insert(key, value);
    Ok(())
}

fn assoc(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let Some((first, pairs)) = arguments.split_first_mut() else { return Ok(Value::Nil) };
    if pairs.len() % 2 == 1 {
        return Err(Trouble::failed("`assoc` takes keys and values in turn, and the last key has no value"));
    }
    let mut collection = std::mem::take(first);
    for pair in pairs.chunks_exact_mut(2) {
        let (key, value) = (std::mem::take(&mut pair[0]), std::mem::take(&mut pair[1]));
        collection = set(machine, collection, key, value)?;
    }
    machine.checked(collection)
}

/// The collection with a value at a key.
fn set(machine: &mut Machine<'_>, collection: Value, key: Value, value: Value) -> Outcome {
    match collection {
        Value::Nil => machine.map([(key, value)]),
        Value::Map(mut table) => {
            put(machine, &mut table, key, value)?;
            Ok(Value::Map(table))
        }
        Value::Vector(mut items) => {
            let length = items.values().len();
            let index = match &key {
                Value::Int(index) => usize::try_from(*index).ok().filter(|index| *index <= length),
                other => return Err(machine.expected("an index for a vector", other, 1)),
            };
            let index = index.ok_or_else(|| Trouble::failed_at(1, format!("the vector has {length} items")))?;
            machine.meter.allow(length * ITEM)?;
            machine.meter.step(u64::try_from(length / 16).unwrap_or(u64::MAX))?;
            Rc::make_mut(&mut items).put(index, value);
            Ok(Value::Vector(items))
        }
        other => Err(machine.expected("a map or vector", &other, 0)),
    }
}

fn assoc_in(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let path = machine.all(&arguments[1], 1)?;
    let (collection, value) = (std::mem::take(&mut arguments[0]), std::mem::take(&mut arguments[2]));
    let result = at_path(machine, collection, &path, &mut |_, _| Ok(value.clone()))?;
    machine.checked(result)
}

/// The collection with what `change` makes of the value at a path.
fn at_path(
    machine: &mut Machine<'_>,
    collection: Value,
    path: &[Value],
    change: &mut dyn FnMut(&mut Machine<'_>, Value) -> Outcome,
) -> Outcome {
    // The path goes into the depth of the result, which is limited.
    if path.len() > machine.meter.depth() {
        return Err(Trouble::limit(format!("a path has more than {} keys", machine.meter.depth())));
    }
    let Some((key, others)) = path.split_first() else { return change(machine, collection) };
    let inner = machine.member(&collection, key, Value::Nil)?;
    let changed = at_path(machine, inner, others, change)?;
    set(machine, collection, key.clone(), changed)
}

fn update(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let path = [arguments[1].clone()];
    change_with(machine, arguments, &path)
}

fn update_in(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let path = machine.all(&arguments[1], 1)?;
    change_with(machine, arguments, &path)
}

fn change_with(machine: &mut Machine<'_>, arguments: &mut [Value], path: &[Value]) -> Outcome {
    let (function, more) = (arguments[2].clone(), arguments[3..].to_vec());
    let collection = std::mem::take(&mut arguments[0]);
    let result = at_path(machine, collection, path, &mut |machine, value| {
        machine.call(&function, std::iter::once(value).chain(more.iter().cloned()).collect())
    })?;
    machine.checked(result)
}

fn dissoc(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    if arguments[0].is_nil() {
        return Ok(Value::Nil);
    }
    let mut table = map(machine, arguments, 0)?;
    remove(machine, &mut table, &arguments[1..])?;
    Ok(Value::Map(table))
}

fn disj(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    match std::mem::take(&mut arguments[0]) {
        Value::Nil => Ok(Value::Nil),
        Value::Set(mut table) => {
            remove(machine, &mut table, &arguments[1..])?;
            Ok(Value::Set(table))
        }
        other => Err(machine.expected("a set", &other, 0)),
    }
}

fn remove(machine: &mut Machine<'_>, table: &mut Rc<super::super::collection::Table>, keys: &[Value]) -> Outcome<()> {
    machine.meter.allow(table.entries().len() * ENTRY)?;
    for key in keys {
        machine.key(key)?;
        machine.meter.step(u64::try_from(table.entries().len() / 4).unwrap_or(u64::MAX))?;
        Rc::make_mut(table).remove(key);
    }
    Ok(())
}

fn into(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let mut collection = std::mem::take(&mut arguments[0]);
    let mut cursor = machine.cursor(&arguments[1], 1)?;
    if let Value::List(_) | Value::Nil = &collection {
        // In front of a list each pushes the others back.
        let mut values = machine.all(&arguments[1], 1)?;
        if values.is_empty() {
            return Ok(collection);
        }
        values.reverse();
        values.extend(machine.all(&collection, 0)?);
        return machine.list(values);
    }
    while let Some(item) = cursor.next(machine)? {
        collection = add(machine, collection, item)?;
    }
    machine.checked(collection)
}

fn merge(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let mut merged = Value::Nil;
    for argument in arguments.iter_mut() {
        let added = std::mem::take(argument);
        merged = match (merged, added) {
            (merged, Value::Nil) => merged,
            (Value::Nil, Value::Map(table)) => Value::Map(table),
            (Value::Map(table), Value::Map(other)) => add(machine, Value::Map(table), Value::Map(other))?,
            (_, other) => return Err(machine.expected("maps", &other, 0)),
        };
    }
    machine.checked(merged)
}

fn merge_with(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let function = arguments[0].clone();
    let mut merged = machine.table()?;
    for index in 1..arguments.len() {
        let table = map(machine, arguments, index)?;
        for (key, value) in table.entries() {
            let value = match merged.entries().get(key).cloned() {
                Some(earlier) => machine.call(&function, vec![earlier, value.clone()])?,
                None => value.clone(),
            };
            machine.put(&mut merged, key.clone(), value)?;
        }
    }
    machine.checked(Value::Map(Rc::new(merged)))
}

/// `(replace {:a :b} [:a :c])`.
fn replace(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let table = map(machine, arguments, 0)?;
    let mut values = machine.all(&arguments[1], 1)?;
    for value in &mut values {
        machine.key(value)?;
        if let Some(other) = table.entries().get(value) {
            *value = other.clone();
        }
    }
    if let Value::Vector(_) = &arguments[1] { machine.vector(values) } else { machine.list(values) }
}

fn subvec(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let Value::Vector(items) = &arguments[0] else { return Err(machine.expected("a vector", &arguments[0], 0)) };
    let length = items.values().len();
    let start = usize::try_from(integer(machine, arguments, 1)?).ok();
    let end = if arguments.len() == 3 { usize::try_from(integer(machine, arguments, 2)?).ok() } else { Some(length) };
    match (start, end) {
        (Some(start), Some(end)) if start <= end && end <= length => {
            machine.vector(items.values()[start..end].to_vec())
        }
        _ => Err(Trouble::failed_at(1, format!("the vector has {length} items"))),
    }
}
