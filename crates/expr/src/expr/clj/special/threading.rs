//! A value on its way through calls: `->`, `->>`, `some->`, `cond->`, `as->`, `doto`.

use std::rc::Rc;

use super::super::destructure::bind;
use super::super::environment::Environment;
use super::super::machine::Machine;
use super::super::trouble::{Outcome, Trouble};
use super::super::value::Value;
use super::{Table, malformed};
use crate::syntax::edn::{Form, FormKind};

pub(super) const FORMS: Table = &[
    ("->", first),
    ("->>", last),
    ("some->", some_first),
    ("some->>", some_last),
    ("cond->", cond_first),
    ("cond->>", cond_last),
    ("as->", named),
    ("doto", doto),
];

/// A name that no program can write: under it the value stands in the next call.
const VALUE: &str = "threaded value";

/// Where the value stands among the arguments.
#[derive(Clone, Copy)]
enum Place {
    First,
    Last,
}

/// `(f a)` with the value as its first or last argument.
fn pass(machine: &mut Machine<'_>, step: &Form, value: Value, place: Place, environment: &Environment) -> Outcome {
    let argument = Form { kind: FormKind::Symbol(VALUE.into()), range: step.range.clone() };
    let items: Vec<Form> = match step.as_list().map(|items| &items[..]) {
        Some([head, rest @ ..]) => match place {
            Place::First => [head.clone(), argument].into_iter().chain(rest.iter().cloned()).collect(),
            Place::Last => {
                step.as_list().into_iter().flat_map(|items| items.iter().cloned()).chain([argument]).collect()
            }
        },
        _ => vec![step.clone(), argument],
    };
    let call = Form { kind: FormKind::List(items.into()), range: step.range.clone() };
    let name: Rc<str> = VALUE.into();
    machine.eval(&call, &environment.with(&name, value))
}

fn first(machine: &mut Machine<'_>, form: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    thread(machine, form, rest, environment, Place::First, false)
}

fn last(machine: &mut Machine<'_>, form: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    thread(machine, form, rest, environment, Place::Last, false)
}

fn some_first(machine: &mut Machine<'_>, form: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    thread(machine, form, rest, environment, Place::First, true)
}

fn some_last(machine: &mut Machine<'_>, form: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    thread(machine, form, rest, environment, Place::Last, true)
}

fn thread(
    machine: &mut Machine<'_>,
    form: &Form,
    rest: &[Form],
    environment: &Environment,
    place: Place,
    ends_at_nil: bool,
) -> Outcome {
    let [start, steps @ ..] = rest else { return Err(malformed(form, "(-> value call …)")) };
    let mut value = machine.eval(start, environment)?;
    for step in steps {
        if ends_at_nil && matches!(value, Value::Unknown) {
            return Err(Trouble::unknown());
        }
        if ends_at_nil && value.is_nil() {
            break;
        }
        value = pass(machine, step, value, place, environment)?;
    }
    Ok(value)
}

fn cond_first(machine: &mut Machine<'_>, form: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    thread_where(machine, form, rest, environment, Place::First)
}

fn cond_last(machine: &mut Machine<'_>, form: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    thread_where(machine, form, rest, environment, Place::Last)
}

fn thread_where(
    machine: &mut Machine<'_>,
    form: &Form,
    rest: &[Form],
    environment: &Environment,
    place: Place,
) -> Outcome {
    let [start, clauses @ ..] = rest else { return Err(malformed(form, "(cond-> value condition call …)")) };
    let pairs = clauses.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return Err(malformed(form, "(cond-> value condition call …)"));
    }
    let mut value = machine.eval(start, environment)?;
    for pair in pairs {
        let condition = machine.eval(&pair[0], environment)?;
        if condition.truth().map_err(|trouble| trouble.at(&pair[0].range))? {
            value = pass(machine, &pair[1], value, place, environment)?;
        }
    }
    Ok(value)
}

/// `(as-> value name form …)`.
fn named(machine: &mut Machine<'_>, form: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    let [start, name, steps @ ..] = rest else { return Err(malformed(form, "(as-> value name form …)")) };
    let mut value = machine.eval(start, environment)?;
    for step in steps {
        let inner = bind(machine, name, value, environment.clone())?;
        value = machine.eval(step, &inner)?;
    }
    Ok(value)
}

/// `(doto value call …)`: the calls are made, and the value is given.
fn doto(machine: &mut Machine<'_>, form: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    let [start, steps @ ..] = rest else { return Err(malformed(form, "(doto value call …)")) };
    let value = machine.eval(start, environment)?;
    for step in steps {
        pass(machine, step, value.clone(), Place::First, environment)?;
    }
    Ok(value)
}
