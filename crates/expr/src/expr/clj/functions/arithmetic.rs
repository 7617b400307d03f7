//! Numbers: `+`, `-`, `*`, `/`, `quot`, `min`, `max` and their like.

use super::super::builtin::{ANY, Builtin, builtin};
use super::super::machine::Machine;
use super::super::trouble::{Outcome, Trouble};
use super::super::value::Value;
use super::comparison::numeric;

pub(super) const FUNCTIONS: &[Builtin] = &[
    builtin("+", 0, ANY, add),
    builtin("-", 1, ANY, subtract),
    builtin("*", 0, ANY, multiply),
    builtin("/", 1, ANY, divide),
    builtin("quot", 2, 2, quot),
    builtin("rem", 2, 2, rem),
    builtin("mod", 2, 2, modulo),
    builtin("inc", 1, 1, inc),
    builtin("dec", 1, 1, dec),
    builtin("min", 1, ANY, min),
    builtin("max", 1, ANY, max),
    builtin("abs", 1, 1, abs),
    builtin("Math/abs", 1, 1, abs),
    builtin("Math/floor", 1, 1, floor),
    builtin("Math/ceil", 1, 1, ceil),
    builtin("Math/round", 1, 1, round),
    builtin("Math/min", 2, 2, min),
    builtin("Math/max", 2, 2, max),
    builtin("bit-and", 2, 2, bit_and),
    builtin("bit-or", 2, 2, bit_or),
    builtin("bit-xor", 2, 2, bit_xor),
];

/// Two numbers: whole ones stay whole.
enum Pair {
    Whole(i64, i64),
    Float(f64, f64),
}

/// The nearest number with a point.
#[allow(clippy::cast_precision_loss, reason = "whole numbers become floats as they do in Java")]
pub(super) fn widen(number: i64) -> f64 {
    number as f64
}

fn pair(machine: &Machine<'_>, here: &Value, there: &Value, argument: usize) -> Outcome<Pair> {
    match (here, there) {
        (Value::Int(here), Value::Int(there)) => Ok(Pair::Whole(*here, *there)),
        (Value::Float(here), Value::Float(there)) => Ok(Pair::Float(*here, *there)),
        (Value::Int(here), Value::Float(there)) => Ok(Pair::Float(widen(*here), *there)),
        (Value::Float(here), Value::Int(there)) => Ok(Pair::Float(*here, widen(*there))),
        (Value::Int(_) | Value::Float(_), other) => Err(machine.expected("numbers", other, argument)),
        (other, _) => Err(machine.expected("numbers", other, argument.saturating_sub(1))),
    }
}

fn too_large(machine: &Machine<'_>) -> Trouble {
    Trouble::failed(format!("the result of `{}` is larger than any number of 64 bits", machine.running))
}

/// One operation after the other, from the first argument on.
fn fold(
    machine: &Machine<'_>,
    start: Value,
    arguments: &[Value],
    offset: usize,
    whole: fn(i64, i64) -> Option<i64>,
    float: fn(f64, f64) -> f64,
) -> Outcome {
    let mut result = start;
    for (index, argument) in arguments.iter().enumerate() {
        result = match pair(machine, &result, argument, index + offset)? {
            Pair::Whole(here, there) => Value::Int(whole(here, there).ok_or_else(|| too_large(machine))?),
            Pair::Float(here, there) => Value::Float(float(here, there)),
        };
    }
    Ok(result)
}

fn add(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    fold(machine, Value::Int(0), arguments, 0, i64::checked_add, |here, there| here + there)
}

fn multiply(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    fold(machine, Value::Int(1), arguments, 0, i64::checked_mul, |here, there| here * there)
}

fn subtract(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let difference = |here: f64, there: f64| here - there;
    match arguments {
        [only] => fold(machine, Value::Int(0), std::slice::from_ref(only), 0, i64::checked_sub, difference),
        [first, rest @ ..] => fold(machine, first.clone(), rest, 1, i64::checked_sub, difference),
        [] => Ok(Value::Int(0)),
    }
}

