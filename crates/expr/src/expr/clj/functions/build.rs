//! New collections: `list`, `vec`, `concat`, `range`, `repeat` and their like.

use std::rc::Rc;

use super::super::builtin::{ALL, ANY, Builtin, builtin};
use super::super::endless::Endless;
use super::super::machine::Machine;
use super::super::trouble::{Outcome, Trouble};
use super::super::value::Value;
use super::argument::{count, integer, items};

pub(super) const FUNCTIONS: &[Builtin] = &[
    builtin("list", 0, ANY, list).passing(ALL),
    builtin("list*", 1, ANY, list_before),
    builtin("vector", 0, ANY, vector).passing(ALL),
    builtin("vec", 1, 1, vec_),
    builtin("set", 1, 1, set),
    builtin("hash-set", 0, ANY, hash_set),
    builtin("cons", 2, 2, cons).passing(0b01),
    builtin("concat", 0, ANY, concat),
    builtin("range", 0, 3, range),
    builtin("repeat", 1, 2, repeat).passing(0b11),
    builtin("iterate", 2, 2, iterate).passing(0b10),
    builtin("cycle", 1, 1, cycle),
    builtin("repeatedly", 1, 2, repeatedly),
    builtin("doall", 1, 1, same),
    builtin("dorun", 1, 1, nothing),
    builtin("sequence", 1, 1, sequence),
];

fn list(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    machine.list(arguments.to_vec())
}

/// `(list* 1 2 [3 4])`.
fn list_before(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let last = arguments.len() - 1;
    let behind = machine.all(&arguments[last], last)?;
    machine.list(arguments[..last].iter().cloned().chain(behind).collect())
}

fn vector(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    machine.vector(arguments.to_vec())
}

fn vec_(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    match &arguments[0] {
        Value::Vector(items) | Value::List(items) => Ok(Value::Vector(Rc::clone(items))),
        other => {
            let values = machine.all(other, 0)?;
            machine.vector(values)
        }
    }
}

fn set(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    if let Value::Set(_) = &arguments[0] {
        return Ok(arguments[0].clone());
    }
    let values = machine.all(&arguments[0], 0)?;
    machine.set(values)
}

fn hash_set(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    machine.set(arguments.to_vec())
}

fn cons(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    if let Value::Endless(_) = &arguments[1] {
        let front = [machine.list(vec![arguments[0].clone()])?];
        let front = items(machine, &front, 0)?;
        return machine.endless(Endless::Prefixed(front, arguments[1].clone()));
    }
    let behind = machine.all(&arguments[1], 1)?;
    machine.list(std::iter::once(arguments[0].clone()).chain(behind).collect())
}

fn concat(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let mut all = Vec::new();
    for (index, argument) in arguments.iter().enumerate() {
        if let Value::Endless(_) = argument {
            let front = [machine.list(all)?];
            let front = items(machine, &front, 0)?;
            return machine.endless(Endless::Prefixed(front, argument.clone()));
        }
        let mut cursor = machine.cursor(argument, index)?;
        while let Some(item) = cursor.next(machine)? {
            machine.push(&mut all, item)?;
        }
    }
    machine.list(all)
}

/// `(range)`, `(range end)`, `(range start end)`, `(range start end step)`.
fn range(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let (start, end, step) = match arguments.len() {
        0 => return machine.endless(Endless::Numbers(0, 1)),
        1 => (0, integer(machine, arguments, 0)?, 1),
        2 => (integer(machine, arguments, 0)?, integer(machine, arguments, 1)?, 1),
        _ => (integer(machine, arguments, 0)?, integer(machine, arguments, 1)?, integer(machine, arguments, 2)?),
    };
    if step == 0 {
        return machine.endless(Endless::Repeat(Value::Int(start)));
    }
    let mut numbers = Vec::new();
    let mut next = Some(start);
    while let Some(number) = next.filter(|number| if step > 0 { *number < end } else { *number > end }) {
        machine.meter.step(1)?;
        machine.push(&mut numbers, Value::Int(number))?;
        next = number.checked_add(step);
    }
    machine.list(numbers)
}

fn repeat(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    if arguments.len() == 1 {
        return machine.endless(Endless::Repeat(arguments[0].clone()));
    }
    let times = count(machine, arguments, 0)?;
    machine.meter.allow(times.saturating_mul(size_of::<Value>()))?;
    machine.meter.step(u64::try_from(times).unwrap_or(u64::MAX))?;
    machine.list(vec![arguments[1].clone(); times])
}

fn iterate(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    machine.endless(Endless::Iterate(arguments[0].clone(), arguments[1].clone()))
}

fn cycle(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let items = items(machine, arguments, 0)?;
    if items.values().is_empty() { machine.list(Vec::new()) } else { machine.endless(Endless::Cycle(items)) }
}

fn repeatedly(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    if arguments.len() == 1 {
        return machine.endless(Endless::Repeatedly(arguments[0].clone()));
    }
    let times = count(machine, arguments, 0)?;
    let mut results = Vec::new();
    for _ in 0..times {
        let result = machine.call(&arguments[1], Vec::new())?;
        machine.push(&mut results, result)?;
    }
    machine.list(results)
}

/// What forces a lazy sequence elsewhere: here they are built already.
#[allow(clippy::unnecessary_wraps, reason = "the signature of all functions")]
fn same(_: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    Ok(std::mem::take(&mut arguments[0]))
}

fn nothing(_: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    match &arguments[0] {
        Value::Endless(_) => Err(Trouble::limit("a sequence without end never ends".to_owned())),
        _ => Ok(Value::Nil),
    }
}

fn sequence(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let values = machine.all(&arguments[0], 0)?;
    machine.list(values)
}
