//! The steps of templates and tools: what they call, and what they wait for.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value as Json, json};

use super::keys::{change, schema};
use super::shape::{Presence, also, apart, defined, need_one, offer, plain_structure, plain_text};

/// The beginning of a program; the oldest files leave the marker of Clojure out.
pub(super) const PROGRAM: &str = r"^(#pt-|pt\.)(js|clj)(\s|\(|$)|^\s*\(";

/// The keys, beside the wanted one, by which a step says what it does.
const ACTIONS: [&str; 4] = ["tool", "module", "template", "code"];

/// The steps of a template, each of which calls a module unless it says otherwise.
pub(super) fn steps_of_template<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    steps::<T>(generator, "module")
}

/// The steps of a tool, each of which calls a tool unless it says otherwise.
pub(super) fn steps_of_tool<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    steps::<T>(generator, "tool")
}

fn steps<T: JsonSchema>(generator: &mut SchemaGenerator, action: &str) -> Schema {
    let mut step = json!({"allOf": [generator.subschema_for::<T>()]});
    let others: Vec<&str> = ACTIONS.into_iter().filter(|other| *other != action).collect();
    need_one(&mut step, &others, action);
    schema(plain_structure(&["array"], json!({"items": step})))
}

/// A step is a name, or a map that says what it does.
pub(super) fn as_step(step: &mut Schema) {
    step.remove("type");
    change(step, |step| {
        also(step, defined("call"));
        also(step, json!({"if": {"type": "string"}, "then": defined("module-name")}));
        also(step, json!({"if": {"type": "array"}, "then": {"type": "object"}}));
    });
}

/// A program, whose language is its first word.
pub(super) fn code(_: &mut SchemaGenerator) -> Schema {
    let snippet = |language: &str, name: &str, body: &str| json!({"label": format!("pt.{language}"), "description": name, "bodyText": format!("|\n  pt.{language}\n  {body}")});
    let snippets = json!([snippet("js", "JavaScript", "pt.log(\"$1\")"), snippet("clj", "Clojure", "(pt/log \"$1\")")]);
    let text = json!({"type": "string", "pattern": PROGRAM, "defaultSnippets": snippets,
        "patternErrorMessage": "A program begins with its language: `pt.js` or `pt.clj`."});
    schema(json!({"anyOf": [apart(text), defined("empty")]}))
}

/// The id of a step, `{step: ID, condition: …}`, or a list of those.
pub(super) fn steps_after<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    let mut item = T::json_schema(generator).to_value();
    if let Some(keys) = item.as_object_mut() {
        keys.remove("type");
    }
    let body = json!({"step": "${1:id}"});
    offer(&mut item, "step", &json!([{"label": "step", "description": "Waits for a step.", "body": body}]));
    schema(one_or_many(item))
}

/// The ids of steps. One alone may stand without a list, which an editor need not offer.
pub(super) fn awaits(_: &mut SchemaGenerator) -> Schema {
    let mut step = plain_text(Presence::Optional);
    step["description"] = "The id of a step.".into();
    let item = text_or_map(&["string", "object"], json!({"properties": {"step": step}}));
    schema(json!({"items": item}))
}

/// Text, a map of these keys, or a list of either. The keywords of a map say nothing of a list and those of a list nothing
/// of a map: they stand side by side, where they are completed from.
fn one_or_many(map: Json) -> Json {
    let item = text_or_map(&["string", "object"], map.clone());
    let mut whole = text_or_map(&["string", "object", "array"], map);
    whole["items"] = item;
    whole
}

fn text_or_map(types: &[&str], map: Json) -> Json {
    let mut schema = map;
    schema["if"] = json!({"not": Presence::Optional.others(&["object", "array"])});
    schema["else"] = json!({"type": types});
    schema
}
