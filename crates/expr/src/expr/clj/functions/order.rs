//! Order: `sort`, `sort-by`, `reverse`, `distinct`, `compare`.

use std::cmp::Ordering;

use indexmap::IndexSet;

use super::super::builtin::{ANY, Builtin, builtin};
use super::super::machine::Machine;
use super::super::trouble::{Outcome, Trouble};
use super::super::value::Value;
use super::comparison::numeric;

pub(super) const FUNCTIONS: &[Builtin] = &[
    builtin("sort", 1, 2, sort),
    builtin("sort-by", 2, 3, sort_by),
    builtin("compare", 2, 2, compare_),
    builtin("reverse", 1, 1, reverse),
    builtin("rseq", 1, 1, reverse),
    builtin("distinct", 1, 1, distinct),
    builtin("dedupe", 1, 1, dedupe),
    builtin("max-key", 2, ANY, max_key),
    builtin("min-key", 2, ANY, min_key),
    builtin("sorted-map", 0, ANY, sorted_map),
    builtin("sorted-set", 0, ANY, sorted_set),
];

/// Which of two values comes first: `nil`, then by kind; vectors by length and then item by item.
fn compare(machine: &mut Machine<'_>, here: &Value, there: &Value) -> Outcome<Ordering> {
    machine.meter.step(1)?;
    if let Some(order) = numeric(here, there) {
        return Ok(order);
    }
    match (here, there) {
        (Value::Unknown, _) | (_, Value::Unknown) => Err(Trouble::unknown()),
        (Value::Nil, Value::Nil) => Ok(Ordering::Equal),
        (Value::Nil, _) => Ok(Ordering::Less),
        (_, Value::Nil) => Ok(Ordering::Greater),
        (Value::Bool(here), Value::Bool(there)) => Ok(here.cmp(there)),
        (Value::Char(here), Value::Char(there)) => Ok(here.cmp(there)),
        (Value::Text(here), Value::Text(there)) => Ok(here.text.cmp(&there.text)),
        (Value::Keyword(here), Value::Keyword(there)) | (Value::Symbol(here), Value::Symbol(there)) => {
            Ok(here.cmp(there))
        }
        (Value::Vector(here), Value::Vector(there)) => {
            let by_length = here.values().len().cmp(&there.values().len());
            for (here, there) in here.values().iter().zip(there.values()).filter(|_| by_length.is_eq()) {
                let order = compare(machine, here, there)?;
                if order.is_ne() {
                    return Ok(order);
                }
            }
            Ok(by_length)
        }
        _ => Err(Trouble::failed(format!("{} and {} have no order", here.describe(), there.describe()))),
    }
}

/// Merge sort: the comparison may fail, and may contradict itself.
fn sorted(
    machine: &mut Machine<'_>,
    mut values: Vec<Value>,
    precedes: &mut dyn FnMut(&mut Machine<'_>, &Value, &Value) -> Outcome<bool>,
) -> Outcome<Vec<Value>> {
    if values.len() < 2 {
        return Ok(values);
    }
    let behind = values.split_off(values.len() / 2);
    let mut left = sorted(machine, values, precedes)?.into_iter().peekable();
    let mut right = sorted(machine, behind, precedes)?.into_iter().peekable();
    let mut merged = Vec::with_capacity(left.len() + right.len());
    while let (Some(here), Some(there)) = (left.peek(), right.peek()) {
        // Equal ones stay in their order.
        let next = if precedes(machine, there, here)? { right.next() } else { left.next() };
        merged.extend(next);
    }
    merged.extend(left);
    merged.extend(right);
    Ok(merged)
}

/// By the comparison of the program, which gives a number or a truth; without one, by `compare`.
fn sort_values(machine: &mut Machine<'_>, values: Vec<Value>, comparator: Option<&Value>) -> Outcome<Vec<Value>> {
    sorted(machine, values, &mut |machine, here, there| before(machine, here, there, comparator))
}

fn before(machine: &mut Machine<'_>, here: &Value, there: &Value, comparator: Option<&Value>) -> Outcome<bool> {
    match comparator {
        None => Ok(compare(machine, here, there)?.is_lt()),
        Some(comparator) => match machine.call(comparator, vec![here.clone(), there.clone()])? {
            Value::Int(order) => Ok(order < 0),
            Value::Float(order) => Ok(order < 0.0),
            truth => truth.truth(),
        },
    }
}

fn sort(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let last = arguments.len() - 1;
    let values = machine.all(&arguments[last], last)?;
    let sorted = sort_values(machine, values, (last == 1).then_some(&arguments[0]))?;
    machine.list(sorted)
}

fn sort_by(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let last = arguments.len() - 1;
    let mut keyed = Vec::new();
    for value in machine.all(&arguments[last], last)? {
        let key = machine.call(&arguments[0], vec![value.clone()])?;
        keyed.push(machine.vector(vec![key, value])?);
    }
    let comparator = (last == 2).then_some(&arguments[1]);
    let key = |pair: &Value| pair.as_items().map_or(Value::Nil, |pair| pair[0].clone());
    let sorted =
        sorted(machine, keyed, &mut |machine, here, there| before(machine, &key(here), &key(there), comparator))?;
    machine.list(sorted.iter().filter_map(|pair| pair.as_items()?.get(1).cloned()).collect())
}

fn compare_(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    Ok(Value::Int(compare(machine, &arguments[0], &arguments[1])? as i64))
}

fn reverse(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let mut values = machine.all(&arguments[0], 0)?;
    values.reverse();
    machine.list(values)
}

fn distinct(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let values = machine.all(&arguments[0], 0)?;
    values.iter().try_for_each(|value| machine.key(value))?;
    let seen: IndexSet<Value> = values.into_iter().collect();
    machine.list(seen.into_iter().collect())
}

fn dedupe(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let mut values = machine.all(&arguments[0], 0)?;
    values.iter().try_for_each(|value| machine.key(value))?;
    values.dedup();
    machine.list(values)
}

fn max_key(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    extreme(machine, arguments, Ordering::Less)
}

fn min_key(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    extreme(machine, arguments, Ordering::Greater)
}

/// The value whose key is furthest; `worse` is how the best so far compares to a better one.
fn extreme(machine: &mut Machine<'_>, arguments: &[Value], worse: Ordering) -> Outcome {
    let mut best: Option<(Value, &Value)> = None;
    for value in &arguments[1..] {
        let key = machine.call(&arguments[0], vec![value.clone()])?;
        let better = match &best {
            Some((most, _)) => compare(machine, most, &key)? == worse,
            None => true,
        };
        if better {
            best = Some((key, value));
        }
    }
    Ok(best.map(|(_, value)| value.clone()).unwrap_or_default())
}

fn sorted_map(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let mut pairs = Vec::new();
    for pair in arguments.chunks_exact(2) {
        pairs.push(machine.vector(pair.to_vec())?);
    }
    let pairs = sort_values(machine, pairs, None)?;
    let entry = |pair: &Value| pair.as_items().map(|pair| (pair[0].clone(), pair[1].clone()));
    machine.map(pairs.iter().filter_map(entry).collect::<Vec<_>>())
}

fn sorted_set(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let values = sort_values(machine, arguments.to_vec(), None)?;
    machine.set(values)
}
