//! Forms that do not evaluate all that stands in them: bindings, branches, loops, threading, exceptions.

mod binding;
mod branch;
mod choice;
mod comprehension;
mod exception;
mod function;
mod naming;
mod threading;

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::OnceLock;

use super::environment::Environment;
use super::machine::Machine;
use super::trouble::{Outcome, Trouble};
use crate::syntax::edn::Form;

/// Evaluates a form, given as a whole and without its head.
pub(super) type Special = fn(&mut Machine<'_>, &Form, &[Form], &Environment) -> Outcome;

/// Names and what they do.
type Table = &'static [(&'static str, Special)];

const TABLES: [Table; 8] = [
    binding::FORMS,
    branch::FORMS,
    choice::FORMS,
    comprehension::FORMS,
    exception::FORMS,
    function::FORMS,
    naming::FORMS,
    threading::FORMS,
];

/// The special form of a name.
pub(super) fn find(name: &str) -> Option<Special> {
    static INDEX: OnceLock<HashMap<&'static str, Special>> = OnceLock::new();
    INDEX.get_or_init(|| TABLES.iter().flat_map(|table| table.iter().copied()).collect()).get(name).copied()
}

/// The names of all special forms.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    TABLES.iter().flat_map(|table| table.iter().map(|(name, _)| *name))
}

/// The form is not written as it has to be.
fn malformed(form: &Form, shape: &str) -> Trouble {
    let name = form.as_list().and_then(|items| items.first()).and_then(Form::as_symbol).unwrap_or_default();
    Trouble::failed(format!("`{name}` is written `{shape}`")).at(&form.range)
}

/// The names and values of a vector of bindings.
fn bindings<'f>(form: &Form, vector: Option<&'f Form>, shape: &str) -> Outcome<&'f [Form]> {
    let items: Option<&'f Rc<[Form]>> = vector.and_then(Form::as_vector);
    let items = items.ok_or_else(|| malformed(form, shape))?;
    match items.last() {
        Some(last) if items.len() % 2 == 1 => {
            Err(Trouble::failed("each name has a value, and this one has none").at(&last.range))
        }
        _ => Ok(items),
    }
}
