//! Many items to one value: `reduce`, `some`, `every?`, `apply`.

use super::super::builtin::{ANY, Builtin, builtin};
use super::super::machine::Machine;
use super::super::trouble::Outcome;
use super::super::value::Value;
use super::argument::map;

pub(super) const FUNCTIONS: &[Builtin] = &[
    builtin("reduce", 2, 3, reduce).passing(0b010),
    builtin("reduce-kv", 3, 3, reduce_entries).passing(0b010),
    builtin("reductions", 2, 3, reductions).passing(0b010),
    builtin("some", 2, 2, some),
    builtin("every?", 2, 2, every),
    builtin("not-any?", 2, 2, not_any),
    builtin("not-every?", 2, 2, not_every),
    builtin("apply", 2, ANY, apply).passing(super::super::builtin::ALL - 1),
];

fn reduce(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let last = arguments.len() - 1;
    let mut cursor = machine.cursor(&arguments[last], last)?;
    let start = if arguments.len() == 3 { Some(std::mem::take(&mut arguments[1])) } else { cursor.next(machine)? };
    let Some(mut value) = start else { return machine.call(&arguments[0], Vec::new()) };
    while let Some(item) = cursor.next(machine)? {
        value = machine.call(&arguments[0], vec![value, item])?;
    }
    Ok(value)
}

fn reduce_entries(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let mut value = std::mem::take(&mut arguments[1]);
    if let Value::Vector(items) = &arguments[2] {
        for (index, item) in items.values().iter().enumerate() {
            let index = Value::Int(i64::try_from(index).unwrap_or(i64::MAX));
            value = machine.call(&arguments[0], vec![value, index, item.clone()])?;
        }
        return Ok(value);
    }
    let table = map(machine, arguments, 2)?;
    for (key, item) in table.entries() {
        value = machine.call(&arguments[0], vec![value, key.clone(), item.clone()])?;
    }
    Ok(value)
}

fn reductions(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let last = arguments.len() - 1;
    let mut cursor = machine.cursor(&arguments[last], last)?;
    let start = if arguments.len() == 3 { Some(arguments[1].clone()) } else { cursor.next(machine)? };
    let Some(mut value) = start else { return machine.list(Vec::new()) };
    let mut results = vec![value.clone()];
    while let Some(item) = cursor.next(machine)? {
        value = machine.call(&arguments[0], vec![value, item])?;
        machine.push(&mut results, value.clone())?;
    }
    machine.list(results)
}

/// The first result of the function that holds.
fn found(machine: &mut Machine<'_>, arguments: &[Value], wanted: bool) -> Outcome<Option<Value>> {
    let mut cursor = machine.cursor(&arguments[1], 1)?;
    while let Some(item) = cursor.next(machine)? {
        let result = machine.call(&arguments[0], vec![item])?;
        if result.truth()? == wanted {
            return Ok(Some(result));
        }
    }
    Ok(None)
}

fn some(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    Ok(found(machine, arguments, true)?.unwrap_or_default())
}

fn every(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    Ok(Value::Bool(found(machine, arguments, false)?.is_none()))
}

fn not_any(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    Ok(Value::Bool(found(machine, arguments, true)?.is_none()))
}

fn not_every(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    Ok(Value::Bool(found(machine, arguments, false)?.is_some()))
}

fn apply(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let last = arguments.len() - 1;
    let mut all: Vec<Value> = arguments[1..last].to_vec();
    let mut cursor = machine.cursor(&arguments[last], last)?;
    while let Some(item) = cursor.next(machine)? {
        machine.push(&mut all, item)?;
    }
    machine.call(&arguments[0], all)
}
