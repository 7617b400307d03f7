//! Does this value fit this type? If so, the value as that type: `5432` becomes a number only where one is asked for.

use super::mismatch::{mismatch, stands_at};
use super::param_type::{Field, ParamType};
use super::{Data, Map, Text, Value, What, named, scalar};
use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix, did_you_mean, one_of};
use crate::source::quoted;
use crate::syntax::is_null_text;

declare_rule! {
    /// a value does not fit the type that is declared for it
    ///
    /// A port that is text or a path that is a map cannot mean what its author meant. Unquoted numbers fit `str`; quoted
    /// ones do not fit `int`. Values and secrets of the project are text and are converted where a number is asked for.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", scaling: two}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", scaling: 2}
    /// ```
    pub static WRONG_TYPE = { name: "wrong-type", code: "PT104", level: Error, precision: VeryHigh };
}

declare_rule! {
    /// a key that nothing reads
    ///
    /// A key that a map does not have does nothing: what its author wanted does not happen, in silence.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", restart: {polcy: always}}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", restart: {policy: always}}
    /// ```
    pub static UNKNOWN_FIELD = { name: "unknown-field", code: "PT103", level: Error, precision: VeryHigh };
}

declare_rule! {
    /// a required argument or key is missing
    ///
    /// A parameter without `default` or `maybe` has to be given.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {cmd: sleep 10}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", cmd: sleep 10}
    /// ```
    pub static MISSING_ARGUMENT = { name: "missing-argument", code: "PT105", level: Error, precision: VeryHigh };
}

declare_rule! {
    /// a literal that its kind does not allow
    ///
    /// A port outside of 1–65535, an image reference that no registry takes, an unknown choice: the engine would refuse it
    /// later, after other things were started.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", restart: {policy: allways}}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", restart: {policy: always}}
    /// ```
    pub static INVALID_LITERAL = { name: "invalid-literal", code: "PT120", level: Error, precision: VeryHigh };
}

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
            .report(&INVALID_LITERAL, value.span, format!("{what} cannot be {}", quoted(&known)))
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
