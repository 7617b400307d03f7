//! Sequences without end: `(range)`, `(repeat 1)`, and what `map` and `filter` make of them.

use std::rc::Rc;

use super::collection::{Facts, Items};
use super::cursor::Cursor;
use super::value::Value;

/// A sequence without end; its items are made when they are asked for.
#[derive(Debug)]
pub(super) enum Endless {
    /// Numbers from the first on, by a step.
    Numbers(i64, i64),
    /// The same value again and again.
    Repeat(Value),
    /// `x`, `(f x)`, `(f (f x))` …
    Iterate(Value, Value),
    /// Items from the first to the last, and again.
    Cycle(Rc<Items>),
    /// Results of calls without arguments.
    Repeatedly(Value),
    /// Results of a function over sequences, all of them without end.
    Mapped(Value, Vec<Value>),
    /// Items for which a function holds, or (`false`) does not.
    Filtered(Value, bool, Value),
    /// Some items, and behind them another one.
    Prefixed(Rc<Items>, Value),
    /// Another one without its first items.
    Dropped(usize, Value),
}

impl Endless {
    /// A place before its first item.
    pub(super) fn cursor(&self) -> Cursor {
        let of = |value: &Value| match value {
            Value::Endless(endless) => endless.cursor(),
            _ => Cursor::Empty,
        };
        match self {
            Endless::Numbers(first, step) => Cursor::Numbers(Some(*first), *step),
            Endless::Repeat(value) => Cursor::Repeat(value.clone()),
            Endless::Iterate(function, first) => Cursor::Iterate(function.clone(), first.clone(), false),
            Endless::Cycle(items) => Cursor::Cycle(Rc::clone(items), 0),
            Endless::Repeatedly(function) => Cursor::Repeatedly(function.clone()),
            Endless::Mapped(function, sources) => Cursor::Mapped(function.clone(), sources.iter().map(of).collect()),
            Endless::Filtered(function, keep, source) => {
                Cursor::Filtered(function.clone(), *keep, Box::new(of(source)))
            }
            Endless::Prefixed(items, rest) => Cursor::Prefixed(Rc::clone(items), 0, Box::new(of(rest))),
            Endless::Dropped(count, rest) => Cursor::Dropped(*count, Box::new(of(rest))),
        }
    }

    /// What is known of the values that it holds.
    pub(super) fn facts(&self) -> Facts {
        let facts = match self {
            Endless::Numbers(..) => Facts::default(),
            Endless::Repeat(value) | Endless::Repeatedly(value) | Endless::Dropped(_, value) => value.facts(),
            Endless::Iterate(function, first) => function.facts().and(first.facts()),
            Endless::Cycle(items) => items.facts(),
            Endless::Mapped(function, sources) => {
                sources.iter().fold(function.facts(), |facts, source| facts.and(source.facts()))
            }
            Endless::Filtered(function, _, source) => function.facts().and(source.facts()),
            Endless::Prefixed(items, rest) => items.facts().and(rest.facts()),
        };
        Facts { unknown: false, ..facts }
    }
}
