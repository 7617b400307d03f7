//! What `include` lists: directories, files, and repositories on GitHub.

use schemars::{Schema, SchemaGenerator};
use serde_json::{Value as Json, json};

use super::keys::schema;
use super::shape::{Presence, also, need_one, offer, plain_structure, plain_text, text_or};

/// `gh:owner/name`, as the model reads it, and what of it: `@rev:path`. Slips in those are left to `pt check`.
pub(super) const REPOSITORY: &str =
    r"^gh:[A-Za-z0-9_-][A-Za-z0-9_.-]*/[A-Za-z0-9_-][A-Za-z0-9_.-]*(@[A-Za-z0-9_./+-]+)?(:.+)?$";

const EXPECTED: &str = "Write a repository as `gh:owner/name`.";

/// The list, or nothing.
pub(super) fn list(_: &mut SchemaGenerator) -> Schema {
    schema(plain_structure(&["array"], json!({"items": item()})))
}

/// A path, a reference to a repository, or a map with either.
fn item() -> Json {
    let mut path = plain_text(Presence::Optional);
    path["description"] = "A directory or file; with `repo`, in that repository.".into();
    let mut repository = plain_text(Presence::Optional);
    repository["pattern"] = REPOSITORY.into();
    repository["patternErrorMessage"] = EXPECTED.into();
    repository["description"] = "A repository on GitHub: `gh:owner/name`. `pt include add` fetches it.".into();
    let keys = json!({"properties": {"path": path, "repo": repository}, "additionalProperties": false});
    let mut item = text_or(&["string", "object"], keys, Presence::Optional);
    item["pattern"] = format!("^(?!gh:)|{REPOSITORY}").into();
    item["patternErrorMessage"] = EXPECTED.into();
    need_one_of_map(&mut item);
    let body = json!({"repo": "gh:${1:owner}/${2:name}"});
    let snippet = json!({"label": "gh:owner/name", "description": "A repository on GitHub.", "body": body});
    offer(&mut item, "repo", &json!([snippet]));
    item
}

/// Only a map: text is the path itself.
fn need_one_of_map(item: &mut Json) {
    let mut keys = json!({});
    need_one(&mut keys, &["repo"], "path");
    also(item, json!({"if": {"type": "object"}, "then": keys}));
}
