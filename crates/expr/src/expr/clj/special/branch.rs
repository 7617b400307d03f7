//! One of two ways: `if`, `when` and those that name what they ask for; `and`, `or`, `do`.

use super::super::destructure::bind;
use super::super::environment::Environment;
use super::super::machine::Machine;
use super::super::trouble::{Outcome, Trouble};
use super::super::value::Value;
use super::{Table, bindings, malformed};
use crate::syntax::edn::Form;

pub(super) const FORMS: Table = &[
    ("if", if_),
    ("if-not", if_not),
    ("when", when),
    ("when-not", when_not),
    ("if-let", if_let),
    ("when-let", when_let),
    ("if-some", if_some),
    ("when-some", when_some),
    ("when-first", when_first),
    ("and", and),
    ("or", or),
    ("do", do_),
];

fn if_(machine: &mut Machine<'_>, form: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    choose(machine, form, rest, environment, true)
}

fn if_not(machine: &mut Machine<'_>, form: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    choose(machine, form, rest, environment, false)
}

fn choose(machine: &mut Machine<'_>, form: &Form, rest: &[Form], environment: &Environment, wanted: bool) -> Outcome {
    let (condition, then, otherwise) = match rest {
        [condition, then] => (condition, then, None),
        [condition, then, otherwise] => (condition, then, Some(otherwise)),
        _ => return Err(malformed(form, "(if condition then else)")),
    };
    let holds = asked(machine, condition, environment)? == wanted;
    match (holds, otherwise) {
        (true, _) => machine.eval(then, environment),
        (false, Some(otherwise)) => machine.eval(otherwise, environment),
        (false, None) => Ok(Value::Nil),
    }
}

/// Whether a condition holds.
fn asked(machine: &mut Machine<'_>, condition: &Form, environment: &Environment) -> Outcome<bool> {
    let value = machine.eval(condition, environment)?;
    value.truth().map_err(|trouble| trouble.at(&condition.range))
}

fn when(machine: &mut Machine<'_>, form: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    only(machine, form, rest, environment, true)
}

fn when_not(machine: &mut Machine<'_>, form: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    only(machine, form, rest, environment, false)
}

fn only(machine: &mut Machine<'_>, form: &Form, rest: &[Form], environment: &Environment, wanted: bool) -> Outcome {
    let [condition, body @ ..] = rest else { return Err(malformed(form, "(when condition …)")) };
    if asked(machine, condition, environment)? == wanted { machine.body(body, environment) } else { Ok(Value::Nil) }
}

/// What a named condition is asked.
#[derive(Clone, Copy)]
enum Asked {
    /// Neither `nil` nor `false`.
    Holds,
    /// Not `nil`.
    Some,
    /// Has a first item, which is what is named.
    First,
}

fn if_let(machine: &mut Machine<'_>, form: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    named_choice(machine, form, rest, environment, Asked::Holds)
}

fn if_some(machine: &mut Machine<'_>, form: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    named_choice(machine, form, rest, environment, Asked::Some)
}

fn named_choice(
    machine: &mut Machine<'_>,
    form: &Form,
    rest: &[Form],
    environment: &Environment,
    asked: Asked,
) -> Outcome {
    let shape = "(if-let [name value] then else)";
    let [names, then, otherwise @ ..] = rest else { return Err(malformed(form, shape)) };
    if otherwise.len() > 1 {
        return Err(malformed(form, shape));
    }
    match named(machine, form, names, environment, asked, shape)? {
        Some(inner) => machine.eval(then, &inner),
        None => machine.body(otherwise, environment),
    }
}

fn when_let(machine: &mut Machine<'_>, form: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    named_only(machine, form, rest, environment, Asked::Holds)
}

fn when_some(machine: &mut Machine<'_>, form: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    named_only(machine, form, rest, environment, Asked::Some)
}

fn when_first(machine: &mut Machine<'_>, form: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    named_only(machine, form, rest, environment, Asked::First)
}

fn named_only(
    machine: &mut Machine<'_>,
    form: &Form,
    rest: &[Form],
    environment: &Environment,
    asked: Asked,
) -> Outcome {
    let shape = "(when-let [name value] …)";
    let [names, body @ ..] = rest else { return Err(malformed(form, shape)) };
    match named(machine, form, names, environment, asked, shape)? {
        Some(inner) => machine.body(body, &inner),
        None => Ok(Value::Nil),
    }
}

/// The environment with the name, where the condition holds.
fn named(
    machine: &mut Machine<'_>,
    form: &Form,
    names: &Form,
    environment: &Environment,
    asked: Asked,
    shape: &str,
) -> Outcome<Option<Environment>> {
    let [name, value] = bindings(form, Some(names), shape)? else { return Err(malformed(form, shape)) };
    let found = machine.eval(value, environment)?;
    if matches!(found, Value::Unknown) {
        return Err(Trouble::unknown().at(&value.range));
    }
    let found = match asked {
        Asked::Holds => Some(found).filter(Value::is_truthy),
        Asked::Some => Some(found).filter(|found| !found.is_nil()),
        Asked::First => machine.cursor(&found, 0)?.next(machine)?,
    };
    found.map(|found| bind(machine, name, found, environment.clone())).transpose()
}

fn and(machine: &mut Machine<'_>, _: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    until(machine, rest, environment, Value::Bool(true), false)
}

fn or(machine: &mut Machine<'_>, _: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    until(machine, rest, environment, Value::Nil, true)
}

/// The first value that holds, or does not; else the last, which nobody has to look at.
fn until(machine: &mut Machine<'_>, rest: &[Form], environment: &Environment, none: Value, wanted: bool) -> Outcome {
    let Some((last, before)) = rest.split_last() else { return Ok(none) };
    for form in before {
        let value = machine.eval(form, environment)?;
        if value.truth().map_err(|trouble| trouble.at(&form.range))? == wanted {
            return Ok(value);
        }
    }
    machine.eval(last, environment)
}

fn do_(machine: &mut Machine<'_>, _: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    machine.body(rest, environment)
}
