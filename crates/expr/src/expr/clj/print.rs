//! Values as text: for people (`str`) and for readers (`pr-str`).

use super::machine::Machine;
use super::trouble::{Outcome, Trouble};
use super::value::Value;

/// The text of a value. `readable` quotes texts and characters, as they always are inside of collections.
pub(super) fn print(machine: &mut Machine<'_>, value: &Value, readable: bool) -> Outcome<String> {
    machine.inspect(value)?;
    machine.meter.allow(value.facts().size)?;
    let mut out = String::new();
    write(value, readable, &mut out)?;
    Ok(out)
}

fn write(value: &Value, readable: bool, out: &mut String) -> Outcome<()> {
    match value {
        Value::Nil if readable => out.push_str("nil"),
        Value::Nil => {}
        Value::Bool(known) => out.push_str(if *known { "true" } else { "false" }),
        Value::Int(known) => out.push_str(&known.to_string()),
        Value::Float(known) => out.push_str(&float(*known, readable)),
        Value::Char(letter) if readable => out.push_str(&character(*letter)),
        Value::Char(letter) => out.push(*letter),
        Value::Text(text) if readable => quote(&text.text, out),
        Value::Text(text) => out.push_str(&text.text),
        Value::Keyword(name) => {
            out.push(':');
            out.push_str(name);
        }
        Value::Symbol(name) => out.push_str(name),
        Value::Pattern(pattern) if readable => {
            out.push_str("#\"");
            out.push_str(pattern.source());
            out.push('"');
        }
        Value::Pattern(pattern) => out.push_str(pattern.source()),
        Value::List(items) => between("(", items.values(), " ", ")", out)?,
        Value::Vector(items) => between("[", items.values(), " ", "]", out)?,
        Value::Set(table) => between("#{", table.entries().keys(), " ", "}", out)?,
        Value::Map(table) => {
            out.push('{');
            for (index, (key, value)) in table.entries().iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                write(key, true, out)?;
                out.push(' ');
                write(value, true, out)?;
            }
            out.push('}');
        }
        Value::Function(function) => {
            out.push_str("#function[");
            out.push_str(function.name());
            out.push(']');
        }
        Value::Failure(failure) => out.push_str(&failure.message),
        Value::Endless(_) => {
            return Err(Trouble::limit("a sequence without end has no text: `take` some of it".to_owned()));
        }
        Value::Unknown => return Err(Trouble::unknown()),
    }
    Ok(())
}

fn between<'v>(
    open: &str,
    items: impl IntoIterator<Item = &'v Value>,
    separator: &str,
    close: &str,
    out: &mut String,
) -> Outcome<()> {
    out.push_str(open);
    for (index, item) in items.into_iter().enumerate() {
        out.push_str(if index == 0 { "" } else { separator });
        write(item, true, out)?;
    }
    out.push_str(close);
    Ok(())
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            other => out.push(other),
        }
    }
    out.push('"');
}

fn character(letter: char) -> String {
    let name = match letter {
        '\n' => "newline",
        ' ' => "space",
        '\t' => "tab",
        '\r' => "return",
        '\u{8}' => "backspace",
        '\u{c}' => "formfeed",
        other => return format!("\\{other}"),
    };
    format!("\\{name}")
}

/// As Java writes it: `1.0`, `1.5E10`.
pub(super) fn float(number: f64, readable: bool) -> String {
    let special = if number.is_nan() {
        "NaN"
    } else if number == f64::INFINITY {
        if readable { "Inf" } else { "Infinity" }
    } else if number == f64::NEG_INFINITY {
        if readable { "-Inf" } else { "-Infinity" }
    } else if number == 0.0 || (1e-3..1e7).contains(&number.abs()) {
        return format!("{number:?}");
    } else {
        let scientific = format!("{number:E}");
        return if scientific.contains('.') { scientific } else { scientific.replacen('E', ".0E", 1) };
    };
    if readable { format!("##{special}") } else { special.to_owned() }
}
