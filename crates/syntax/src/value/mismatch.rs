//! What is said of a value that does not fit its type, and what to type instead.

use super::fit::WRONG_TYPE;
use super::param_type::ParamType;
use super::{Data, Value, What, scalar};
use crate::diagnostic::{Diagnostics, Fix, Safety};
use crate::source::Span;

/// Reports that a value has another shape than `expected`; the hole that takes its place.
#[allow(clippy::needless_pass_by_value, reason = "the value is replaced by a hole")]
pub(super) fn mismatch(value: Value, expected: &ParamType, what: What<'_>, diagnostics: &mut Diagnostics) -> Value {
    let found = value.describe();
    let help = help_for(&value, expected);
    diagnostics
        .report(&WRONG_TYPE, value.span, format!("{what} must be {expected}, found {found}"))
        .label(format!("expected {expected}"))
        .maybe_help(help)
        .maybe_fix(unquoted(&value, expected));
    Value::unknown(value.span)
}

/// Whether a text was written in a place itself, with quotes or without, and did not come out of an expression there.
pub(super) fn stands_at(text: &str, span: Span) -> bool {
    [text.len(), text.len() + 2].contains(&span.len())
}

/// A number, `true` or `false` that was written as text.
fn unquoted(value: &Value, expected: &ParamType) -> Option<Fix> {
    let Data::Text(text) = &value.data else { return None };
    let text = text.as_literal()?;
    let plain = match expected.inner() {
        ParamType::Int => scalar::int(text).is_some(),
        ParamType::Num => scalar::float(text).is_some(),
        ParamType::Bool => scalar::bool(text).is_some(),
        _ => false,
    };
    let fix = || Fix::new(Safety::Safe, "write it without quotes").replace(value.span, text);
    (plain && stands_at(text, value.span)).then(fix)
}

fn help_for(value: &Value, expected: &ParamType) -> Option<String> {
    let literal = match &value.data {
        Data::Text(text) => text.as_literal().map(str::to_owned),
        _ => None,
    };
    match (expected.inner(), literal) {
        (ParamType::Int | ParamType::Num, Some(text)) if scalar::float(text.trim()).is_some() => {
            Some(format!("write it without quotes: {}", text.trim()))
        }
        (ParamType::Bool, Some(text)) if scalar::bool(&text).is_some() => {
            Some(format!("write it without quotes: {text}"))
        }
        (ParamType::Bool, _) => match &value.data {
            Data::Plain(word) if matches!(&*word.to_lowercase(), "yes" | "on") => Some("write `true`".to_owned()),
            Data::Plain(word) if matches!(&*word.to_lowercase(), "no" | "off") => Some("write `false`".to_owned()),
            _ => None,
        },
        (ParamType::List(_), _) if matches!(value.data, Data::Map(_)) => {
            Some("put a `- ` before the first key to make it a list of one".to_owned())
        }
        (ParamType::List(_), _) => Some("write `[…]` around it to make it a list of one".to_owned()),
        _ => None,
    }
}
