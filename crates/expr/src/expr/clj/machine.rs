//! What runs a program: its limits, its surroundings, and how values are built.

use std::collections::HashMap;
use std::rc::Rc;

use super::collection::{ENTRY, Facts, ITEM, Items, Table};
use super::cursor::Cursor;
use super::endless::Endless;
use super::meter::Meter;
use super::pattern::Pattern;
use super::trouble::{Outcome, Trouble};
use super::value::{Text, Value};
use crate::expr::code::Host;

/// Bytes of a value for which one step is counted when all of it is looked at.
const BYTES_PER_STEP: usize = 64;

/// Steps that compiling a regular expression takes.
const COMPILING: u64 = 500;
/// Compiled expressions that are kept.
const PATTERNS: usize = 64;

/// Runs one program.
pub(super) struct Machine<'h> {
    /// What the program used of its limits.
    pub(super) meter: Meter,
    /// What it may ask of the outside.
    pub(super) host: &'h mut dyn Host,
    /// `params` and `inputs`.
    pub(super) params: Value,
    /// `pt/module-repo-ref`.
    pub(super) repository: Value,
    /// What `def` and `defn` named.
    pub(super) globals: HashMap<Rc<str>, Value>,
    /// Short names of name spaces: `str` for `clojure.string`.
    pub(super) aliases: HashMap<String, String>,
    /// Regular expressions that were compiled, by their source.
    pub(super) patterns: HashMap<Box<str>, Rc<Pattern>>,
    /// The function that is running, for messages.
    pub(super) running: &'static str,
}

impl Machine<'_> {
    /// Text that was built.
    pub(super) fn text(&mut self, text: impl Into<Box<str>>) -> Outcome {
        let text = text.into();
        let charge = self.meter.charge(ITEM + text.len())?;
        self.meter.step(steps(text.len()))?;
        Ok(Value::Text(Rc::new(Text::built(text, charge))))
    }

    /// A list.
    pub(super) fn list(&mut self, values: Vec<Value>) -> Outcome {
        let items = self.items(values)?;
        self.checked(Value::List(Rc::new(items)))
    }

    /// A vector.
    pub(super) fn vector(&mut self, values: Vec<Value>) -> Outcome {
        let items = self.items(values)?;
        self.checked(Value::Vector(Rc::new(items)))
    }

    fn items(&mut self, values: Vec<Value>) -> Outcome<Items> {
        let charge = self.meter.charge((values.len() + 2) * ITEM)?;
        self.meter.step(steps(values.len() * ITEM))?;
        Ok(Items::new(values, charge))
    }

    /// A table without entries.
    pub(super) fn table(&mut self) -> Outcome<Table> {
        Ok(Table::new(self.meter.charge(ENTRY)?))
    }

    /// Sets a key of a table.
    pub(super) fn put(&mut self, table: &mut Table, key: Value, value: Value) -> Outcome<()> {
        self.key(&key)?;
        self.meter.allow(ENTRY)?;
        table.insert(key, value);
        Ok(())
    }

    /// A map of these entries.
    pub(super) fn map(&mut self, entries: impl IntoIterator<Item = (Value, Value)>) -> Outcome {
        let mut table = self.table()?;
        for (key, value) in entries {
            self.put(&mut table, key, value)?;
        }
        self.checked(Value::Map(Rc::new(table)))
    }

    /// A set of these values.
    pub(super) fn set(&mut self, values: impl IntoIterator<Item = Value>) -> Outcome {
        let mut table = self.table()?;
        for value in values {
            self.put(&mut table, value, Value::Nil)?;
        }
        self.checked(Value::Set(Rc::new(table)))
    }

    /// The value, if it nests no deeper and is no larger than the limits allow.
    pub(super) fn checked(&self, value: Value) -> Outcome {
        let Facts { depth, size, .. } = value.facts();
        if depth > self.meter.depth() {
            return Err(Trouble::limit(format!("a value nests more than {} deep", self.meter.depth())));
        }
        // Shared parts count each time: looking at them does, too.
        self.meter.allow_value(size)?;
        self.meter.allow(0)?;
        Ok(value)
    }

    /// Looks at all of a value: it must be known.
    pub(super) fn inspect(&mut self, value: &Value) -> Outcome<()> {
        let facts = value.facts();
        if facts.unknown {
            return Err(Trouble::unknown());
        }
        self.meter.step(steps(facts.size))
    }

    /// Looks at all of a value that is used as a key.
    pub(super) fn key(&mut self, key: &Value) -> Outcome<()> {
        self.inspect(key)?;
        self.meter.step(1)
    }

    /// Whether two values are equal.
    pub(super) fn equal(&mut self, here: &Value, there: &Value) -> Outcome<bool> {
        self.inspect(here)?;
        self.inspect(there)?;
        Ok(here == there)
    }

    /// A walk through a collection, text or `nil`; `argument` says which argument it is.
    pub(super) fn cursor(&self, value: &Value, argument: usize) -> Outcome<Cursor> {
        match value {
            Value::Nil => Ok(Cursor::Empty),
            Value::List(items) | Value::Vector(items) => Ok(Cursor::Items(Rc::clone(items), 0)),
            Value::Map(table) => Ok(Cursor::Entries(Rc::clone(table), 0)),
            Value::Set(table) => Ok(Cursor::Members(Rc::clone(table), 0)),
            Value::Text(text) => Ok(Cursor::Letters(Rc::clone(text), 0)),
            Value::Endless(endless) => Ok(endless.cursor()),
            other => Err(self.expected("a collection", other, argument)),
        }
    }

    /// All items of a collection, text or `nil`.
    pub(super) fn all(&mut self, value: &Value, argument: usize) -> Outcome<Vec<Value>> {
        let mut cursor = self.cursor(value, argument)?;
        let mut items = Vec::new();
        while let Some(item) = cursor.next(self)? {
            self.push(&mut items, item)?;
        }
        Ok(items)
    }

    /// Adds an item to a list that is being built.
    pub(super) fn push(&mut self, items: &mut Vec<Value>, item: Value) -> Outcome<()> {
        if items.len() == items.capacity() {
            self.meter.allow(items.capacity() * 2 * ITEM)?;
        }
        items.push(item);
        Ok(())
    }

    /// A regular expression; the same one is compiled once.
    pub(super) fn pattern(&mut self, source: &str) -> Outcome<Rc<Pattern>> {
        if let Some(known) = self.patterns.get(source) {
            return Ok(Rc::clone(known));
        }
        self.meter.step(COMPILING)?;
        let pattern = Rc::new(Pattern::new(source)?);
        if self.patterns.len() < PATTERNS {
            self.patterns.insert(source.into(), Rc::clone(&pattern));
        }
        Ok(pattern)
    }

    /// A sequence without end.
    pub(super) fn endless(&mut self, endless: Endless) -> Outcome {
        self.checked(Value::Endless(Rc::new(endless)))
    }

    /// The running function was given something else than it takes.
    pub(super) fn expected(&self, what: &str, found: &Value, argument: usize) -> Trouble {
        if matches!(found, Value::Unknown) {
            return Trouble::unknown();
        }
        Trouble::failed_at(argument, format!("`{}` takes {what}, found {}", self.running, found.describe()))
    }
}

/// The steps that looking at `bytes` takes.
fn steps(bytes: usize) -> u64 {
    u64::try_from(bytes / BYTES_PER_STEP).unwrap_or(u64::MAX)
}
