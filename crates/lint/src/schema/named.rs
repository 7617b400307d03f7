//! What can be written for the types that have a name of their own: images, paths, variables, services.

use serde_json::{Value as Json, json};

use super::mount;
use super::shape::{PRESENCES, Presence, apart, choice, defined, matching, need_one, offer, structure};
use super::value::record;
use crate::value::{HTTP_METHODS, Named, named_fields};

/// What fits a named type, or a reference.
pub(super) fn named(kind: Named, presence: Presence) -> Json {
    match kind {
        Named::Id => matching(ID, NAME, presence),
        Named::AbsolutePath => path(presence),
        Named::UrlPath => matching("^/", "A URL path starts with `/`.", presence),
        Named::DockerImage => matching(r"^\S+$", "An image reference holds no spaces.", presence),
        Named::DataSize => matching(DATA_SIZE, "Write a number and a unit, such as `512MiB`.", presence),
        Named::Duration => matching(DURATION, "Write a number and a unit, such as `30s`.", presence),
        Named::HttpMethod => choice(methods(), presence),
        Named::PortNumber => choice(json!({"type": "integer", "minimum": 1, "maximum": 65535}), presence),
        Named::ServicePort => defined(&presence.name("port")),
        Named::EnvVar => defined(&presence.name("variable")),
        Named::ServiceSpec => defined(&presence.name("service")),
        Named::MountSource => defined(&presence.name("mount")),
    }
}

/// A name, as the model reads it.
pub(super) const ID: &str = r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}$";

/// What is said of other names.
pub(super) const NAME: &str = "A name has letters, digits, `_`, `.` and `-`.";

/// A number and a unit in any case, powers of 1000 or 1024.
pub(super) const DATA_SIZE: &str = r"^[0-9.]+\s*([bB]|[kKmMgGtT]([iI]?[bB]?)?)?$";

/// A number and a unit.
pub(super) const DURATION: &str = r"^[0-9.]+\s*(ms|s|m|h|d|w|mo|y)$";

/// `path: {/cache/, source: …}` is a slip that many files hold: it gets its own message.
fn path(presence: Presence) -> Json {
    let mut schema = matching("^/", "A path in the container starts with `/`.", presence);
    let message = "A path is expected. The braces belong around the whole item: {path: /app, source: …}";
    message_for_maps(&mut schema, message, presence);
    schema
}

/// Says `message` where a text is a map, and nothing else.
pub(super) fn message_for_maps(text: &mut Json, message: &str, presence: Presence) {
    text["anyOf"][1] = apart(json!({"not": presence.others(&["string", "array"])}));
    text["if"] = json!({"type": "object"});
    text["then"] = json!({"type": "string", "errorMessage": message});
}

/// Offered in upper case, taken in any.
fn methods() -> Json {
    let either_case = |letter: char| ['[', letter, letter.to_ascii_lowercase(), ']'];
    let any_case = |method: &str| method.chars().flat_map(either_case).collect::<String>();
    let pattern = format!("^({})$", HTTP_METHODS.map(any_case).join("|"));
    let any_case = json!({"type": "string", "pattern": pattern});
    json!({"anyOf": [apart(json!({"enum": HTTP_METHODS})), apart(any_case)]})
}

/// The maps behind the named types, by name.
pub(super) fn definitions() -> Vec<(String, Json)> {
    let maps = [
        ("mount", mount::keys(), OBJECT),
        ("port", port(), &["object", "integer"]),
        ("service", service(), OBJECT),
        ("variable", variable(), OBJECT),
    ];
    let both = |(name, keys, types): (&str, Json, &[&str])| {
        PRESENCES.map(|presence| (presence.name(name), structure(types, keys.clone(), presence)))
    };
    maps.into_iter().flat_map(both).collect()
}

const OBJECT: &[&str] = &["object"];

fn variable() -> Json {
    let mut keys = record(named_fields(Named::EnvVar), "variable");
    let body = json!({"name": "${1:NAME}", "value": "${2:value}"});
    offer(&mut keys, "name", &json!([{"label": "variable", "body": body}]));
    keys
}

fn service() -> Json {
    let mut keys = record(named_fields(Named::ServiceSpec), "service");
    let body = json!({"id": "${1:name}", "ports": "^[{port: ${2:8080}, protocol: ${3:http}}]"});
    offer(&mut keys, "id", &json!([{"label": "service", "body": body}]));
    keys
}

/// A map, or the number alone.
fn port() -> Json {
    let mut keys = record(named_fields(Named::ServicePort), "port");
    keys["minimum"] = 1.into();
    keys["maximum"] = 65535.into();
    need_one(&mut keys, &["range"], "port");
    let body = json!({"port": "${1:8080}", "protocol": "${2:http}"});
    offer(&mut keys, "port", &json!([{"label": "port", "body": body}]));
    keys
}
