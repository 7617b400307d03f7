//! `env`: the variables of a container, each name once.

use indexmap::IndexMap;

use super::known::known;
use super::program::Variable;
use crate::diagnostic::Diagnostics;
use crate::source::{Span, Spanned};
use crate::value::{Data, Text, Value, scalar};

/// Reads a list of variables that fits its type; what a blueprint adds to it is placed at `call`.
pub(super) fn environment(value: &Value, call: Span, diagnostics: &mut Diagnostics) -> Vec<Variable> {
    let Data::List(items) = &value.data else { return Vec::new() };
    let mut variables: IndexMap<String, Variable> = IndexMap::with_capacity(items.len());
    for mut variable in items.iter().filter_map(|item| read(item, call, diagnostics)) {
        // What a blueprint sets is there to be overridden.
        let earlier = variables.get(&variable.name.value).filter(|earlier| earlier.written && variable.written);
        variable.replaces = earlier.map(|earlier| earlier.name.span);
        variables.insert(variable.name.value.clone(), variable);
    }
    variables.into_values().collect()
}

/// A variable; `None` for nil items and holes, and for a null value, which leaves the variable out.
fn read(item: &Value, call: Span, diagnostics: &mut Diagnostics) -> Option<Variable> {
    let (name, value) = (item.get("name")?, item.get("value")?);
    let written = known(name, "the name of a variable", diagnostics)?;
    let text = value.to_text()?;
    let plain = matches!(value.data, Data::Plain(_));
    let text = match text.as_literal().filter(|_| plain).and_then(scalar::bool) {
        Some(flag) => Text::literal(flag.to_string()),
        None => text,
    };
    Some(Variable {
        name: Spanned::new(written, name.span),
        value: text,
        span: value.span,
        plain,
        // The names that a blueprint adds are placed at the call, those that a user writes at themselves.
        written: name.span != call,
        replaces: None,
    })
}
