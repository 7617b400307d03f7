//! One of many ways: `cond`, `condp`, `case`.

use super::super::environment::Environment;
use super::super::machine::Machine;
use super::super::trouble::{Outcome, Trouble};
use super::super::value::Value;
use super::{Table, malformed};
use crate::syntax::edn::{Form, FormKind};

pub(super) const FORMS: Table = &[("cond", cond), ("condp", condp), ("case", case)];

/// `(cond condition value … :else value)`.
fn cond(machine: &mut Machine<'_>, _: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    if let (Some(last), 1) = (rest.last(), rest.len() % 2) {
        return Err(Trouble::failed("each condition has a value, and this one has none").at(&last.range));
    }
    for pair in rest.chunks_exact(2) {
        let value = machine.eval(&pair[0], environment)?;
        if value.truth().map_err(|trouble| trouble.at(&pair[0].range))? {
            return machine.eval(&pair[1], environment);
        }
    }
    Ok(Value::Nil)
}

/// `(condp f x value result … default)`; `value :>> g` gives what `g` makes of `(f value x)`.
fn condp(machine: &mut Machine<'_>, form: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    let [function, subject, clauses @ ..] = rest else {
        return Err(malformed(form, "(condp f x value result … default)"));
    };
    let function = machine.eval(function, environment)?;
    let subject = machine.eval(subject, environment)?;
    let mut clauses = clauses;
    loop {
        match clauses {
            [] => return Err(Trouble::failed("no clause of `condp` fits, and there is no default")),
            [default] => return machine.eval(default, environment),
            [value, arrow, result, others @ ..] if arrow.as_keyword() == Some(">>") => {
                let value = machine.eval(value, environment)?;
                let found = machine.call(&function, vec![value, subject.clone()])?;
                if found.truth()? {
                    let result = machine.eval(result, environment)?;
                    return machine.call(&result, vec![found]);
                }
                clauses = others;
            }
            [value, result, others @ ..] => {
                let value = machine.eval(value, environment)?;
                let found = machine.call(&function, vec![value, subject.clone()])?;
                if found.truth()? {
                    return machine.eval(result, environment);
                }
                clauses = others;
            }
        }
    }
}

/// `(case x value result (one-of these) result … default)`: values are not evaluated.
fn case(machine: &mut Machine<'_>, form: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    let [subject, clauses @ ..] = rest else { return Err(malformed(form, "(case x value result … default)")) };
    let value = machine.eval(subject, environment)?;
    machine.inspect(&value).map_err(|trouble| trouble.at(&subject.range))?;
    let pairs = clauses.chunks_exact(2);
    let default = pairs.remainder().first();
    for pair in pairs {
        let alternatives = match &pair[0].kind {
            FormKind::List(items) => items,
            _ => std::slice::from_ref(&pair[0]),
        };
        for alternative in alternatives {
            if machine.quoted(alternative)? == value {
                return machine.eval(&pair[1], environment);
            }
            machine.meter.step(1)?;
        }
    }
    match default {
        Some(default) => machine.eval(default, environment),
        None => Err(Trouble::failed(format!("no clause of `case` fits {}, and there is no default", value.describe()))
            .at(&subject.range)),
    }
}
