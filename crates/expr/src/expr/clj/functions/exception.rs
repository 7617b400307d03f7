//! Exceptions as values: `ex-info`, `ex-message`, `throw`.

use std::rc::Rc;

use super::super::builtin::{Builtin, builtin};
use super::super::machine::Machine;
use super::super::print::print;
use super::super::trouble::{Failure, Outcome, Trouble};
use super::super::value::Value;
use crate::expr::code::FaultKind;

pub(super) const FUNCTIONS: &[Builtin] = &[
    builtin("ex-info", 1, 3, ex_info),
    builtin("Exception.", 0, 2, exception),
    builtin("RuntimeException.", 0, 2, exception),
    builtin("IllegalArgumentException.", 0, 2, exception),
    builtin("IllegalStateException.", 0, 2, exception),
    builtin("ex-message", 1, 1, message),
    builtin(".getMessage", 1, 1, message),
    builtin("ex-data", 1, 1, data),
    builtin("throw", 1, 1, throw),
];

fn made(machine: &mut Machine<'_>, message: &Value, data: Option<Value>) -> Outcome {
    let message = print(machine, message, false)?;
    Ok(Value::Failure(Rc::new(Failure { message, data, kind: FaultKind::Failed })))
}

fn ex_info(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let data = match arguments.get(1) {
        None | Some(Value::Nil) => machine.map([])?,
        Some(map @ Value::Map(_)) => map.clone(),
        Some(other) => return Err(machine.expected("a map after the message", other, 1)),
    };
    let failure = made(machine, &arguments[0], Some(data))?;
    machine.checked(failure)
}

fn exception(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let message = arguments.first().cloned().unwrap_or_default();
    made(machine, &message, None)
}

fn message(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    match &arguments[0] {
        Value::Failure(failure) => machine.text(failure.message.as_str()),
        _ => Ok(Value::Nil),
    }
}

#[allow(clippy::unnecessary_wraps, reason = "the signature of all functions")]
fn data(_: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    match &arguments[0] {
        Value::Failure(failure) => Ok(failure.data.clone().unwrap_or_default()),
        _ => Ok(Value::Nil),
    }
}

fn throw(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    match &arguments[0] {
        Value::Failure(failure) => Err(Trouble::throw(Rc::clone(failure), None)),
        other => Err(machine.expected("an exception, such as `(ex-info \"message\" {})`", other, 0)),
    }
}
