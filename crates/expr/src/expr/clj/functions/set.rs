//! Sets: `clojure.set/union` and its like.

use super::super::builtin::{ANY, Builtin, builtin};
use super::super::machine::Machine;
use super::super::trouble::Outcome;
use super::super::value::Value;
use super::argument::set;

pub(super) const FUNCTIONS: &[Builtin] = &[
    builtin("clojure.set/union", 0, ANY, union),
    builtin("clojure.set/intersection", 1, ANY, intersection),
    builtin("clojure.set/difference", 1, ANY, difference),
    builtin("clojure.set/subset?", 2, 2, is_subset),
    builtin("clojure.set/superset?", 2, 2, is_superset),
];

fn union(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let mut members = Vec::new();
    for index in 0..arguments.len() {
        let set = set(machine, arguments, index)?;
        for member in set.entries().keys() {
            machine.push(&mut members, member.clone())?;
        }
    }
    machine.set(members)
}

fn intersection(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    filtered(machine, arguments, true)
}

fn difference(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    filtered(machine, arguments, false)
}

/// Members of the first set that are in all others, or in none of them.
fn filtered(machine: &mut Machine<'_>, arguments: &[Value], wanted: bool) -> Outcome {
    let first = set(machine, arguments, 0)?;
    let mut others = Vec::new();
    for index in 1..arguments.len() {
        others.push(set(machine, arguments, index)?);
    }
    let mut members = Vec::new();
    for member in first.entries().keys() {
        machine.key(member)?;
        machine.meter.step(u64::try_from(others.len()).unwrap_or(u64::MAX))?;
        if others.iter().all(|other| other.entries().contains_key(member) == wanted) {
            machine.push(&mut members, member.clone())?;
        }
    }
    machine.set(members)
}

fn is_subset(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let (inner, outer) = (set(machine, arguments, 0)?, set(machine, arguments, 1)?);
    machine.inspect(&arguments[0])?;
    Ok(Value::Bool(inner.entries().keys().all(|member| outer.entries().contains_key(member))))
}

fn is_superset(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    arguments.swap(0, 1);
    is_subset(machine, arguments)
}
