//! Values and text: `str`, `pr-str`, `name`, `keyword`, `subs`.

use super::super::builtin::{ANY, Builtin, builtin};
use super::super::machine::Machine;
use super::super::print::print;
use super::super::trouble::{Outcome, Trouble};
use super::super::value::Value;
use super::argument::{integer, text};

pub(super) const FUNCTIONS: &[Builtin] = &[
    builtin("str", 0, ANY, str_),
    builtin("pr-str", 0, ANY, pr_str),
    builtin("print-str", 0, ANY, print_str),
    builtin(".toString", 1, 1, str_),
    builtin("name", 1, 1, name),
    builtin("namespace", 1, 1, namespace),
    builtin("keyword", 1, 2, keyword),
    builtin("symbol", 1, 2, symbol),
    builtin("subs", 2, 3, subs),
    builtin(".substring", 2, 3, subs),
];

fn joined(machine: &mut Machine<'_>, arguments: &[Value], separator: &str, readable: bool) -> Outcome {
    let mut joined = String::new();
    for (index, argument) in arguments.iter().enumerate() {
        let piece = print(machine, argument, readable)?;
        machine.meter.allow(joined.len() + piece.len())?;
        joined.push_str(if index == 0 { "" } else { separator });
        joined.push_str(&piece);
    }
    machine.text(joined)
}

fn str_(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    joined(machine, arguments, "", false)
}

fn pr_str(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    joined(machine, arguments, " ", true)
}

fn print_str(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    joined(machine, arguments, " ", false)
}

fn name(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    match &arguments[0] {
        Value::Text(_) => Ok(arguments[0].clone()),
        Value::Keyword(name) | Value::Symbol(name) => {
            let own = name.rsplit_once('/').filter(|(_, own)| !own.is_empty()).map_or(&**name, |(_, own)| own);
            machine.text(own)
        }
        other => Err(machine.expected("a keyword, symbol or text", other, 0)),
    }
}

fn namespace(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    match &arguments[0] {
        Value::Keyword(name) | Value::Symbol(name) => match name.rsplit_once('/') {
            Some((space, own)) if !own.is_empty() => machine.text(space),
            _ => Ok(Value::Nil),
        },
        other => Err(machine.expected("a keyword or symbol", other, 0)),
    }
}

/// The name in one or two parts.
fn spelled(machine: &mut Machine<'_>, arguments: &[Value]) -> Outcome<String> {
    let mut parts = Vec::new();
    for (index, argument) in arguments.iter().enumerate() {
        match argument {
            Value::Text(text) => parts.push(text.text.to_string()),
            Value::Keyword(name) | Value::Symbol(name) => parts.push(name.to_string()),
            Value::Nil if index == 0 && arguments.len() == 2 => {}
            other => return Err(machine.expected("text, a keyword or a symbol", other, index)),
        }
    }
    let spelled = parts.join("/");
    machine.meter.step(u64::try_from(spelled.len()).unwrap_or(u64::MAX))?;
    // Names are not charged for, so they stay short.
    if spelled.len() > 4096 {
        return Err(Trouble::limit("a name is longer than 4096 bytes".to_owned()));
    }
    Ok(spelled)
}

fn keyword(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    if let [Value::Nil] = arguments {
        return Ok(Value::Nil);
    }
    Ok(Value::Keyword(spelled(machine, arguments)?.into()))
}

fn symbol(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    Ok(Value::Symbol(spelled(machine, arguments)?.into()))
}

/// The byte before which `units` units of 16 bits stand, as Java counts letters.
pub(super) fn byte_at(text: &str, units: i64) -> Option<usize> {
    let mut left = usize::try_from(units).ok()?;
    for (at, letter) in text.char_indices() {
        if left == 0 {
            return Some(at);
        }
        left = left.checked_sub(letter.len_utf16())?;
    }
    (left == 0).then_some(text.len())
}

fn subs(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let whole = text(machine, arguments, 0)?;
    let start = byte_at(&whole.text, integer(machine, arguments, 1)?);
    let end = match arguments.len() {
        3 => byte_at(&whole.text, integer(machine, arguments, 2)?),
        _ => Some(whole.text.len()),
    };
    let length = whole.text.encode_utf16().count();
    match (start, end) {
        (Some(start), Some(end)) if start <= end => machine.text(&whole.text[start..end]),
        (None, _) => Err(Trouble::failed_at(1, format!("the text has {length} letters"))),
        _ => Err(Trouble::failed_at(2, format!("the text has {length} letters"))),
    }
}
