//! Something for each item: `for`, `doseq`, `dotimes`.

use super::super::destructure::bind;
use super::super::environment::Environment;
use super::super::machine::Machine;
use super::super::trouble::{Outcome, Trouble};
use super::super::value::Value;
use super::{Table, bindings, malformed};
use crate::syntax::edn::Form;

pub(super) const FORMS: Table = &[("for", for_), ("doseq", doseq), ("dotimes", dotimes)];

/// Whether the loop around a clause goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    On,
    Stop,
}

/// What is done for each combination of items.
struct Body<'f> {
    forms: &'f [Form],
    /// The results, where they are kept.
    results: Option<Vec<Value>>,
}

/// `(for [x xs :let [y (f x)] :when y :while z] value)`.
fn for_(machine: &mut Machine<'_>, form: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    let clauses = bindings(form, rest.first(), "(for [name items …] value)")?;
    let [_, value] = rest else { return Err(malformed(form, "(for [name items …] value)")) };
    let mut body = Body { forms: std::slice::from_ref(value), results: Some(Vec::new()) };
    walk(machine, clauses, environment.clone(), &mut body)?;
    machine.list(body.results.unwrap_or_default())
}

/// As `for`, for what it does and not for its results.
fn doseq(machine: &mut Machine<'_>, form: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    let clauses = bindings(form, rest.first(), "(doseq [name items …] …)")?;
    let mut body = Body { forms: &rest[1..], results: None };
    walk(machine, clauses, environment.clone(), &mut body)?;
    Ok(Value::Nil)
}

fn walk(machine: &mut Machine<'_>, clauses: &[Form], environment: Environment, body: &mut Body<'_>) -> Outcome<Flow> {
    let [name, form, others @ ..] = clauses else {
        let value = machine.body(body.forms, &environment)?;
        if let Some(results) = &mut body.results {
            machine.push(results, value)?;
        }
        return Ok(Flow::On);
    };
    match name.as_keyword() {
        Some("let") => {
            let mut inner = environment;
            for pair in bindings(form, Some(form), ":let [name value …]")?.chunks_exact(2) {
                let value = machine.eval(&pair[1], &inner)?;
                inner = bind(machine, &pair[0], value, inner)?;
            }
            walk(machine, others, inner, body)
        }
        Some(word @ ("when" | "while")) => {
            let value = machine.eval(form, &environment)?;
            match (value.truth().map_err(|trouble| trouble.at(&form.range))?, word) {
                (true, _) => walk(machine, others, environment, body),
                (false, "when") => Ok(Flow::On),
                (false, _) => Ok(Flow::Stop),
            }
        }
        Some(other) => {
            let message = format!("there is no `:{other}` here; known are `:let`, `:when` and `:while`");
            Err(Trouble::failed(message).at(&name.range))
        }
        None => {
            let items = machine.eval(form, &environment)?;
            machine.running = "for";
            let mut cursor = machine.cursor(&items, 0).map_err(|trouble| trouble.at(&form.range))?;
            while let Some(item) = cursor.next(machine)? {
                let inner = bind(machine, name, item, environment.clone())?;
                if walk(machine, others, inner, body)? == Flow::Stop {
                    break;
                }
            }
            Ok(Flow::On)
        }
    }
}

/// `(dotimes [i 3] …)`.
fn dotimes(machine: &mut Machine<'_>, form: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    let [name, times] = bindings(form, rest.first(), "(dotimes [name number] …)")? else {
        return Err(malformed(form, "(dotimes [name number] …)"));
    };
    let times_value = machine.eval(times, environment)?;
    let Value::Int(count) = times_value else {
        machine.running = "dotimes";
        return Err(machine.expected("a whole number", &times_value, 0).at(&times.range));
    };
    for index in 0..count {
        machine.meter.step(1)?;
        let inner = bind(machine, name, Value::Int(index), environment.clone())?;
        machine.body(&rest[1..], &inner)?;
    }
    Ok(Value::Nil)
}
