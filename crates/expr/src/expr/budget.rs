//! What one compilation may take in all: calls, and bytes of the values that they pass on. Small files can ask for much: a
//! template that calls another ten times, which calls another ten times, or a text that holds itself twice at every call.

use std::cell::Cell;

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::source::Span;
use crate::value::{Data, Value};

declare_rule! {
    /// a project asks for more than a check may take
    ///
    /// Checking never takes more than a fixed amount of time and memory, whoever wrote the file: all entries together may make
    /// 20,000 calls and twenty more for each module and step that is written down, and values that are passed on or put
    /// together may have 64 MiB in all. Real projects are a hundred times smaller. What comes after that was not looked at.
    ///
    /// ## Bad
    /// ```yaml
    /// tools:
    ///   m: {run: [{tool: polytope/container, args: {image: "busybox:1.36"}}]}
    ///   a: {run: [{tool: m}, {tool: m}, {tool: m}, {tool: m}, {tool: m}, {tool: m}, {tool: m}, {tool: m}, {tool: m}, {tool: m}]}
    ///   b: {run: [{tool: a}, {tool: a}, {tool: a}, {tool: a}, {tool: a}, {tool: a}, {tool: a}, {tool: a}, {tool: a}, {tool: a}]}
    ///   c: {run: [{tool: b}, {tool: b}, {tool: b}, {tool: b}, {tool: b}, {tool: b}, {tool: b}, {tool: b}, {tool: b}, {tool: b}]}
    ///   d: {run: [{tool: c}, {tool: c}, {tool: c}, {tool: c}, {tool: c}, {tool: c}, {tool: c}, {tool: c}, {tool: c}, {tool: c}]}
    ///   stack: {run: [{tool: d}, {tool: d}, {tool: d}, {tool: d}, {tool: d}, {tool: d}, {tool: d}, {tool: d}, {tool: d}, {tool: d}]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - {id: m, module: polytope/container, args: {image: "busybox:1.36"}}
    /// templates:
    ///   - {id: stack, run: [m]}
    /// ```
    pub static CHECK_LIMIT = { name: "check-limit", code: "PT193", level: Error, precision: VeryHigh, since: "0.2" };
}

/// Calls that any project may make.
const CALLS: usize = 20_000;

/// Calls that come with each module and step that is written down.
const CALLS_EACH: usize = 20;

/// Bytes of all values that are passed on or put together (64 MiB).
const BYTES: usize = 64 << 20;

/// Bytes of all that programs give (8 MiB).
const PROGRAM_BYTES: usize = 8 << 20;

/// What is left.
#[derive(Debug)]
pub struct Budget {
    calls: Cell<usize>,
    bytes: Cell<usize>,
    program_bytes: Cell<usize>,
    /// Where it was spent, and what was too much.
    spent: Cell<Option<(Span, &'static str)>>,
}

impl Default for Budget {
    fn default() -> Self {
        Self::for_entries(0)
    }
}

impl Budget {
    /// That of a project with so many modules and steps.
    pub fn for_entries(number: usize) -> Self {
        let calls = CALLS.saturating_add(number.saturating_mul(CALLS_EACH));
        Self {
            calls: Cell::new(calls),
            bytes: Cell::new(BYTES),
            program_bytes: Cell::new(PROGRAM_BYTES),
            spent: Cell::new(None),
        }
    }

    /// Takes one call at a place; whether there was one left.
    pub fn call(&self, place: Span) -> bool {
        self.take(&self.calls, 1, place, "calls")
    }

    /// Takes the bytes of a value that is passed on or put together; whether there were as many.
    pub fn pass(&self, value: &Value, place: Span) -> bool {
        self.take(&self.bytes, weight(value), place, "bytes in the values that it passes on")
    }

    /// Takes the bytes of what a program gave; whether there were as many.
    pub(super) fn give(&self, value: &Value) -> bool {
        let left = self.program_bytes.get().checked_sub(weight(value));
        self.program_bytes.set(left.unwrap_or_default());
        left.is_some()
    }

    fn take(&self, left: &Cell<usize>, number: usize, place: Span, what: &'static str) -> bool {
        if self.spent.get().is_some() {
            return false;
        }
        if let Some(rest) = left.get().checked_sub(number) {
            left.set(rest);
            return true;
        }
        self.spent.set(Some((place, what)));
        false
    }

    /// Reports that it was spent, if it was.
    pub fn report(&self, diagnostics: &mut Diagnostics) {
        if let Some((place, what)) = self.spent.get() {
            diagnostics
                .report(&CHECK_LIMIT, place, format!("this project makes too many {what}: the rest was not looked at"))
                .label("here it was too much")
                .help("call each module once, and let calls not call the same thing over and over");
        }
    }
}

/// Bytes that a value takes, roughly.
fn weight(value: &Value) -> usize {
    let inner = match &value.data {
        Data::Plain(text) => text.len(),
        Data::Text(text) => text.length(),
        Data::List(items) => items.iter().map(weight).sum(),
        Data::Map(map) => map.iter().map(|(key, value)| key.value.len() + weight(value)).sum(),
        _ => 0,
    };
    size_of::<Value>() + inner
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::value::Text;

    #[test]
    fn what_is_spent_stays_spent_and_is_told_once_where_it_was() {
        let budget = Budget::for_entries(1);
        let at = |offset| Span::new(FileId(0), offset, offset + 1);
        assert!((0..CALLS + CALLS_EACH).all(|_| budget.call(at(0))));
        assert!(!budget.call(at(7)) && !budget.call(at(8)));
        assert!(!budget.pass(&Value::null(at(9)), at(9)), "nothing goes on");
        let mut told = Diagnostics::default();
        budget.report(&mut told);
        assert_eq!(told.finish().iter().map(|it| it.primary.span).collect::<Vec<_>>(), [at(7)]);
    }

    #[test]
    fn texts_and_what_holds_them_count() {
        let at = Span::new(FileId(0), 0, 1);
        let text = Value::new(Data::Text(Text::literal("x".repeat(BYTES / 3))), at);
        let budget = Budget::default();
        let list = Value::new(Data::List(vec![text.clone(), text]), at);
        assert!(budget.pass(&list, at));
        assert!(!budget.pass(&list, at));
        assert!(!Budget::default().give(&list));
    }
}
