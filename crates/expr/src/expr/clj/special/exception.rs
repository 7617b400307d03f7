//! `try`, `catch`, `finally`.

use super::super::destructure::bind;
use super::super::environment::Environment;
use super::super::machine::Machine;
use super::super::trouble::{Outcome, Trouble};
use super::super::value::Value;
use super::{Table, malformed};
use crate::syntax::edn::Form;

pub(super) const FORMS: Table = &[("try", try_), ("catch", misplaced), ("finally", misplaced)];

/// `(try … (catch Exception e …) (finally …))`. What goes beyond a limit, or needs what is not known, is not caught.
fn try_(machine: &mut Machine<'_>, _: &Form, rest: &[Form], environment: &Environment) -> Outcome {
    let is = |form: &Form, name: &str| headed(form).is_some_and(|(head, _)| head == name);
    let body_length = rest.iter().position(|form| is(form, "catch") || is(form, "finally")).unwrap_or(rest.len());
    let (body, clauses) = rest.split_at(body_length);
    let mut result = machine.body(body, environment);
    if let Err(Trouble::Thrown(thrown)) = result {
        result =
            match clauses.iter().find(|clause| is(clause, "catch") && catches(clause, thrown.failure.data.is_some())) {
                Some(clause) => {
                    let caught = Value::Failure(thrown.failure.clone());
                    handle(machine, clause, caught, environment).map_err(|trouble| trouble.at(&clause.range))
                }
                None => Err(Trouble::Thrown(thrown)),
            };
    }
    if !matches!(result, Err(Trouble::Ended(_))) {
        for clause in clauses.iter().filter(|clause| is(clause, "finally")) {
            let forms = headed(clause).map_or(&[][..], |(_, rest)| rest);
            machine.body(forms, environment)?;
        }
    }
    result
}

fn headed(form: &Form) -> Option<(&str, &[Form])> {
    let (head, rest) = form.as_list()?.split_first()?;
    Some((head.as_symbol()?, rest))
}

/// Whether a clause names a class of such exceptions: `ExceptionInfo` is for those of `ex-info` alone.
fn catches(clause: &Form, has_data: bool) -> bool {
    let class = headed(clause).and_then(|(_, rest)| rest.first()).and_then(Form::as_symbol).unwrap_or_default();
    has_data || class.rsplit('.').next() != Some("ExceptionInfo")
}

fn handle(machine: &mut Machine<'_>, clause: &Form, caught: Value, environment: &Environment) -> Outcome {
    match headed(clause) {
        Some((_, [_, name, body @ ..])) => {
            let inner = bind(machine, name, caught, environment.clone())?;
            machine.body(body, &inner)
        }
        _ => Err(malformed(clause, "(catch Exception e …)")),
    }
}

fn misplaced(_: &mut Machine<'_>, form: &Form, _: &[Form], _: &Environment) -> Outcome {
    Err(malformed(form, "(try … (catch Exception e …) (finally …))"))
}