fn divide(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let (mut result, rest, offset) = match arguments {
        [first, rest @ ..] if !rest.is_empty() => (first.clone(), &*rest, 1),
        all => (Value::Int(1), &*all, 0),
    };
    for (index, argument) in rest.iter().enumerate() {
        result = match pair(machine, &result, argument, index + offset)? {
            Pair::Whole(_, 0) => return Err(by_zero(index + offset)),
            Pair::Whole(here, there) => match here.checked_rem(there) {
                Some(0) => Value::Int(here.checked_div(there).ok_or_else(|| too_large(machine))?),
                // There are no ratios here.
                Some(_) => Value::Float(widen(here) / widen(there)),
                None => return Err(too_large(machine)),
            },
            Pair::Float(here, there) => Value::Float(here / there),
        };
    }
    Ok(result)
}

fn by_zero(argument: usize) -> Trouble {
    Trouble::failed_at(argument, "nothing can be divided by 0")
}

/// An operation that has no result for a divisor of 0.
fn division(
    machine: &Machine<'_>,
    arguments: &[Value],
    whole: fn(i64, i64) -> Option<i64>,
    float: fn(f64, f64) -> f64,
) -> Outcome {
    match pair(machine, &arguments[0], &arguments[1], 1)? {
        Pair::Whole(_, 0) | Pair::Float(_, 0.0) => Err(by_zero(1)),
        Pair::Whole(here, there) => whole(here, there).map(Value::Int).ok_or_else(|| too_large(machine)),
        Pair::Float(here, there) => Ok(Value::Float(float(here, there))),
    }
}

fn quot(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    division(machine, arguments, i64::checked_div, |here, there| (here / there).trunc())
}

fn rem(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    division(machine, arguments, |here, there| Some(here.wrapping_rem(there)), |here, there| here % there)
}

fn modulo(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    // The result has the sign of the divisor.
    let whole = |here: i64, there: i64| {
        let rest = here.wrapping_rem(there);
        Some(if rest != 0 && (rest < 0) != (there < 0) { rest + there } else { rest })
    };
    division(machine, arguments, whole, |here, there| here - there * (here / there).floor())
}

fn inc(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    fold(machine, Value::Int(1), arguments, 0, i64::checked_add, |here, there| here + there)
}

fn dec(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    fold(machine, Value::Int(-1), arguments, 0, i64::checked_add, |here, there| here + there)
}

fn min(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    extreme(machine, arguments, std::cmp::Ordering::Less)
}

fn max(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    extreme(machine, arguments, std::cmp::Ordering::Greater)
}

fn extreme(machine: &Machine<'_>, arguments: &[Value], wanted: std::cmp::Ordering) -> Outcome {
    let mut best = &arguments[0];
    for (index, argument) in arguments.iter().enumerate() {
        pair(machine, best, argument, index)?;
        if numeric(argument, best) == Some(wanted) {
            best = argument;
        }
    }
    Ok(best.clone())
}

fn abs(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    match &arguments[0] {
        Value::Int(number) => number.checked_abs().map(Value::Int).ok_or_else(|| too_large(machine)),
        Value::Float(number) => Ok(Value::Float(number.abs())),
        other => Err(machine.expected("a number", other, 0)),
    }
}

fn floor(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    Ok(Value::Float(float(machine, &arguments[0])?.floor()))
}

fn ceil(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    Ok(Value::Float(float(machine, &arguments[0])?.ceil()))
}

fn round(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    match &arguments[0] {
        Value::Int(number) => Ok(Value::Int(*number)),
        other => {
            let number = (float(machine, other)? + 0.5).floor();
            super::convert::whole(number).map(Value::Int).ok_or_else(|| too_large(machine))
        }
    }
}

fn float(machine: &Machine<'_>, value: &Value) -> Outcome<f64> {
    match value {
        Value::Int(number) => Ok(widen(*number)),
        Value::Float(number) => Ok(*number),
        other => Err(machine.expected("a number", other, 0)),
    }
}

fn bits(machine: &Machine<'_>, arguments: &[Value], operation: fn(i64, i64) -> i64) -> Outcome {
    let (here, there) =
        (super::argument::integer(machine, arguments, 0)?, super::argument::integer(machine, arguments, 1)?);
    Ok(Value::Int(operation(here, there)))
}

fn bit_and(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    bits(machine, arguments, |here, there| here & there)
}

fn bit_or(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    bits(machine, arguments, |here, there| here | there)
}

fn bit_xor(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    bits(machine, arguments, |here, there| here ^ there)
}
