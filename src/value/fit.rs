//! Does this value fit this type? If so, the value as that type: `5432` becomes a number only where one is asked for.

use super::mismatch::{INVALID_LITERAL, MISSING_ARGUMENT, UNKNOWN_FIELD, WRONG_TYPE};
use super::param_type::{Field, ParamType};
use super::{Data, Map, Text, Value, What, named, scalar};
use crate::diagnostic::{Diagnostics, Fix, Safety, did_you_mean, one_of};
use crate::source::Span;
use crate::syntax::is_null_text;

/// Fits `value` to `expected`. `what` names it in messages, such as `` `port` ``. What does not fit is reported and becomes a hole.
pub fn fit(value: Value, expected: &ParamType, what: What<'_>, diagnostics: &mut Diagnostics) -> Value {
    if value.is_unknown() {
        return value;
    }
    match expected {
        ParamType::Any => any(value),
        ParamType::Unknown => value,
        ParamType::Maybe(_) if value.is_null() => Value::null(value.span),
        ParamType::Default(inner, default) if value.is_null() => {
            fit(default.placed_at(value.span), inner, what, diagnostics)
        }
        ParamType::Maybe(inner) | ParamType::Default(inner, _) => fit(value, inner, what, diagnostics),
        ParamType::Bool => match bool_of(&value) {
            Some(data) => Value::new(data, value.span),
            None => mismatch(value, expected, what, diagnostics),
        },
        ParamType::Int => match int_of(&value) {
            Some(data) => Value::new(data, value.span),
            None => mismatch(value, expected, what, diagnostics),
        },
        ParamType::Num => match num_of(&value) {
            Some(data) => Value::new(data, value.span),
            None => mismatch(value, expected, what, diagnostics),
        },
        ParamType::Str => match value.to_text() {
            Some(text) => Value::new(Data::Text(text), value.span),
            None => mismatch(value, expected, what, diagnostics),
        },
        ParamType::Scalar => match value.to_text() {
            Some(_) => value,
            None => mismatch(value, expected, what, diagnostics),
        },
        ParamType::Enum(choices) => choice(value, choices, expected, what, diagnostics),
        ParamType::List(item) => list(value, item, expected, what, diagnostics),
        ParamType::Record(fields) => record(value, fields, expected, what, diagnostics),
        ParamType::Map(_, of) => map(value, of, expected, what, diagnostics),
        ParamType::Either(choices) => either(value, choices, expected, what, diagnostics),
        ParamType::Regex(pattern) => match value.to_text() {
            Some(text) => {
                if text.known().is_some_and(|known| !pattern.is_match(&known)) {
                    return mismatch(value, expected, what, diagnostics);
                }
                Value::new(Data::Text(text), value.span)
            }
            None => mismatch(value, expected, what, diagnostics),
        },
        ParamType::Named(kind) => named::fit_named(value, *kind, what, diagnostics),
    }
}

