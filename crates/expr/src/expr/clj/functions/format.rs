//! `format`, with the directives that are common: `%s %d %f %x %c %b %e %n %%`.

use super::super::builtin::{ANY, Builtin, builtin};
use super::super::machine::Machine;
use super::super::print::print;
use super::super::trouble::{Outcome, Trouble};
use super::super::value::Value;
use super::argument::text;
use super::arithmetic::widen;

pub(super) const FUNCTIONS: &[Builtin] = &[builtin("format", 1, ANY, format), builtin("String/format", 1, ANY, format)];

/// The largest width and precision.
const WIDEST: usize = 1000;

/// `%-08.3f` taken apart.
#[derive(Debug, Default)]
struct Directive {
    left: bool,
    zeros: bool,
    sign: bool,
    grouped: bool,
    width: usize,
    precision: Option<usize>,
}

fn format(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let template = text(machine, arguments, 0)?;
    let mut out = String::new();
    let mut next = 1;
    let mut rest = &*template.text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let (directive, letter, length) = directive(&rest[at + 1..])?;
        rest = &rest[at + 1 + length..];
        let piece = match letter {
            '%' => "%".to_owned(),
            'n' => "\n".to_owned(),
            _ => {
                let value = arguments.get(next).cloned().ok_or_else(|| {
                    Trouble::failed_at(0, format!("`%{letter}` needs an argument, and there are {} only", next - 1))
                })?;
                next += 1;
                piece(machine, &directive, letter, &value, next - 1)?
            }
        };
        out.push_str(&padded(&directive, &piece));
        machine.meter.allow(out.len())?;
    }
    out.push_str(rest);
    machine.text(out)
}

/// A directive without its `%`, its letter and its bytes.
fn directive(text: &str) -> Outcome<(Directive, char, usize)> {
    let mut found = Directive::default();
    let flags = text.len() - text.trim_start_matches(['-', '0', '+', ',']).len();
    for flag in text[..flags].chars() {
        match flag {
            '-' => found.left = true,
            '0' => found.zeros = true,
            '+' => found.sign = true,
            _ => found.grouped = true,
        }
    }
    let digits = |text: &str| text.len() - text.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    let number = |digits: &str| digits.parse().ok().filter(|number| *number <= WIDEST);
    let too_wide = || Trouble::failed_at(0, format!("a directive is wider than {WIDEST} letters"));
    let mut end = flags + digits(&text[flags..]);
    if end > flags {
        found.width = number(&text[flags..end]).ok_or_else(too_wide)?;
    }
    if text[end..].starts_with('.') {
        let start = end + 1;
        end = start + digits(&text[start..]);
        found.precision = Some(number(&text[start..end]).ok_or_else(too_wide)?);
    }
    let letter = text[end..]
        .chars()
        .next()
        .ok_or_else(|| Trouble::failed_at(0, "`%` at the end; write `%%` for a percent sign"))?;
    Ok((found, letter, end + letter.len_utf8()))
}

fn piece(
    machine: &mut Machine<'_>,
    directive: &Directive,
    letter: char,
    value: &Value,
    index: usize,
) -> Outcome<String> {
    let number = |machine: &Machine<'_>| match value {
        Value::Int(number) => Ok(widen(*number)),
        Value::Float(number) => Ok(*number),
        other => Err(machine.expected(&format!("a number for `%{letter}`"), other, index)),
    };
    Ok(match (letter, value) {
        ('s' | 'S', _) => {
            let whole = if value.is_nil() { "null".to_owned() } else { print(machine, value, false)? };
            let cut: String = whole.chars().take(directive.precision.unwrap_or(usize::MAX)).collect();
            if letter == 'S' { cut.to_uppercase() } else { cut }
        }
        ('d', Value::Int(whole)) => {
            signed(directive, *whole < 0, grouped(directive, &whole.unsigned_abs().to_string()))
        }
        ('x', Value::Int(whole)) => format!("{whole:x}"),
        ('X', Value::Int(whole)) => format!("{whole:X}"),
        ('o', Value::Int(whole)) => format!("{whole:o}"),
        ('d' | 'x' | 'X' | 'o', other) => {
            return Err(machine.expected(&format!("a whole number for `%{letter}`"), other, index));
        }
        ('f', _) => {
            let number = number(machine)?;
            let digits = format!("{:.*}", directive.precision.unwrap_or(6), number.abs());
            let (whole, fraction) =
                digits.split_once('.').map_or((&*digits, None), |(whole, rest)| (whole, Some(rest)));
            let whole = grouped(directive, whole);
            signed(directive, number < 0.0, fraction.map_or(whole.clone(), |fraction| format!("{whole}.{fraction}")))
        }
        ('e', _) => exponent(&format!("{:.*e}", directive.precision.unwrap_or(6), number(machine)?)),
        ('b', _) => value.is_truthy().to_string(),
        ('c', Value::Char(letter)) => letter.to_string(),
        ('c', other) => return Err(machine.expected("a character for `%c`", other, index)),
        _ => {
            return Err(Trouble::failed_at(
                0,
                format!(
                    "there is no directive `%{letter}`; known are `%s`, `%d`, `%f`, `%x`, `%e`, `%c`, `%b`, `%n` and `%%`"
                ),
            ));
        }
    })
}

fn signed(directive: &Directive, negative: bool, digits: String) -> String {
    match (negative, directive.sign) {
        (true, _) => format!("-{digits}"),
        (false, true) => format!("+{digits}"),
        (false, false) => digits,
    }
}

/// `1,234,567` where it is asked for.
fn grouped(directive: &Directive, digits: &str) -> String {
    if !directive.grouped {
        return digits.to_owned();
    }
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1.5e3` as Java writes it: `1.5e+03`.
fn exponent(scientific: &str) -> String {
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific.to_owned() };
    let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
    format!("{mantissa}e{sign}{digits:0>2}")
}

fn padded(directive: &Directive, piece: &str) -> String {
    let missing = directive.width.saturating_sub(piece.chars().count());
    let fill = if directive.zeros && !directive.left { "0" } else { " " }.repeat(missing);
    match piece.strip_prefix(['-', '+']) {
        _ if directive.left => format!("{piece}{fill}"),
        Some(digits) if directive.zeros => format!("{}{fill}{digits}", &piece[..1]),
        _ => format!("{fill}{piece}"),
    }
}
