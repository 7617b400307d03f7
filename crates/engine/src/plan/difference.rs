//! Two descriptions of a container to the keys in which they differ.

use serde_json::{Map, Value};

use super::Cause;
use crate::expand::Container;

/// Why a container that was described as `before` (the text of its label) has to become `after`.
///
/// Mounts are named by the argument of `container` that they come from.
pub(super) fn causes(before: Option<&str>, after: &Value, container: &Container) -> Vec<Cause> {
    let described: Option<Map<String, Value>> = before.and_then(|text| serde_json::from_str(text).ok());
    let (Some(before), Some(after)) = (described, after.as_object()) else {
        return vec![Cause::Changed { key: "description".to_owned(), before: None, after: None }];
    };
    let mut causes = Vec::new();
    for key in union(&before, after) {
        compare(key, before.get(key), after.get(key), container, &mut causes);
    }
    causes
}

/// Compares one top-level key; keys that hold named entries are compared entry by entry.
fn compare(key: &str, before: Option<&Value>, after: Option<&Value>, container: &Container, causes: &mut Vec<Cause>) {
    if before == after {
        return;
    }
    if !matches!(key, "env" | "mounts" | "ports" | "resources" | "secrets") {
        causes.push(changed(key.to_owned(), before, after));
        return;
    }
    let empty = Map::new();
    let entries = |value: Option<&Value>| value.and_then(Value::as_object).unwrap_or(&empty).clone();
    let (before, after) = (entries(before), entries(after));
    for name in union(&before, &after) {
        let (old, new) = (before.get(name), after.get(name));
        if old == new {
            continue;
        }
        match key {
            // A secret that came or went shows in the key that uses it.
            "secrets" if old.is_some() && new.is_some() => causes.push(Cause::SecretChanged(name.to_owned())),
            "secrets" => {}
            "mounts" => causes.push(changed(format!("{}.{name}", argument(container, name)), old, new)),
            _ => causes.push(changed(format!("{key}.{name}"), old, new)),
        }
    }
}

/// The argument that asks for a mount at this path.
fn argument<'a>(container: &'a Container, path: &str) -> &'a str {
    let mount = container.mounts.iter().find(|mount| mount.path.value == path);
    mount.map_or("mounts", |mount| mount.argument.as_str())
}

fn changed(key: String, before: Option<&Value>, after: Option<&Value>) -> Cause {
    let shown = |value: Option<&Value>| value.map(show);
    match (shown(before), shown(after)) {
        (Some(before), Some(after)) if before == after => Cause::Changed { key, before: None, after: None },
        (before, after) => Cause::Changed { key, before, after },
    }
}

/// A described value as people read it; the same for two long texts, whose contents are not kept.
fn show(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) if parts.iter().any(is_reference) => parts.iter().map(show).collect(),
        Value::Array(items) => items.iter().map(show).collect::<Vec<_>>().join(" "),
        Value::Object(entries) => show_entries(entries),
        other => other.to_string(),
    }
}

fn is_reference(part: &Value) -> bool {
    part.get("secret").is_some() || part.get("value").is_some()
}

fn show_entries(entries: &Map<String, Value>) -> String {
    let name = |key: &str| entries.get(key).and_then(Value::as_str);
    if let Some(secret) = name("secret") {
        return name("encoding")
            .map_or_else(|| format!("<secret:{secret}>"), |encoding| format!("<secret:{secret}|{encoding}>"));
    }
    if let Some(value) = name("value") {
        return format!("<value:{value}>");
    }
    if entries.contains_key("digest") {
        return "(long text)".to_owned();
    }
    let shown: Vec<String> = entries
        .iter()
        .map(|(key, value)| match value {
            Value::Bool(true) => key.clone(),
            value => format!("{key} {}", show(value)),
        })
        .collect();
    shown.join(", ")
}

/// Keys of `after` in their order, then those that only `before` has.
fn union<'a>(before: &'a Map<String, Value>, after: &'a Map<String, Value>) -> Vec<&'a str> {
    let gone = before.keys().filter(|key| !after.contains_key(*key));
    after.keys().chain(gone).map(String::as_str).collect()
}
