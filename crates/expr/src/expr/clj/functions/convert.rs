//! Text to numbers and numbers to others: `parse-long`, `int`, `double`, `boolean`.

use super::super::builtin::{Builtin, builtin};
use super::super::machine::Machine;
use super::super::trouble::{Outcome, Trouble};
use super::super::value::Value;
use super::argument::text;
use super::arithmetic::widen;

pub(super) const FUNCTIONS: &[Builtin] = &[
    builtin("parse-long", 1, 1, parse_long),
    builtin("parse-double", 1, 1, parse_double),
    builtin("parse-boolean", 1, 1, parse_boolean),
    builtin("Integer/parseInt", 1, 2, parse_int),
    builtin("Long/parseLong", 1, 2, parse_int),
    builtin("Double/parseDouble", 1, 1, parse_float),
    builtin("Boolean/parseBoolean", 1, 1, parse_truth),
    builtin("int", 1, 1, int),
    builtin("long", 1, 1, int),
    builtin("double", 1, 1, double),
    builtin("float", 1, 1, double),
    builtin("num", 1, 1, double),
    builtin("char", 1, 1, char_),
    builtin("boolean", 1, 1, boolean),
];

/// A number without its fraction, if it fits 64 bits.
#[allow(clippy::cast_possible_truncation, reason = "the range was checked, the fraction is dropped on purpose")]
pub(super) fn whole(number: f64) -> Option<i64> {
    (number.abs() < 9_223_372_036_854_775_807.0).then_some(number as i64)
}

fn parse_long(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let text = text(machine, arguments, 0)?;
    Ok(text.text.parse().map_or(Value::Nil, Value::Int))
}

/// A number as Java reads it.
fn float_in(text: &str) -> Option<f64> {
    let trimmed = text.trim();
    let digits = trimmed.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E'));
    match trimmed {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ => digits.then(|| trimmed.parse().ok()).flatten(),
    }
}

fn parse_double(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let text = text(machine, arguments, 0)?;
    Ok(float_in(&text.text).map_or(Value::Nil, Value::Float))
}

fn parse_boolean(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let text = text(machine, arguments, 0)?;
    Ok(match &*text.text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => Value::Nil,
    })
}

fn parse_int(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let radix = match arguments.get(1) {
        None => 10,
        Some(Value::Int(radix)) if (2..=36).contains(radix) => u32::try_from(*radix).unwrap_or(10),
        Some(other) => return Err(machine.expected("a base from 2 to 36", other, 1)),
    };
    let text = text(machine, arguments, 0)?;
    i64::from_str_radix(&text.text, radix).map(Value::Int).map_err(|_| no_number(machine, "whole number"))
}

fn parse_float(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let text = text(machine, arguments, 0)?;
    float_in(&text.text).map(Value::Float).ok_or_else(|| no_number(machine, "number"))
}

fn no_number(machine: &Machine<'_>, what: &str) -> Trouble {
    Trouble::failed_at(0, format!("`{}` takes text that is a {what}, found other text", machine.running))
}

fn parse_truth(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let truth = match &arguments[0] {
        Value::Text(text) => text.text.eq_ignore_ascii_case("true"),
        Value::Nil => false,
        other => return Err(machine.expected("text", other, 0)),
    };
    Ok(Value::Bool(truth))
}

fn int(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    match &arguments[0] {
        Value::Int(number) => Ok(Value::Int(*number)),
        Value::Float(number) => whole(*number)
            .map(Value::Int)
            .ok_or_else(|| Trouble::failed_at(0, "the number is larger than any of 64 bits")),
        Value::Char(letter) => Ok(Value::Int(i64::from(u32::from(*letter)))),
        other => Err(machine.expected("a number (`parse-long` reads text)", other, 0)),
    }
}

fn double(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    match &arguments[0] {
        Value::Int(number) => Ok(Value::Float(widen(*number))),
        Value::Float(number) => Ok(Value::Float(*number)),
        other => Err(machine.expected("a number (`parse-double` reads text)", other, 0)),
    }
}

fn char_(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    match &arguments[0] {
        Value::Char(letter) => Ok(Value::Char(*letter)),
        Value::Int(code) => {
            let letter = u32::try_from(*code).ok().and_then(char::from_u32);
            letter.map(Value::Char).ok_or_else(|| Trouble::failed_at(0, format!("there is no character `{code}`")))
        }
        other => Err(machine.expected("a number", other, 0)),
    }
}

#[allow(clippy::unnecessary_wraps, reason = "the signature of all functions")]
fn boolean(_: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    Ok(Value::Bool(arguments[0].is_truthy()))
}
