//! Plain values into values of the program.

use std::rc::Rc;

use super::machine::Machine;
use super::trouble::{Outcome, Trouble};
use super::value::Value;
use crate::expr::code::Datum;

/// A plain value as the program sees it: keys of maps are keywords.
pub(super) fn value(machine: &mut Machine<'_>, datum: &Datum) -> Outcome {
    convert(machine, datum, machine.meter.depth())
}

/// `params`: the parameters by keywords.
pub(super) fn params(machine: &mut Machine<'_>, params: &[(String, Datum)]) -> Outcome {
    entries(machine, params, machine.meter.depth())
}

fn convert(machine: &mut Machine<'_>, datum: &Datum, depth: usize) -> Outcome {
    let Some(depth) = depth.checked_sub(1) else {
        return Err(Trouble::limit("a value nests too deeply".to_owned()));
    };
    match datum {
        Datum::Null => Ok(Value::Nil),
        Datum::Bool(known) => Ok(Value::Bool(*known)),
        Datum::Int(known) => Ok(Value::Int(*known)),
        Datum::Float(known) => Ok(Value::Float(*known)),
        Datum::Text(text) => machine.text(text.as_str()),
        Datum::List(items) => {
            let values = items.iter().map(|item| convert(machine, item, depth)).collect::<Outcome<Vec<_>>>()?;
            machine.vector(values)
        }
        Datum::Map(map) => entries(machine, map, depth),
        Datum::Unknown => Ok(Value::Unknown),
    }
}

fn entries(machine: &mut Machine<'_>, entries: &[(String, Datum)], depth: usize) -> Outcome {
    let mut table = machine.table()?;
    for (name, datum) in entries {
        let value = convert(machine, datum, depth)?;
        machine.put(&mut table, Value::Keyword(name.as_str().into()), value)?;
    }
    machine.checked(Value::Map(Rc::new(table)))
}
