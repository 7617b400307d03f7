//! Functions of the program: `fn`, `letfn`, `defn`, `def`.

use std::rc::Rc;

use super::super::call::closure;
use super::super::environment::Environment;
use super::super::function::{Arity, Definition};
use super::super::machine::Machine;
use super::super::trouble::{Outcome, Trouble};
use super::super::value::Value;
use super::{Table, malformed};
use crate::syntax::edn::{Form, FormKind};

pub(super) const FORMS: Table =
    &[("fn", fn_), ("fn*", fn_), ("letfn", letfn), ("def", def), ("defn", defn), ("defn-", defn)];

const SHAPE: &str = "(fn name [parameter …] …)";

/// `(fn [x] …)`, `(fn name ([x] …) ([x y] …))`.
fn fn_(machine: &mut Machine<'_>, form: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    let definition = definition(form, rest)?;
    machine.meter.step(u64::try_from(rest.len()).unwrap_or(u64::MAX))?;
    closure(machine, environment, Rc::from([definition]), 0)
}

/// `(letfn [(name [x] …) …] …)`: the functions see each other.
fn letfn(machine: &mut Machine<'_>, form: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    let shape = "(letfn [(name [parameter …] …) …] …)";
    let [functions, body @ ..] = rest else { return Err(malformed(form, shape)) };
    let functions = functions.as_vector().ok_or_else(|| malformed(form, shape))?;
    let read = |function: &Form| {
        let items = function.as_list().ok_or_else(|| malformed(form, shape))?;
        definition(form, items)
    };
    let group: Rc<[Definition]> = functions.iter().map(read).collect::<Outcome<Vec<_>>>()?.into();
    let mut inner = environment.clone();
    for (index, definition) in group.iter().enumerate() {
        if let Some(name) = &definition.name {
            inner = inner.with(name, closure(machine, environment, Rc::clone(&group), index)?);
        }
    }
    machine.body(body, &inner)
}

/// `(def name value)`: known from here on, everywhere.
fn def(machine: &mut Machine<'_>, form: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    let ([name, value] | [name, Form { kind: FormKind::Text(_), .. }, value]) = rest else {
        return Err(malformed(form, "(def name value)"));
    };
    let value = machine.eval(value, environment)?;
    keep(machine, form, name, value)
}

/// `(defn name [parameter …] …)`.
fn defn(machine: &mut Machine<'_>, form: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    let definition = definition(form, rest)?;
    machine.meter.step(u64::try_from(rest.len()).unwrap_or(u64::MAX))?;
    let [name, ..] = rest else { return Err(malformed(form, "(defn name [parameter …] …)")) };
    let function = closure(machine, environment, Rc::from([definition]), 0)?;
    keep(machine, form, name, function)
}

fn keep(machine: &mut Machine<'_>, form: &Form, name: &Form, value: Value) -> Outcome {
    let FormKind::Symbol(name) = &name.kind else { return Err(malformed(form, "(def name value)")) };
    machine.meter.allow(machine.globals.len() * 64)?;
    machine.globals.insert(Rc::clone(name), value.clone());
    Ok(value)
}

fn definition(form: &Form, rest: &[Form]) -> Outcome<Definition> {
    let mut rest = rest;
    let mut name = None;
    if let [Form { kind: FormKind::Symbol(own), .. }, others @ ..] = rest {
        name = Some(Rc::clone(own));
        rest = others;
    }
    // What it is for, and notes.
    while let [Form { kind: FormKind::Text(_) | FormKind::Map(_), .. }, others @ ..] = rest {
        rest = others;
    }
    let arities = match rest {
        [first, ..] if first.as_vector().is_some() => vec![arity(form, rest)?],
        [_, ..] => {
            let read = |item: &Form| arity(form, item.as_list().ok_or_else(|| malformed(form, SHAPE))?);
            rest.iter().map(read).collect::<Outcome<Vec<_>>>()?
        }
        [] => return Err(malformed(form, SHAPE)),
    };
    Ok(Definition { name, arities })
}

fn arity(form: &Form, forms: &[Form]) -> Outcome<Arity> {
    let [parameters, body @ ..] = forms else { return Err(malformed(form, SHAPE)) };
    let parameters = parameters.as_vector().ok_or_else(|| malformed(form, SHAPE))?;
    let split = parameters.iter().position(|parameter| parameter.as_symbol() == Some("&"));
    let (fixed, rest) = match split {
        None => (&parameters[..], None),
        Some(at) => match &parameters[at + 1..] {
            [rest] => (&parameters[..at], Some(rest.clone())),
            _ => return Err(Trouble::failed("`&` is followed by one name").at(&parameters[at].range)),
        },
    };
    Ok(Arity { fixed: fixed.to_vec(), rest, body: body.to_vec() })
}
