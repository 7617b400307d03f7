//! What can be written for a declared type.

use serde_json::{Map, Value as Json, json};

use super::shape::{Presence, choice, defined, need_with, structure, text, text_or};
use super::{mount, named, words};
use crate::diagnostic::Diagnostics;
use crate::value::{Data, Field, Named, ParamType, Value, What, fit};

/// What fits `kind`, or a reference. `owner` is the key that holds it, under which [`words`] has texts for what is inside.
pub(super) fn value(kind: &ParamType, owner: &str, presence: Presence) -> Json {
    match kind {
        ParamType::Any | ParamType::Unknown => defined("anything"),
        ParamType::Maybe(inner) => value(inner, owner, Presence::Optional),
        ParamType::Default(inner, default) => {
            let mut schema = value(inner, owner, Presence::Optional);
            schema["default"] = default_of(inner, default);
            schema
        }
        ParamType::Bool => choice(json!({"type": "boolean"}), presence),
        ParamType::Int => choice(json!({"type": "integer"}), presence),
        ParamType::Num => choice(json!({"type": "number"}), presence),
        // The two dialects of regular expressions differ: `pt check` matches, an editor might refuse the pattern itself.
        ParamType::Str | ParamType::Scalar | ParamType::Regex(_) => text(presence),
        ParamType::Enum(choices) => choice(one_of(choices.iter().map(String::as_str), owner), presence),
        ParamType::List(item) => {
            structure(&["array"], json!({"items": value(item, owner, Presence::Required)}), presence)
        }
        ParamType::Record(fields) => structure(&["object"], record(fields, owner), presence),
        ParamType::Map(_, of) => {
            structure(&["object"], json!({"additionalProperties": value(of, owner, Presence::Required)}), presence)
        }
        ParamType::Either(choices) => either(choices, owner, presence),
        ParamType::Named(kind) => named::named(*kind, presence),
    }
}

/// One of some words, each with its meaning where [`words`] has one.
pub(super) fn one_of<'a>(choices: impl Iterator<Item = &'a str>, owner: &str) -> Json {
    let (words, meanings): (Vec<Json>, Vec<&str>) = choices
        .flat_map(|choice| spellings(choice).into_iter().map(move |spelling| (spelling, words::choice(owner, choice))))
        .unzip();
    let mut schema = json!({"enum": words});
    if meanings.iter().any(|meaning| !meaning.is_empty()) {
        schema["markdownEnumDescriptions"] = meanings.into();
    }
    schema
}

/// A choice such as `16` may be written without quotes, which an editor takes for a number.
fn spellings(choice: &str) -> Vec<Json> {
    let bare = serde_json::from_str(choice).ok().filter(|bare: &Json| bare.is_number() || bare.is_boolean());
    [Some(Json::from(choice)), bare].into_iter().flatten().collect()
}

/// The keywords of a map with these keys and no others.
pub(super) fn record(fields: &[Field], owner: &str) -> Json {
    let mut properties = Map::new();
    for field in fields {
        let name = field.name.value.as_str();
        let mut schema = value(&field.kind, name, Presence::Required);
        if let Some(info) = words::field(owner, name) {
            schema["description"] = info.into();
        }
        properties.insert(name.to_owned(), schema);
    }
    let required: Vec<&str> =
        fields.iter().filter(|field| !field.kind.is_optional()).map(|field| field.name.value.as_str()).collect();
    let mut schema = json!({"properties": properties, "additionalProperties": false});
    let is_path = |field: &&Field| matches!(field.kind, ParamType::Named(Named::AbsolutePath));
    match fields.iter().find(is_path).map(|field| field.name.value.as_str()) {
        Some(path) if required.len() > 1 => {
            let others: Vec<&str> = required.into_iter().filter(|name| *name != path).collect();
            need_with(&mut schema, path, &others);
        }
        _ if required.is_empty() => {}
        _ => schema["required"] = required.into(),
    }
    schema
}

/// Text and one other shape become one structure, so that a fault in a list is told as one of that list.
fn either(choices: &[ParamType], owner: &str, presence: Presence) -> Json {
    let is_text = |choice: &ParamType| matches!(choice.inner(), ParamType::Str | ParamType::Scalar);
    let mut others = choices.iter().filter(|choice| !is_scalar(choice.inner()));
    match (choices.iter().any(is_text), others.next(), others.next()) {
        (true, None, _) => text(presence),
        (true, Some(ParamType::List(item)), None) => {
            text_or(&["string", "array"], json!({"items": value(item, owner, Presence::Required)}), presence)
        }
        (true, Some(ParamType::Record(fields)), None) => {
            text_or(&["string", "object"], record(fields, owner), presence)
        }
        (true, Some(ParamType::Named(Named::MountSource)), None) => {
            text_or(&["string", "object"], mount::keys(), presence)
        }
        _ => json!({"anyOf": choices.iter().map(|choice| value(choice, owner, presence)).collect::<Vec<_>>()}),
    }
}

fn is_scalar(kind: &ParamType) -> bool {
    let is_map = matches!(
        kind,
        ParamType::Named(Named::EnvVar | Named::MountSource | Named::ServiceSpec | Named::ServicePort)
            | ParamType::Record(_)
            | ParamType::Map(..)
    );
    !is_map && !matches!(kind, ParamType::Any | ParamType::Unknown | ParamType::List(_) | ParamType::Either(_))
}

/// A default as the type reads it: `5432` is a number where one is asked for.
pub(super) fn default_of(kind: &ParamType, default: &Value) -> Json {
    plain(&fit(default.clone(), kind, What::Nameless, &mut Diagnostics::default()))
}

fn plain(value: &Value) -> Json {
    match &value.data {
        Data::Null | Data::Unknown => Json::Null,
        Data::Bool(known) => (*known).into(),
        Data::Int(known) => (*known).into(),
        Data::Float(known) => (*known).into(),
        Data::Plain(text) => (**text).into(),
        Data::Text(text) => text.to_string().into(),
        Data::List(items) => items.iter().map(plain).collect(),
        Data::Map(map) => map.iter().map(|(key, value)| (key.value.clone(), plain(value))).collect(),
    }
}
