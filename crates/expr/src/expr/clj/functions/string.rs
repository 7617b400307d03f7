//! `clojure.string/…` without regular expressions.

use super::super::builtin::{Builtin, builtin};
use super::super::machine::Machine;
use super::super::print::print;
use super::super::trouble::Outcome;
use super::super::value::Value;
use super::argument::{map, text};
use super::text::byte_at;

pub(super) const FUNCTIONS: &[Builtin] = &[
    builtin("clojure.string/join", 1, 2, join),
    builtin("clojure.string/trim", 1, 1, trim),
    builtin(".trim", 1, 1, trim),
    builtin("clojure.string/triml", 1, 1, trim_left),
    builtin("clojure.string/trimr", 1, 1, trim_right),
    builtin("clojure.string/trim-newline", 1, 1, trim_newline),
    builtin("clojure.string/blank?", 1, 1, is_blank),
    builtin("clojure.string/starts-with?", 2, 2, starts_with),
    builtin(".startsWith", 2, 2, starts_with),
    builtin("clojure.string/ends-with?", 2, 2, ends_with),
    builtin(".endsWith", 2, 2, ends_with),
    builtin("clojure.string/includes?", 2, 2, includes),
    builtin(".contains", 2, 2, includes),
    builtin("clojure.string/lower-case", 1, 1, lower_case),
    builtin(".toLowerCase", 1, 1, lower_case),
    builtin("clojure.string/upper-case", 1, 1, upper_case),
    builtin(".toUpperCase", 1, 1, upper_case),
    builtin("clojure.string/capitalize", 1, 1, capitalize),
    builtin("clojure.string/reverse", 1, 1, reverse),
    builtin("clojure.string/index-of", 2, 3, index_of),
    builtin("clojure.string/last-index-of", 2, 2, last_index_of),
    builtin("clojure.string/escape", 2, 2, escape),
];

fn join(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let last = arguments.len() - 1;
    let separator = if last == 1 { print(machine, &arguments[0], false)? } else { String::new() };
    let mut cursor = machine.cursor(&arguments[last], last)?;
    let mut joined = String::new();
    let mut first = true;
    while let Some(item) = cursor.next(machine)? {
        let piece = print(machine, &item, false)?;
        machine.meter.allow(joined.len() + separator.len() + piece.len())?;
        if !std::mem::take(&mut first) {
            joined.push_str(&separator);
        }
        joined.push_str(&piece);
    }
    machine.text(joined)
}

fn changed(machine: &mut Machine<'_>, arguments: &[Value], change: fn(&str) -> String) -> Outcome {
    let whole = text(machine, arguments, 0)?;
    machine.meter.allow(whole.text.len() * 3)?;
    machine.text(change(&whole.text))
}

fn trim(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    changed(machine, arguments, |text| text.trim().to_owned())
}

fn trim_left(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    changed(machine, arguments, |text| text.trim_start().to_owned())
}

fn trim_right(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    changed(machine, arguments, |text| text.trim_end().to_owned())
}

fn trim_newline(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    changed(machine, arguments, |text| text.trim_end_matches(['\n', '\r']).to_owned())
}

fn lower_case(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    changed(machine, arguments, str::to_lowercase)
}

fn upper_case(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    changed(machine, arguments, str::to_uppercase)
}

fn capitalize(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    changed(machine, arguments, |text| {
        let mut letters = text.chars();
        letters.next().map_or_else(String::new, |first| {
            first.to_uppercase().chain(letters.as_str().to_lowercase().chars()).collect()
        })
    })
}

fn reverse(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    changed(machine, arguments, |text| text.chars().rev().collect())
}

fn is_blank(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    match &arguments[0] {
        Value::Nil => Ok(Value::Bool(true)),
        Value::Text(text) => Ok(Value::Bool(text.text.chars().all(char::is_whitespace))),
        other => Err(machine.expected("text", other, 0)),
    }
}

fn asked(machine: &mut Machine<'_>, arguments: &[Value], question: fn(&str, &str) -> bool) -> Outcome {
    let (whole, part) = (text(machine, arguments, 0)?, text(machine, arguments, 1)?);
    machine.inspect(&arguments[0])?;
    Ok(Value::Bool(question(&whole.text, &part.text)))
}

fn starts_with(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    asked(machine, arguments, |whole, part| whole.starts_with(part))
}

fn ends_with(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    asked(machine, arguments, |whole, part| whole.ends_with(part))
}

fn includes(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    asked(machine, arguments, |whole, part| whole.contains(part))
}

/// What is looked for: text or a character.
fn sought(machine: &Machine<'_>, value: &Value) -> Outcome<String> {
    match value {
        Value::Text(text) => Ok(text.text.to_string()),
        Value::Char(letter) => Ok(letter.to_string()),
        other => Err(machine.expected("text or a character", other, 1)),
    }
}

fn place(text: &str, found: Option<usize>) -> Value {
    let units = found.map(|at| text[..at].encode_utf16().count());
    units.and_then(|units| i64::try_from(units).ok()).map_or(Value::Nil, Value::Int)
}

fn index_of(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let whole = text(machine, arguments, 0)?;
    let sought = sought(machine, &arguments[1])?;
    let start = match arguments.get(2) {
        Some(Value::Int(units)) => byte_at(&whole.text, (*units).max(0)).unwrap_or(whole.text.len()),
        Some(other) => return Err(machine.expected("a whole number", other, 2)),
        None => 0,
    };
    machine.inspect(&arguments[0])?;
    Ok(place(&whole.text, whole.text[start..].find(&sought).map(|at| start + at)))
}

fn last_index_of(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let whole = text(machine, arguments, 0)?;
    let sought = sought(machine, &arguments[1])?;
    machine.inspect(&arguments[0])?;
    Ok(place(&whole.text, whole.text.rfind(&sought)))
}

/// `(escape text {\< "&lt;"})`.
fn escape(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let whole = text(machine, arguments, 0)?;
    let table = map(machine, arguments, 1)?;
    let mut escaped = String::new();
    for letter in whole.text.chars() {
        machine.meter.step(1)?;
        match table.entries().get(&Value::Char(letter)).cloned() {
            Some(replacement) => escaped.push_str(&print(machine, &replacement, false)?),
            None => escaped.push(letter),
        }
        machine.meter.allow(escaped.len())?;
    }
    machine.text(escaped)
}
