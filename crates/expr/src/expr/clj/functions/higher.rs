//! Functions of functions: `comp`, `partial`, `juxt`, `complement`, `constantly`, `identity`.

use std::rc::Rc;

use super::super::builtin::{ALL, ANY, Builtin, builtin};
use super::super::function::Function;
use super::super::machine::Machine;
use super::super::trouble::Outcome;
use super::super::value::Value;

pub(super) const FUNCTIONS: &[Builtin] = &[
    builtin("identity", 1, 1, identity).passing(1),
    builtin("constantly", 1, 1, constantly).passing(1),
    builtin("comp", 0, ANY, comp),
    builtin("partial", 1, ANY, partial).passing(ALL - 1),
    builtin("juxt", 1, ANY, juxt),
    builtin("complement", 1, 1, complement),
    builtin("fnil", 2, 4, fnil),
    builtin("println", 0, ANY, quiet).passing(ALL),
    builtin("print", 0, ANY, quiet).passing(ALL),
    builtin("prn", 0, ANY, quiet).passing(ALL),
    builtin("pr", 0, ANY, quiet).passing(ALL),
    builtin("System/getenv", 0, 1, quiet),
    builtin("System/getProperty", 1, 2, quiet),
];

fn made(machine: &mut Machine<'_>, function: Function) -> Outcome {
    machine.checked(Value::Function(Rc::new(function)))
}

#[allow(clippy::unnecessary_wraps, reason = "the signature of all functions")]
fn identity(_: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    Ok(std::mem::take(&mut arguments[0]))
}

fn constantly(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    made(machine, Function::Constantly(arguments[0].clone()))
}

fn comp(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    made(machine, Function::Composed(arguments.to_vec()))
}

fn partial(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    made(machine, Function::Partial(arguments[0].clone(), arguments[1..].to_vec()))
}

fn juxt(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    made(machine, Function::Juxtaposed(arguments.to_vec()))
}

fn complement(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    made(machine, Function::Complement(arguments[0].clone()))
}

fn fnil(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    made(machine, Function::Defaulting(arguments[0].clone(), arguments[1..].to_vec()))
}

/// Nothing is printed, and there is no environment.
#[allow(clippy::unnecessary_wraps, reason = "the signature of all functions")]
fn quiet(_: &mut Machine<'_>, _: &mut [Value]) -> Outcome {
    Ok(Value::Nil)
}
