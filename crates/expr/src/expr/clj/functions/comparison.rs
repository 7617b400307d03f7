//! Comparisons: `=`, `<`, `zero?` and their like.

use std::cmp::Ordering;

use super::super::builtin::{ANY, Builtin, builtin};
use super::super::machine::Machine;
use super::super::trouble::Outcome;
use super::super::value::Value;
use super::argument::integer;
use super::arithmetic::widen;

pub(super) const FUNCTIONS: &[Builtin] = &[
    builtin("=", 1, ANY, equal),
    builtin("not=", 1, ANY, not_equal),
    builtin("identical?", 2, 2, equal),
    builtin("==", 1, ANY, numerically_equal),
    builtin("<", 1, ANY, less),
    builtin("<=", 1, ANY, less_or_equal),
    builtin(">", 1, ANY, greater),
    builtin(">=", 1, ANY, greater_or_equal),
    builtin("zero?", 1, 1, is_zero),
    builtin("pos?", 1, 1, is_positive),
    builtin("neg?", 1, 1, is_negative),
    builtin("even?", 1, 1, is_even),
    builtin("odd?", 1, 1, is_odd),
];

/// Which of two numbers is smaller; nothing for what is no number.
pub(super) fn numeric(here: &Value, there: &Value) -> Option<Ordering> {
    match (here, there) {
        (Value::Int(here), Value::Int(there)) => Some(here.cmp(there)),
        (Value::Float(here), Value::Float(there)) => here.partial_cmp(there),
        (Value::Int(here), Value::Float(there)) => widen(*here).partial_cmp(there),
        (Value::Float(here), Value::Int(there)) => here.partial_cmp(&widen(*there)),
        _ => None,
    }
}

fn equal(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    for pair in arguments.windows(2) {
        if !machine.equal(&pair[0], &pair[1])? {
            return Ok(Value::Bool(false));
        }
    }
    Ok(Value::Bool(true))
}

fn not_equal(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let equal = equal(machine, arguments)?;
    Ok(Value::Bool(!equal.is_truthy()))
}

fn ordered(machine: &Machine<'_>, arguments: &[Value], holds: fn(Ordering) -> bool) -> Outcome {
    for (index, argument) in arguments.iter().enumerate() {
        if !matches!(argument, Value::Int(_) | Value::Float(_)) {
            return Err(machine.expected("numbers", argument, index));
        }
    }
    Ok(Value::Bool(arguments.windows(2).all(|pair| numeric(&pair[0], &pair[1]).is_some_and(holds))))
}

fn numerically_equal(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    ordered(machine, arguments, Ordering::is_eq)
}

fn less(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    ordered(machine, arguments, Ordering::is_lt)
}

fn less_or_equal(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    ordered(machine, arguments, Ordering::is_le)
}

fn greater(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    ordered(machine, arguments, Ordering::is_gt)
}

fn greater_or_equal(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    ordered(machine, arguments, Ordering::is_ge)
}

fn against_zero(machine: &Machine<'_>, arguments: &[Value], holds: fn(Ordering) -> bool) -> Outcome {
    match &arguments[0] {
        number @ (Value::Int(_) | Value::Float(_)) => {
            Ok(Value::Bool(numeric(number, &Value::Int(0)).is_some_and(holds)))
        }
        other => Err(machine.expected("a number", other, 0)),
    }
}

fn is_zero(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    against_zero(machine, arguments, Ordering::is_eq)
}

fn is_positive(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    against_zero(machine, arguments, Ordering::is_gt)
}

fn is_negative(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    against_zero(machine, arguments, Ordering::is_lt)
}

fn is_even(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    Ok(Value::Bool(integer(machine, arguments, 0)? & 1 == 0))
}

fn is_odd(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    Ok(Value::Bool(integer(machine, arguments, 0)? & 1 == 1))
}
