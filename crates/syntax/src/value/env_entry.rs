//! Variables that were written as other tools want them: `NAME: value` and `NAME=value`.

use super::{Data, Value};
use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix, Safety};
use crate::source::Span;

declare_rule! {
    /// a variable that is not written as `{name, value}`
    ///
    /// Other tools take `- NAME: value` or `- NAME=value` in a list of variables. Here an item has a `name` and a `value`.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args:
    ///       image: busybox:1.36
    ///       env:
    ///         - LEVEL: debug
    ///         - MODE=fast
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args:
    ///       image: busybox:1.36
    ///       env:
    ///         - {name: LEVEL, value: debug}
    ///         - {name: MODE, value: fast}
    /// ```
    pub static BAD_ENV_ENTRY = {
        name: "bad-env-entry", code: "PT118", level: Error, precision: VeryHigh, tags: ["env"], since: "0.2",
    };
}

/// A variable in another form.
pub(super) struct Misplaced {
    name: String,
    fix: Option<Fix>,
}

/// The variable that an item stands for, if it has one of the other forms.
pub(super) fn misplaced(item: &Value) -> Option<Misplaced> {
    match &item.data {
        Data::Map(map) => {
            let mut entries = map.iter();
            let (Some((key, value)), None) = (entries.next(), entries.next()) else { return None };
            if !is_variable(&key.value) || ["name", "value"].contains(&key.value.as_str()) {
                return None;
            }
            Some(Misplaced { name: key.value.clone(), fix: from_entry(item.span, key.span, value) })
        }
        Data::Plain(text) => from_text(text, item.span),
        Data::Text(text) => from_text(text.as_literal()?, item.span),
        _ => None,
    }
}

impl Misplaced {
    /// Reports it; a hole takes its place.
    pub(super) fn report(self, span: Span, diagnostics: &mut Diagnostics) -> Value {
        let name = self.name;
        diagnostics
            .report(&BAD_ENV_ENTRY, span, format!("`{name}` is not written as a variable is here"))
            .label("expected `name` and `value`")
            .help(format!("write `{{name: {name}, value: …}}`"))
            .maybe_fix(self.fix);
        Value::unknown(span)
    }
}

/// Names as people give them to variables: in capitals.
fn is_variable(name: &str) -> bool {
    let letters = name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    letters && name.starts_with(|first: char| first.is_ascii_uppercase() || first == '_')
}

/// `NAME: value`, with braces around it or without: everything that was written stays, and words are put between.
fn from_entry(item: Span, key: Span, value: &Value) -> Option<Fix> {
    let flat = match &value.data {
        // In braces these would end the value.
        Data::Plain(text) => !text.contains([',', '[', ']', '{', '}', '\n']) && !text.is_empty(),
        Data::Text(text) => text.as_literal().is_some_and(|text| !text.contains('\n')),
        _ => false,
    };
    let apart = key.end < value.span.start && key.file == value.span.file;
    if !flat || !apart {
        return None;
    }
    let at = |offset: u32| Span { file: key.file, start: offset, end: offset };
    let braces = item.start < key.start;
    let (open, close) = if braces { ("name: ", "") } else { ("{name: ", "}") };
    let between = Span { file: key.file, start: key.end, end: value.span.start };
    let fix = title().replace(at(key.start), open).replace(between, ", value: ");
    Some(if close.is_empty() { fix } else { fix.replace(at(value.span.end), close) })
}

/// `NAME=value`.
fn from_text(text: &str, span: Span) -> Option<Misplaced> {
    let (name, value) = text.split_once('=').filter(|(name, _)| is_variable(name))?;
    // What was put together by an expression stands nowhere as it is. The value is not repeated: it may be a secret.
    let literal = text.len() == span.len() && !value.contains(['"', '\\', '\n']);
    let equals = span.slice(name.len(), name.len() + 1);
    let fix = || {
        let (start, end) = (span.slice(0, 0), span.slice(text.len(), text.len()));
        title().replace(start, "{name: ").replace(equals, ", value: \"").replace(end, "\"}")
    };
    let fix = literal.then(fix);
    Some(Misplaced { name: name.to_owned(), fix })
}

fn title() -> Fix {
    Fix::new(Safety::Safe, "write it with `name` and `value`")
}
