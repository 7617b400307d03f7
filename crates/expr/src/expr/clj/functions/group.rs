//! Items by what they have in common, and items among others: `group-by`, `frequencies`, `interleave`, `flatten`.

use std::rc::Rc;

use super::super::builtin::{ANY, Builtin, builtin};
use super::super::cursor::Cursor;
use super::super::machine::Machine;
use super::super::trouble::Outcome;
use super::super::value::Value;
use super::change::add;

pub(super) const FUNCTIONS: &[Builtin] = &[
    builtin("group-by", 2, 2, group_by),
    builtin("frequencies", 1, 1, frequencies),
    builtin("interpose", 2, 2, interpose).passing(1),
    builtin("interleave", 0, ANY, interleave),
    builtin("flatten", 1, 1, flatten),
];

fn group_by(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let mut groups: indexmap::IndexMap<Value, Vec<Value>> = indexmap::IndexMap::new();
    for value in machine.all(&arguments[1], 1)? {
        let key = machine.call(&arguments[0], vec![value.clone()])?;
        machine.key(&key)?;
        groups.entry(key).or_default().push(value);
    }
    let mut table = machine.table()?;
    for (key, values) in groups {
        let values = machine.vector(values)?;
        machine.put(&mut table, key, values)?;
    }
    machine.checked(Value::Map(Rc::new(table)))
}

fn frequencies(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let mut table = machine.table()?;
    for value in machine.all(&arguments[0], 0)? {
        machine.key(&value)?;
        let seen = match table.entries().get(&value) {
            Some(Value::Int(seen)) => *seen,
            _ => 0,
        };
        machine.put(&mut table, value, Value::Int(seen + 1))?;
    }
    machine.checked(Value::Map(Rc::new(table)))
}

fn interpose(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let mut joined = Vec::new();
    for value in machine.all(&arguments[1], 1)? {
        if !joined.is_empty() {
            machine.push(&mut joined, arguments[0].clone())?;
        }
        machine.push(&mut joined, value)?;
    }
    machine.list(joined)
}

fn interleave(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let cursors = arguments.iter().enumerate().map(|(index, argument)| machine.cursor(argument, index));
    let mut cursors = cursors.collect::<Outcome<Vec<Cursor>>>()?;
    let mut joined = Vec::new();
    'rounds: while !cursors.is_empty() {
        let mut round = Vec::with_capacity(cursors.len());
        for cursor in &mut cursors {
            match cursor.next(machine)? {
                Some(item) => round.push(item),
                None => break 'rounds,
            }
        }
        for item in round {
            machine.push(&mut joined, item)?;
        }
    }
    machine.list(joined)
}

/// Lists and vectors inside each other become one list; anything else alone gives nothing.
fn flatten(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let mut flat = machine.vector(Vec::new())?;
    if arguments[0].as_items().is_some() {
        pour(machine, &arguments[0], &mut flat)?;
    }
    let values = machine.all(&flat, 0)?;
    machine.list(values)
}

fn pour(machine: &mut Machine<'_>, value: &Value, flat: &mut Value) -> Outcome<()> {
    machine.meter.step(1)?;
    if let Some(items) = value.as_items() {
        return items.iter().try_for_each(|item| pour(machine, item, flat));
    }
    *flat = add(machine, std::mem::take(flat), value.clone())?;
    Ok(())
}
