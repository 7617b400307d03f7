//! `let`, `loop` and `recur`.

use super::super::destructure::bind;
use super::super::environment::Environment;
use super::super::machine::Machine;
use super::super::trouble::{Outcome, Trouble};
use super::super::value::Value;
use super::{Table, bindings};
use crate::syntax::edn::Form;

pub(super) const FORMS: Table = &[("let", let_), ("let*", let_), ("loop", loop_), ("loop*", loop_), ("recur", recur)];

/// `(let [name value …] body …)`.
fn let_(machine: &mut Machine<'_>, form: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    let pairs = bindings(form, rest.first(), "(let [name value …] …)")?;
    let mut inner = environment.clone();
    for pair in pairs.chunks_exact(2) {
        let value = machine.eval(&pair[1], &inner)?;
        inner = bind(machine, &pair[0], value, inner)?;
    }
    machine.body(&rest[1..], &inner)
}

/// `(loop [name value …] … (recur value …))`.
fn loop_(machine: &mut Machine<'_>, form: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    let pairs = bindings(form, rest.first(), "(loop [name value …] …)")?;
    let mut inner = environment.clone();
    for pair in pairs.chunks_exact(2) {
        let value = machine.eval(&pair[1], &inner)?;
        inner = bind(machine, &pair[0], value, inner)?;
    }
    loop {
        match machine.body(&rest[1..], &inner) {
            Err(Trouble::Recur(values)) if values.len() == pairs.len() / 2 => {
                drop(inner);
                inner = environment.clone();
                for (pair, value) in pairs.chunks_exact(2).zip(values) {
                    inner = bind(machine, &pair[0], value, inner)?;
                }
            }
            Err(Trouble::Recur(values)) => {
                let (wanted, found) = (pairs.len() / 2, values.len());
                return Err(Trouble::failed(format!(
                    "`recur` gives {found} values, and its `loop` has {wanted} names"
                )));
            }
            result => return result,
        }
    }
}

fn recur(machine: &mut Machine<'_>, _: &Form, rest: &[Form], environment: &Environment) -> Outcome<Value> {
    Err(Trouble::Recur(machine.each(rest, environment)?))
}
