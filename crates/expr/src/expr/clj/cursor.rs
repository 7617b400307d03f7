//! Walks through anything that has items, one at a time.

use std::rc::Rc;

use super::collection::{Items, Table};
use super::machine::Machine;
use super::trouble::Outcome;
use super::value::{Text, Value};

/// A place between the items of something.
#[derive(Debug)]
pub(super) enum Cursor {
    /// Nothing more.
    Empty,
    /// A list or vector, and how many items were given.
    Items(Rc<Items>, usize),
    /// A map: its entries as pairs.
    Entries(Rc<Table>, usize),
    /// A set.
    Members(Rc<Table>, usize),
    /// A text, and the byte of the next letter.
    Letters(Rc<Text>, usize),
    /// Numbers by a step; none when they leave 64 bits.
    Numbers(Option<i64>, i64),
    /// One value again and again.
    Repeat(Value),
    /// A function, its last value, and whether that was given.
    Iterate(Value, Value, bool),
    /// Items from the first to the last, and again.
    Cycle(Rc<Items>, usize),
    /// Results of calls.
    Repeatedly(Value),
    /// Results of a function over items.
    Mapped(Value, Vec<Cursor>),
    /// Items for which a function holds, or does not.
    Filtered(Value, bool, Box<Cursor>),
    /// Items, and then another.
    Prefixed(Rc<Items>, usize, Box<Cursor>),
    /// Items to be left out first.
    Dropped(usize, Box<Cursor>),
}

impl Cursor {
    /// The next item.
    pub(super) fn next(&mut self, machine: &mut Machine<'_>) -> Outcome<Option<Value>> {
        machine.meter.step(1)?;
        match self {
            Cursor::Empty => Ok(None),
            Cursor::Items(items, given) => Ok(take(items.values(), given)),
            Cursor::Cycle(items, given) => {
                if *given >= items.values().len() {
                    *given = 0;
                }
                Ok(take(items.values(), given))
            }
            Cursor::Members(table, given) => Ok(entry(table, given).map(|(key, _)| key)),
            Cursor::Entries(table, given) => match entry(table, given) {
                Some((key, value)) => machine.vector(vec![key, value]).map(Some),
                None => Ok(None),
            },
            Cursor::Letters(text, at) => {
                let letter = text.text[*at..].chars().next();
                *at += letter.map_or(0, char::len_utf8);
                Ok(letter.map(Value::Char))
            }
            Cursor::Numbers(next, step) => {
                let given = *next;
                *next = given.and_then(|number| number.checked_add(*step));
                Ok(given.map(Value::Int))
            }
            Cursor::Repeat(value) => Ok(Some(value.clone())),
            Cursor::Iterate(function, last, given) => {
                if std::mem::replace(given, true) {
                    *last = machine.call(&function.clone(), vec![last.clone()])?;
                }
                Ok(Some(last.clone()))
            }
            Cursor::Repeatedly(function) => machine.call(&function.clone(), Vec::new()).map(Some),
            Cursor::Mapped(..) | Cursor::Filtered(..) | Cursor::Prefixed(..) | Cursor::Dropped(..) => {
                self.next_of_source(machine)
            }
        }
    }

    fn next_of_source(&mut self, machine: &mut Machine<'_>) -> Outcome<Option<Value>> {
        match self {
            Cursor::Mapped(function, sources) => {
                let mut arguments = Vec::with_capacity(sources.len());
                for source in sources {
                    match source.next(machine)? {
                        Some(item) => arguments.push(item),
                        None => return Ok(None),
                    }
                }
                machine.call(function, arguments).map(Some)
            }
            Cursor::Filtered(function, keep, source) => {
                while let Some(item) = source.next(machine)? {
                    let holds = machine.call(function, vec![item.clone()])?;
                    if holds.truth()? == *keep {
                        return Ok(Some(item));
                    }
                }
                Ok(None)
            }
            Cursor::Prefixed(items, given, rest) => match take(items.values(), given) {
                Some(item) => Ok(Some(item)),
                None => rest.next(machine),
            },
            Cursor::Dropped(count, rest) => {
                while *count > 0 {
                    *count -= 1;
                    rest.next(machine)?;
                }
                rest.next(machine)
            }
            _ => Ok(None),
        }
    }
}

fn take(values: &[Value], given: &mut usize) -> Option<Value> {
    let value = values.get(*given).cloned();
    *given += usize::from(value.is_some());
    value
}

fn entry(table: &Table, given: &mut usize) -> Option<(Value, Value)> {
    let found = table.entries().get_index(*given).map(|(key, value)| (key.clone(), value.clone()));
    *given += usize::from(found.is_some());
    found
}
