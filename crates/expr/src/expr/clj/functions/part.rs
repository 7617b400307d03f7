//! Parts of sequences: `take`, `drop`, `split-at`, `partition` and their like.

use super::super::builtin::{Builtin, builtin};
use super::super::endless::Endless;
use super::super::machine::Machine;
use super::super::trouble::{Outcome, Trouble};
use super::super::value::Value;
use super::argument::count;

pub(super) const FUNCTIONS: &[Builtin] = &[
    builtin("take", 2, 2, take),
    builtin("drop", 2, 2, drop_),
    builtin("take-while", 2, 2, take_while),
    builtin("drop-while", 2, 2, drop_while),
    builtin("take-last", 2, 2, take_last),
    builtin("drop-last", 1, 2, drop_last),
    builtin("take-nth", 2, 2, take_nth),
    builtin("split-at", 2, 2, split_at),
    builtin("split-with", 2, 2, split_with),
    builtin("partition", 2, 4, partition),
    builtin("partition-all", 2, 3, partition_all),
    builtin("partition-by", 2, 2, partition_by),
];

fn take(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let wanted = count(machine, arguments, 0)?;
    let mut cursor = machine.cursor(&arguments[1], 1)?;
    let mut taken = Vec::new();
    while taken.len() < wanted {
        let Some(item) = cursor.next(machine)? else { break };
        machine.push(&mut taken, item)?;
    }
    machine.list(taken)
}

fn drop_(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let dropped = count(machine, arguments, 0)?;
    if let Value::Endless(_) = &arguments[1] {
        return machine.endless(Endless::Dropped(dropped, arguments[1].clone()));
    }
    let values = machine.all(&arguments[1], 1)?;
    machine.list(values.into_iter().skip(dropped).collect())
}

/// How many items from the first on the function holds for, and the items.
fn prefix(machine: &mut Machine<'_>, arguments: &[Value]) -> Outcome<(usize, Vec<Value>)> {
    let values = machine.all(&arguments[1], 1)?;
    let mut length = 0;
    for value in &values {
        let holds = machine.call(&arguments[0], vec![value.clone()])?;
        if !holds.truth()? {
            break;
        }
        length += 1;
    }
    Ok((length, values))
}

fn take_while(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let mut cursor = machine.cursor(&arguments[1], 1)?;
    let mut taken = Vec::new();
    while let Some(item) = cursor.next(machine)? {
        let holds = machine.call(&arguments[0], vec![item.clone()])?;
        if !holds.truth()? {
            break;
        }
        machine.push(&mut taken, item)?;
    }
    machine.list(taken)
}

fn drop_while(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let (length, values) = prefix(machine, arguments)?;
    machine.list(values.into_iter().skip(length).collect())
}

fn take_last(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let wanted = count(machine, arguments, 0)?;
    let values = machine.all(&arguments[1], 1)?;
    let start = values.len().saturating_sub(wanted);
    if values.is_empty() { Ok(Value::Nil) } else { machine.list(values.into_iter().skip(start).collect()) }
}

fn drop_last(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let dropped = if arguments.len() == 2 { count(machine, arguments, 0)? } else { 1 };
    let last = arguments.len() - 1;
    let mut values = machine.all(&arguments[last], last)?;
    values.truncate(values.len().saturating_sub(dropped));
    machine.list(values)
}

fn take_nth(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let step = count(machine, arguments, 0)?.max(1);
    let values = machine.all(&arguments[1], 1)?;
    machine.list(values.into_iter().step_by(step).collect())
}

fn split_at(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let at = count(machine, arguments, 0)?;
    let values = machine.all(&arguments[1], 1)?;
    halves(machine, values, at)
}

fn split_with(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let (length, values) = prefix(machine, arguments)?;
    halves(machine, values, length)
}

fn halves(machine: &mut Machine<'_>, mut values: Vec<Value>, at: usize) -> Outcome {
    let behind = values.split_off(at.min(values.len()));
    let halves = vec![machine.list(values)?, machine.list(behind)?];
    machine.vector(halves)
}

/// `(partition 2 1 filling items)`: groups of one size; a last one only where `filling` completes it.
fn partition(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let size = size(machine, arguments, 0)?;
    let step = if arguments.len() > 2 { self::size(machine, arguments, 1)? } else { size };
    let filling = if arguments.len() == 4 { Some(machine.all(&arguments[2], 2)?) } else { None };
    let last = arguments.len() - 1;
    let values = machine.all(&arguments[last], last)?;
    let mut groups = Vec::new();
    let mut start = 0;
    while start < values.len() {
        let mut group = values[start..values.len().min(start.saturating_add(size))].to_vec();
        if group.len() < size {
            let Some(filling) = &filling else { break };
            group.extend(filling.iter().take(size - group.len()).cloned());
            groups.push(machine.list(group)?);
            break;
        }
        groups.push(machine.list(group)?);
        start = start.saturating_add(step);
    }
    machine.list(groups)
}

fn size(machine: &Machine<'_>, arguments: &[Value], index: usize) -> Outcome<usize> {
    match count(machine, arguments, index)? {
        0 => Err(Trouble::failed_at(index, "groups hold at least 1 item")),
        size => Ok(size),
    }
}

fn partition_all(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let size = size(machine, arguments, 0)?;
    let step = if arguments.len() > 2 { self::size(machine, arguments, 1)? } else { size };
    let last = arguments.len() - 1;
    let values = machine.all(&arguments[last], last)?;
    let mut groups = Vec::new();
    let mut start = 0;
    while start < values.len() {
        let end = values.len().min(start.saturating_add(size));
        groups.push(machine.list(values[start..end].to_vec())?);
        start = start.saturating_add(step);
    }
    machine.list(groups)
}

fn partition_by(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let mut groups = Vec::new();
    let mut group: Vec<Value> = Vec::new();
    let mut current = None;
    for value in machine.all(&arguments[1], 1)? {
        let key = machine.call(&arguments[0], vec![value.clone()])?;
        machine.inspect(&key)?;
        if current.as_ref().is_some_and(|current| *current != key) {
            groups.push(machine.list(std::mem::take(&mut group))?);
        }
        current = Some(key);
        group.push(value);
    }
    if !group.is_empty() {
        groups.push(machine.list(group)?);
    }
    machine.list(groups)
}
