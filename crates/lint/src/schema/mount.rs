//! A mount source: `type` decides which keys there are.

use serde_json::{Value as Json, json};

use super::shape::{Presence, choice, offer};
use super::value::{one_of, record};
use super::words;
use crate::value::{Field, MOUNT_FIELDS, MOUNT_KINDS};

/// The keys of a mount source; one condition for each type, so that a fault is told as one of that type.
pub(super) fn keys() -> Json {
    let mut kind = choice(one_of(MOUNT_KINDS.into_iter(), "mount"), Presence::Required);
    kind["description"] = words::field("mount", "type").into();
    let variants: Vec<Json> = MOUNT_FIELDS.iter().map(variant).collect();
    let mut keys = json!({"properties": {"type": kind}, "required": ["type"], "allOf": variants});
    offer(&mut keys, "type", &snippets());
    keys
}

fn variant((name, fields): &(&str, Vec<Field>)) -> Json {
    let mut keys = record(fields, name);
    // Said once, beside the conditions.
    keys["properties"]["type"] = true.into();
    json!({"if": {"type": "object", "required": ["type"], "properties": {"type": {"const": name}}}, "then": keys})
}

fn snippets() -> Json {
    let bodies = [
        json!({"type": "volume", "scope": "project", "id": "${1:name}"}),
        json!({"type": "host", "path": "${1:./path}"}),
        json!({"type": "repo", "path": "${1:./path}"}),
        json!({"type": "string", "data": "${1:text}"}),
    ];
    let snippet = |body: Json| {
        let kind = body["type"].as_str().unwrap_or_default();
        json!({"label": kind, "description": words::choice("mount", kind), "body": body})
    };
    bodies.into_iter().map(snippet).collect()
}
