//! Maps as a whole: `keys`, `vals`, `zipmap`, `select-keys`, `update-vals`.

use std::rc::Rc;

use super::super::builtin::{ANY, Builtin, builtin};
use super::super::machine::Machine;
use super::super::trouble::{Outcome, Trouble};
use super::super::value::Value;
use super::argument::map;

/// Every second argument.
const VALUES: u32 = 0xAAAA_AAAA;

pub(super) const FUNCTIONS: &[Builtin] = &[
    builtin("hash-map", 0, ANY, hash_map).passing(VALUES),
    builtin("array-map", 0, ANY, hash_map).passing(VALUES),
    builtin("keys", 1, 1, keys),
    builtin("vals", 1, 1, vals),
    builtin("key", 1, 1, key),
    builtin("val", 1, 1, val),
    builtin("zipmap", 2, 2, zipmap),
    builtin("select-keys", 2, 2, select_keys),
    builtin("update-vals", 2, 2, update_vals),
    builtin("update-keys", 2, 2, update_keys),
    builtin("clojure.set/rename-keys", 2, 2, rename_keys),
    builtin("clojure.set/map-invert", 1, 1, invert),
    builtin("clojure.walk/keywordize-keys", 1, 1, keywordize),
    builtin("clojure.walk/stringify-keys", 1, 1, stringify),
];

fn hash_map(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    if arguments.len() % 2 == 1 {
        return Err(Trouble::failed("`hash-map` takes keys and values in turn, and the last key has no value"));
    }
    let pairs: Vec<_> = arguments.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect();
    machine.map(pairs)
}

fn keys(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let table = map(machine, arguments, 0)?;
    none_of_nothing(machine, table.entries().keys().cloned().collect())
}

fn vals(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let table = map(machine, arguments, 0)?;
    none_of_nothing(machine, table.entries().values().cloned().collect())
}

fn none_of_nothing(machine: &mut Machine<'_>, values: Vec<Value>) -> Outcome {
    if values.is_empty() { Ok(Value::Nil) } else { machine.list(values) }
}

fn key(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    part(machine, &arguments[0], 0)
}

fn val(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    part(machine, &arguments[0], 1)
}

fn part(machine: &Machine<'_>, entry: &Value, index: usize) -> Outcome {
    match entry.as_items() {
        Some(pair) if pair.len() == 2 => Ok(pair[index].clone()),
        _ => Err(machine.expected("an entry of a map", entry, 0)),
    }
}

fn zipmap(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let mut keys = machine.cursor(&arguments[0], 0)?;
    let mut values = machine.cursor(&arguments[1], 1)?;
    let mut table = machine.table()?;
    while let Some(key) = keys.next(machine)? {
        let Some(value) = values.next(machine)? else { break };
        machine.put(&mut table, key, value)?;
    }
    machine.checked(Value::Map(Rc::new(table)))
}

fn select_keys(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let table = map(machine, arguments, 0)?;
    let mut selected = machine.table()?;
    for key in machine.all(&arguments[1], 1)? {
        machine.key(&key)?;
        if let Some(value) = table.entries().get(&key) {
            machine.put(&mut selected, key, value.clone())?;
        }
    }
    machine.checked(Value::Map(Rc::new(selected)))
}

fn update_vals(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let table = map(machine, arguments, 0)?;
    let mut updated = machine.table()?;
    for (key, value) in table.entries() {
        let value = machine.call(&arguments[1], vec![value.clone()])?;
        machine.put(&mut updated, key.clone(), value)?;
    }
    machine.checked(Value::Map(Rc::new(updated)))
}

fn update_keys(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let table = map(machine, arguments, 0)?;
    let mut updated = machine.table()?;
    for (key, value) in table.entries() {
        let key = machine.call(&arguments[1], vec![key.clone()])?;
        machine.put(&mut updated, key, value.clone())?;
    }
    machine.checked(Value::Map(Rc::new(updated)))
}

fn rename_keys(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let table = map(machine, arguments, 0)?;
    let names = map(machine, arguments, 1)?;
    let mut renamed = machine.table()?;
    for (key, value) in table.entries() {
        let key = names.entries().get(key).unwrap_or(key);
        machine.put(&mut renamed, key.clone(), value.clone())?;
    }
    machine.checked(Value::Map(Rc::new(renamed)))
}

fn invert(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let table = map(machine, arguments, 0)?;
    machine.map(table.entries().iter().map(|(key, value)| (value.clone(), key.clone())).collect::<Vec<_>>())
}

fn keywordize(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    rename_all(machine, &arguments[0], &|_, key| match key {
        Value::Text(text) => Ok(Value::Keyword((*text.text).into())),
        other => Ok(other.clone()),
    })
}

fn stringify(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    rename_all(machine, &arguments[0], &|machine, key| match key {
        Value::Keyword(name) => machine.text(&**name),
        other => Ok(other.clone()),
    })
}

/// The value with other keys in all of its maps.
fn rename_all(
    machine: &mut Machine<'_>,
    value: &Value,
    rename: &dyn Fn(&mut Machine<'_>, &Value) -> Outcome,
) -> Outcome {
    machine.meter.step(1)?;
    match value {
        Value::Map(table) => {
            let mut renamed = machine.table()?;
            for (key, value) in table.entries() {
                let key = rename(machine, key)?;
                let value = rename_all(machine, value, rename)?;
                machine.put(&mut renamed, key, value)?;
            }
            machine.checked(Value::Map(Rc::new(renamed)))
        }
        Value::List(items) | Value::Vector(items) => {
            let values =
                items.values().iter().map(|item| rename_all(machine, item, rename)).collect::<Outcome<Vec<_>>>()?;
            if let Value::Vector(_) = value { machine.vector(values) } else { machine.list(values) }
        }
        other => Ok(other.clone()),
    }
}
