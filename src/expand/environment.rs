//! `env`: the variables of a container, each name once.

use indexmap::IndexMap;

use super::bind::Bound;
use super::mount::argument_of;
use super::program::Variable;
use crate::source::Spanned;
use crate::value::{Data, Text, Value, scalar};

/// Reads a list of variables that fits its type; `arguments` are those of the blueprint that the user called.
pub(super) fn environment(value: &Value, arguments: &Bound) -> Vec<Variable> {
    let Data::List(items) = &value.data else { return Vec::new() };
    let mut variables: IndexMap<String, Variable> = IndexMap::with_capacity(items.len());
    for mut variable in items.iter().filter_map(|item| read(item, arguments)) {
        if let Some(earlier) = variables.get(&variable.name.value) {
            // What a blueprint sets is there to be overridden.
            let own = |variable: &Variable| argument_of(arguments, variable.name.span) == Some("env");
            variable.replaces = (own(earlier) && own(&variable)).then_some(earlier.name.span);
        }
        variables.insert(variable.name.value.clone(), variable);
    }
    variables.into_values().collect()
}

/// A variable; `None` for nil items and holes, and for a null value, which leaves the variable out.
fn read(item: &Value, arguments: &Bound) -> Option<Variable> {
    let (name, value) = (item.get("name")?, item.get("value")?);
    let known = name.to_text()?.known()?;
    let text = value.to_text()?;
    let plain = matches!(value.data, Data::Plain(_));
    let text = match text.as_literal().filter(|_| plain).and_then(scalar::bool) {
        Some(flag) => Text::literal(flag.to_string()),
        None => text,
    };
    Some(Variable {
        name: Spanned::new(known, name.span),
        value: text,
        span: value.span,
        plain,
        written: argument_of(arguments, value.span) == Some("env"),
        replaces: None,
    })
}