/// Whether `value` would fit, without a word about why not.
pub fn fits(value: &Value, expected: &ParamType) -> bool {
    let mut silent = Diagnostics::default();
    fit(value.clone(), expected, What::Nameless, &mut silent);
    silent.mark() == 0
}

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
fn stands_at(text: &str, span: Span) -> bool {
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

/// Plain scalars where no type is declared: the core schema of YAML 1.2.
fn any(value: Value) -> Value {
    let data = match value.data {
        Data::Plain(text) if is_null_text(&text) => Data::Null,
        Data::Plain(text) => scalar::bool(&text)
            .map(Data::Bool)
            .or_else(|| scalar::int(&text).map(Data::Int))
            .or_else(|| scalar::float(&text).map(Data::Float))
            .unwrap_or_else(|| Data::Text(Text::literal(&*text))),
        Data::List(items) => Data::List(items.into_iter().map(any).collect()),
        Data::Map(map) => Data::Map(map.into_iter().map(|(key, value)| (key, any(value))).collect()),
        other => other,
    };
    Value::new(data, value.span)
}

/// Characters that may be converted: an unquoted scalar, or text that a value or secret is part of.
enum Convertible {
    Known(String),
    NotYet,
}

fn convertible(value: &Value) -> Option<Convertible> {
    match &value.data {
        Data::Plain(text) => Some(Convertible::Known(text.to_string())),
        Data::Text(text) if text.is_from_reference() => {
            Some(text.known().map_or(Convertible::NotYet, Convertible::Known))
        }
        _ => None,
    }
}

fn bool_of(value: &Value) -> Option<Data> {
    match (&value.data, convertible(value)) {
        (Data::Bool(known), _) => Some(Data::Bool(*known)),
        (_, Some(Convertible::Known(text))) => scalar::bool(&text).map(Data::Bool),
        (data, Some(Convertible::NotYet)) => Some(data.clone()),
        _ => None,
    }
}

fn int_of(value: &Value) -> Option<Data> {
    match (&value.data, convertible(value)) {
        (Data::Int(known), _) => Some(Data::Int(*known)),
        (_, Some(Convertible::Known(text))) => scalar::int(text.trim()).map(Data::Int),
        (data, Some(Convertible::NotYet)) => Some(data.clone()),
        _ => None,
    }
}

fn num_of(value: &Value) -> Option<Data> {
    match (&value.data, convertible(value)) {
        (Data::Int(_) | Data::Float(_), _) => Some(value.data.clone()),
        (_, Some(Convertible::Known(text))) => {
            scalar::int(text.trim()).map(Data::Int).or_else(|| scalar::float(text.trim()).map(Data::Float))
        }
        (data, Some(Convertible::NotYet)) => Some(data.clone()),
        _ => None,
    }
}

fn choice(
    value: Value,
    choices: &[String],
    expected: &ParamType,
    what: What<'_>,
    diagnostics: &mut Diagnostics,
) -> Value {
    let Some(text) = value.to_text() else { return mismatch(value, expected, what, diagnostics) };
    if let Some(known) = text.known()
        && !choices.contains(&known)
    {
        let near = did_you_mean(&known, choices.iter().map(String::as_str));
        diagnostics
            .report(&INVALID_LITERAL, value.span, format!("{what} cannot be `{known}`"))
            .label(format!("expected {expected}"))
            .help(near.map_or_else(
                || format!("write {}", one_of(choices.iter().map(String::as_str))),
                |near| format!("did you mean `{near}`?"),
            ))
            .maybe_fix(near.filter(|_| stands_at(&known, value.span)).map(|near| Fix::respell(value.span, near)));
        return Value::unknown(value.span);
    }
    Value::new(Data::Text(text), value.span)
}

fn list(value: Value, item: &ParamType, expected: &ParamType, what: What<'_>, diagnostics: &mut Diagnostics) -> Value {
    let Data::List(items) = value.data else { return mismatch(value, expected, what, diagnostics) };
    let items = items.into_iter().map(|entry| fit(entry, item, What::ItemOf(&what), diagnostics)).collect();
    Value::new(Data::List(items), value.span)
}

fn map(value: Value, of: &ParamType, expected: &ParamType, what: What<'_>, diagnostics: &mut Diagnostics) -> Value {
    let Data::Map(entries) = value.data else { return mismatch(value, expected, what, diagnostics) };
    let fitted = entries
        .into_iter()
        .map(|(key, entry)| {
            let entry = fit(entry, of, What::Named(&key.value), diagnostics);
            (key, entry)
        })
        .collect();
    Value::new(Data::Map(fitted), value.span)
}

pub(super) fn record(
    value: Value,
    fields: &[Field],
    expected: &ParamType,
    what: What<'_>,
    diagnostics: &mut Diagnostics,
) -> Value {
    let Data::Map(entries) = value.data else { return mismatch(value, expected, what, diagnostics) };
    let span = value.span;
    let mut fitted = Map::default();
    // A slip in a key is one mistake: the key that was meant is not missing too.
    let mut meant: Vec<String> = Vec::new();
    // Nor is one that stands inside of braces which were opened too late: `path: { /cache, source: … }`.
    let mut swallowed: Vec<String> = Vec::new();
    for (key, entry) in entries {
        let Some(field) = fields.iter().find(|field| field.name.value == key.value) else {
            let names = || fields.iter().map(|field| field.name.value.as_str());
            let near = did_you_mean(&key.value, names());
            let help = match near {
                Some(near) => {
                    meant.push(near.to_owned());
                    format!("did you mean `{near}`?")
                }
                None => format!("known keys are {}", one_of(names())),
            };
            let owner = owner(what);
            diagnostics
                .report(&UNKNOWN_FIELD, key.span, format!("{owner} has no key `{}`", key.value))
                .help(help)
                .maybe_fix(near.map(|near| Fix::respell(key.span, near)));
            continue;
        };
        let inside: Vec<String> = match &entry.data {
            Data::Map(map) => map.iter().map(|(key, _)| key.value.clone()).collect(),
            _ => Vec::new(),
        };
        let entry = fit(entry, &field.kind, What::Named(&key.value), diagnostics);
        if entry.is_unknown() {
            swallowed.extend(inside);
        }
        fitted.insert(key, entry);
    }
    for field in fields {
        if fitted.get(&field.name).is_some() {
            continue;
        }
        if let ParamType::Default(inner, default) = &field.kind {
            let default = fit(default.placed_at(span), inner, What::DefaultOf(&field.name.value), diagnostics);
            fitted.insert(field.name.clone(), default);
        } else if meant.contains(&field.name.value) || swallowed.contains(&field.name.value) {
            fitted.insert(field.name.clone(), Value::unknown(span));
        } else if !field.kind.is_optional() {
            let owner = owner(what);
            diagnostics
                .report(&MISSING_ARGUMENT, span, format!("{owner} needs the key `{}`", field.name.value))
                .help(format!("add `{}`: {}", field.name.value, field.kind));
            fitted.insert(field.name.clone(), Value::unknown(span));
        }
    }
    Value::new(Data::Map(fitted), span)
}

fn owner(what: What<'_>) -> String {
    if what.is_nameless() { "this map".to_owned() } else { what.to_string() }
}

/// The first alternative that fits; when none does, the one of the same shape says what is wrong.
fn either(
    value: Value,
    choices: &[ParamType],
    expected: &ParamType,
    what: What<'_>,
    diagnostics: &mut Diagnostics,
) -> Value {
    if let Some(choice) = choices.iter().find(|choice| fits(&value, choice)) {
        return fit(value, choice, what, diagnostics);
    }
    let same_shape = |choice: &&ParamType| {
        matches!(
            (&value.data, choice.inner()),
            (Data::Map(_), ParamType::Record(_) | ParamType::Map(..) | ParamType::Named(_))
                | (Data::List(_), ParamType::List(_))
        )
    };
    let mut alike = choices.iter().filter(same_shape);
    match (alike.next(), alike.next()) {
        (Some(only), None) => fit(value, only, what, diagnostics),
        _ => mismatch(value, expected, what, diagnostics),
    }
}
