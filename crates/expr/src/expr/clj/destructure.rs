//! Names for values and their parts: `x`, `[a b & more :as all]`, `{:keys [id] n :name :or {n "x"}}`.

use std::rc::Rc;

use super::environment::Environment;
use super::machine::Machine;
use super::trouble::{Outcome, Trouble};
use super::value::Value;
use crate::syntax::edn::{Form, FormKind};

/// The environment with the names in `form` bound to `value` and its parts.
pub(super) fn bind(
    machine: &mut Machine<'_>,
    form: &Form,
    value: Value,
    environment: Environment,
) -> Outcome<Environment> {
    let bound = match &form.kind {
        FormKind::Symbol(name) if !name.contains('/') => return Ok(environment.with(name, value)),
        FormKind::Vector(names) => bind_items(machine, names, &value, environment),
        FormKind::Map(pairs) => bind_entries(machine, pairs, value, environment),
        _ => Err(Trouble::failed("a name is expected here, or names in `[…]` or `{…}`")),
    };
    bound.map_err(|trouble| trouble.at(&form.range))
}

fn bind_items(
    machine: &mut Machine<'_>,
    names: &[Form],
    value: &Value,
    mut environment: Environment,
) -> Outcome<Environment> {
    let mut cursor = match value {
        Value::Map(_) | Value::Set(_) => {
            Err(Trouble::failed(format!("{} has no order to take items by", value.describe())))
        }
        Value::Unknown => Err(Trouble::unknown()),
        Value::Nil | Value::List(_) | Value::Vector(_) | Value::Text(_) | Value::Endless(_) => machine.cursor(value, 0),
        other => Err(Trouble::failed(format!("a list or vector is taken apart here, found {}", other.describe()))),
    }?;
    let mut names = names.iter();
    while let Some(name) = names.next() {
        if name.as_symbol() == Some("&") {
            let mut rest = Vec::new();
            while let Some(item) = cursor.next(machine)? {
                machine.push(&mut rest, item)?;
            }
            let rest = if rest.is_empty() { Value::Nil } else { machine.list(rest)? };
            environment = bind(machine, following(names.next(), name, "&")?, rest, environment)?;
        } else if name.as_keyword() == Some("as") {
            environment = bind(machine, following(names.next(), name, ":as")?, value.clone(), environment)?;
        } else {
            let item = cursor.next(machine)?.unwrap_or_default();
            environment = bind(machine, name, item, environment)?;
        }
    }
    Ok(environment)
}

fn following<'f>(next: Option<&'f Form>, form: &Form, what: &str) -> Outcome<&'f Form> {
    next.ok_or_else(|| Trouble::failed(format!("`{what}` is followed by a name")).at(&form.range))
}

fn bind_entries(
    machine: &mut Machine<'_>,
    pairs: &[Form],
    value: Value,
    mut environment: Environment,
) -> Outcome<Environment> {
    let map = as_map(machine, value)?;
    let option =
        |name: &str| pairs.chunks_exact(2).find(|pair| pair[0].as_keyword() == Some(name)).map(|pair| &pair[1]);
    let defaults = match option("or").map(|form| &form.kind) {
        Some(FormKind::Map(defaults)) => Rc::clone(defaults),
        _ => Rc::from([]),
    };
    for pair in pairs.chunks_exact(2) {
        let [target, key] = pair else { continue };
        let Some(keyword) = target.as_keyword() else {
            let key = machine.eval(key, &environment)?;
            environment = bind_member(machine, &map, target, &key, &defaults, environment)?;
            continue;
        };
        match (keyword.rsplit('/').next().unwrap_or_default(), &key.kind) {
            ("as", _) => environment = bind(machine, key, map.clone(), environment)?,
            ("or", _) => {}
            (kind @ ("keys" | "strs" | "syms"), FormKind::Vector(names)) => {
                let space = keyword.rsplit_once('/').map(|(space, _)| space);
                for name in names.iter() {
                    environment = bind_named(machine, &map, name, kind, space, &defaults, environment)?;
                }
            }
            _ => {
                let message =
                    format!("`:{keyword}` takes nothing apart; known are `:keys`, `:strs`, `:syms`, `:or` and `:as`");
                return Err(Trouble::failed(message).at(&target.range));
            }
        }
    }
    Ok(environment)
}

/// A map; of a list of keys and values in turn, as the rest of arguments is one, the map that it stands for.
fn as_map(machine: &mut Machine<'_>, value: Value) -> Outcome {
    match value {
        Value::Unknown => Err(Trouble::unknown()),
        Value::List(items) => {
            let pairs = items.values().chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone()));
            machine.map(pairs.collect::<Vec<_>>())
        }
        Value::Map(_) | Value::Nil => Ok(value),
        other => Err(Trouble::failed(format!("a map is taken apart here, found {}", other.describe()))),
    }
}

/// `{:keys [id]}`: the name is the key.
fn bind_named(
    machine: &mut Machine<'_>,
    map: &Value,
    name: &Form,
    kind: &str,
    space: Option<&str>,
    defaults: &[Form],
    environment: Environment,
) -> Outcome<Environment> {
    let Some(written) = name.as_symbol().or(name.as_keyword()) else {
        return Err(Trouble::failed(format!("`:{kind}` takes names")).at(&name.range));
    };
    let key = match space {
        Some(space) => format!("{space}/{written}"),
        None => written.to_owned(),
    };
    let key = match kind {
        "keys" => Value::Keyword(key.into()),
        "syms" => Value::Symbol(key.into()),
        _ => machine.text(key)?,
    };
    let local = written.rsplit('/').next().unwrap_or(written);
    let target = Form { kind: FormKind::Symbol(local.into()), range: name.range.clone() };
    bind_member(machine, map, &target, &key, defaults, environment)
}

fn bind_member(
    machine: &mut Machine<'_>,
    map: &Value,
    target: &Form,
    key: &Value,
    defaults: &[Form],
    environment: Environment,
) -> Outcome<Environment> {
    machine.key(key)?;
    let found = match map {
        Value::Map(table) => table.entries().get(key).cloned(),
        _ => None,
    };
    let default = || {
        let is_it = |pair: &&[Form]| pair[0].as_symbol().is_some() && pair[0].as_symbol() == target.as_symbol();
        defaults.chunks_exact(2).find(is_it).map(|pair| &pair[1])
    };
    let value = match (found, default()) {
        (Some(value), _) => value,
        (None, Some(form)) => machine.eval(form, &environment)?,
        (None, None) => Value::Nil,
    };
    bind(machine, target, value, environment)
}
