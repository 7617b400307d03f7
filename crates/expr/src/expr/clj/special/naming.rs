//! Forms about names: `quote`, `require`, `ns`, `comment`.

use super::super::environment::Environment;
use super::super::machine::Machine;
use super::super::trouble::Outcome;
use super::super::value::Value;
use super::{Table, malformed};
use crate::syntax::edn::{Form, FormKind};

pub(super) const FORMS: Table =
    &[("quote", quote), ("require", require), ("ns", namespace), ("comment", nothing), ("declare", nothing)];

fn quote(machine: &mut Machine<'_>, form: &Form, rest: &[Form], _: &Environment) -> Outcome {
    match rest {
        [inner] => machine.quoted(inner),
        _ => Err(malformed(form, "(quote form)")),
    }
}

/// `(require '[clojure.string :as text])`: everything is there, only the short name is new.
#[allow(clippy::unnecessary_wraps, reason = "the signature of all special forms")]
fn require(machine: &mut Machine<'_>, _: &Form, rest: &[Form], _: &Environment) -> Outcome {
    for form in rest {
        name_space(machine, form);
    }
    Ok(Value::Nil)
}

/// `(ns name (:require [clojure.string :as text]))`.
#[allow(clippy::unnecessary_wraps, reason = "the signature of all special forms")]
fn namespace(machine: &mut Machine<'_>, _: &Form, rest: &[Form], _: &Environment) -> Outcome {
    for clause in rest.iter().filter_map(Form::as_list) {
        for form in clause.iter() {
            name_space(machine, form);
        }
    }
    Ok(Value::Nil)
}

fn name_space(machine: &mut Machine<'_>, form: &Form) {
    let form = match &form.kind {
        FormKind::Quote(inner) => inner,
        _ => form,
    };
    if let Some([space, option, alias]) = form.as_vector().map(|items| &items[..])
        && let (Some(space), Some("as"), Some(alias)) = (space.as_symbol(), option.as_keyword(), alias.as_symbol())
    {
        machine.aliases.insert(alias.to_owned(), space.to_owned());
    }
}

#[allow(clippy::unnecessary_wraps, reason = "the signature of all special forms")]
fn nothing(_: &mut Machine<'_>, _: &Form, _: &[Form], _: &Environment) -> Outcome {
    Ok(Value::Nil)
}
