//! Something made of each item: `map`, `filter`, `keep`, `mapcat` and their like.

use super::super::builtin::{ANY, Builtin, builtin};
use super::super::cursor::Cursor;
use super::super::endless::Endless;
use super::super::machine::Machine;
use super::super::trouble::Outcome;
use super::super::value::Value;

pub(super) const FUNCTIONS: &[Builtin] = &[
    builtin("map", 2, ANY, map),
    builtin("mapv", 2, ANY, mapv),
    builtin("pmap", 2, ANY, map),
    builtin("mapcat", 2, ANY, mapcat),
    builtin("map-indexed", 2, 2, map_indexed),
    builtin("keep", 2, 2, keep),
    builtin("keep-indexed", 2, 2, keep_indexed),
    builtin("filter", 2, 2, filter),
    builtin("filterv", 2, 2, filterv),
    builtin("remove", 2, 2, remove),
    builtin("run!", 2, 2, run),
];

/// The results of the function over the items of all collections, as long as each has one.
fn results(machine: &mut Machine<'_>, arguments: &[Value]) -> Outcome<Vec<Value>> {
    let (function, collections) = (&arguments[0], &arguments[1..]);
    let cursors = collections.iter().enumerate().map(|(index, collection)| machine.cursor(collection, index + 1));
    let cursors = cursors.collect::<Outcome<Vec<Cursor>>>()?;
    let mut mapped = Cursor::Mapped(function.clone(), cursors);
    let mut results = Vec::new();
    while let Some(result) = mapped.next(machine)? {
        machine.push(&mut results, result)?;
    }
    Ok(results)
}

fn map(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    if arguments[1..].iter().all(|collection| matches!(collection, Value::Endless(_))) {
        return machine.endless(Endless::Mapped(arguments[0].clone(), arguments[1..].to_vec()));
    }
    let results = results(machine, arguments)?;
    machine.list(results)
}

fn mapv(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let results = results(machine, arguments)?;
    machine.vector(results)
}

fn mapcat(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let mut joined = Vec::new();
    for result in results(machine, arguments)? {
        let mut cursor = machine.cursor(&result, 0)?;
        while let Some(item) = cursor.next(machine)? {
            machine.push(&mut joined, item)?;
        }
    }
    machine.list(joined)
}

/// The results of the function over numbers and items.
fn indexed(machine: &mut Machine<'_>, arguments: &[Value]) -> Outcome<Vec<Value>> {
    let numbers = machine.endless(Endless::Numbers(0, 1))?;
    results(machine, &[arguments[0].clone(), numbers, arguments[1].clone()])
}

fn map_indexed(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let results = indexed(machine, arguments)?;
    machine.list(results)
}

/// Results that are something; an unknown one may be nothing.
fn known(machine: &mut Machine<'_>, mut results: Vec<Value>) -> Outcome {
    for result in &results {
        if let Value::Unknown = result {
            machine.inspect(result)?;
        }
    }
    results.retain(|result| !result.is_nil());
    machine.list(results)
}

fn keep(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let results = results(machine, arguments)?;
    known(machine, results)
}

fn keep_indexed(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let results = indexed(machine, arguments)?;
    known(machine, results)
}

fn chosen(machine: &mut Machine<'_>, arguments: &[Value], wanted: bool) -> Outcome<Vec<Value>> {
    let source = machine.cursor(&arguments[1], 1)?;
    let mut cursor = Cursor::Filtered(arguments[0].clone(), wanted, Box::new(source));
    let mut chosen = Vec::new();
    while let Some(item) = cursor.next(machine)? {
        machine.push(&mut chosen, item)?;
    }
    Ok(chosen)
}

fn choose(machine: &mut Machine<'_>, arguments: &[Value], wanted: bool) -> Outcome {
    if let Value::Endless(_) = &arguments[1] {
        return machine.endless(Endless::Filtered(arguments[0].clone(), wanted, arguments[1].clone()));
    }
    let chosen = chosen(machine, arguments, wanted)?;
    machine.list(chosen)
}

fn filter(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    choose(machine, arguments, true)
}

fn remove(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    choose(machine, arguments, false)
}

fn filterv(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let chosen = chosen(machine, arguments, true)?;
    machine.vector(chosen)
}

/// `(run! f items)`: for what it does.
fn run(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let mut cursor = machine.cursor(&arguments[1], 1)?;
    while let Some(item) = cursor.next(machine)? {
        machine.call(&arguments[0], vec![item])?;
    }
    Ok(Value::Nil)
}
