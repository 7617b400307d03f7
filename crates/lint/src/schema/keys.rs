//! The shapes of single keys of a document.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value as Json, json};

use super::call::Calls;
use super::named::{ID, NAME, message_for_maps};
use super::shape::{Presence, also, defined, need_one, need_with, offer, plain_choice, plain_structure, plain_text};
use super::value::one_of;
use crate::model::CONDITIONS;

/// A list of `T`, or nothing.
pub(super) fn list_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    let items = generator.subschema_for::<T>();
    schema(plain_structure(&["array"], json!({"items": items})))
}

/// The keys of a `T`, or nothing.
pub(super) fn map_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    let mut keys = T::json_schema(generator);
    keys.remove("type");
    schema(plain_structure(&["object"], keys.to_value()))
}

/// The tools by name, or nothing. A new one is offered with one step.
pub(super) fn tools<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    let mut tool = generator.subschema_for::<T>().to_value();
    tool["description"] = "A tool: `pt run NAME` runs its steps.".into();
    let body = json!({"${1:stack}": {"run": [{"tool": "${2:name}"}]}});
    let mut keys = each("tool", "A tool with one step.", &tool, &body);
    keys["propertyNames"] = json!({"pattern": ID, "patternErrorMessage": NAME});
    schema(plain_structure(&["object"], keys))
}

/// The inputs by name, or nothing.
pub(super) fn inputs<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    let mut input = generator.subschema_for::<T>().to_value();
    input["description"] = "An input: its type, or a map that says more.".into();
    let body = json!({"${1:name}": {"type": "${2:str}"}});
    schema(plain_structure(&["object"], each("input", "An input with its type.", &input, &body)))
}

/// The keywords of a map with any names, where `body` is offered for a new one.
fn each(label: &str, info: &str, value: &Json, body: &Json) -> Json {
    let snippet = json!({"label": label, "description": info, "body": body});
    json!({"additionalProperties": value, "defaultSnippets": [snippet]})
}

/// A list of names, or nothing.
pub(super) fn names(_: &mut SchemaGenerator) -> Schema {
    schema(plain_structure(&["array"], json!({"items": plain_text(Presence::Optional)})))
}

/// Anything, and not offered.
pub(super) fn unread(_: &mut SchemaGenerator) -> Schema {
    schema(json!({"doNotSuggest": true}))
}

/// A name that others use.
pub(super) fn id(_: &mut SchemaGenerator) -> Schema {
    schema(named())
}

/// The name of a parameter. `id: {host, type: str}` is a slip that many files hold: it gets its own message.
pub(super) fn param_id(_: &mut SchemaGenerator) -> Schema {
    let mut id = named();
    let message = "A name is expected. The braces belong around the whole parameter: {id: host, type: str}";
    message_for_maps(&mut id, message, Presence::Required);
    schema(id)
}

fn named() -> Json {
    let mut id = plain_text(Presence::Required);
    id["pattern"] = ID.into();
    id["patternErrorMessage"] = NAME.into();
    id
}

/// Text for people, or nothing.
pub(super) fn prose(_: &mut SchemaGenerator) -> Schema {
    schema(plain_text(Presence::Optional))
}

/// `true` or `false`; empty is `false`.
pub(super) fn flag(_: &mut SchemaGenerator) -> Schema {
    schema(plain_choice(json!({"type": "boolean"})))
}

/// What is called.
pub(super) fn module_name(_: &mut SchemaGenerator) -> Schema {
    schema(defined("module-name"))
}

/// Known, and described by what is called.
pub(super) fn args(_: &mut SchemaGenerator) -> Schema {
    true.into()
}

/// What a parameter takes.
pub(super) fn param_type(_: &mut SchemaGenerator) -> Schema {
    schema(defined("type"))
}

/// How a step ends.
pub(super) fn condition(_: &mut SchemaGenerator) -> Schema {
    schema(plain_choice(one_of(CONDITIONS.iter().map(|(word, _)| *word), "after-condition")))
}

/// A module calls something, unless it is a program.
pub(super) fn as_module(module: &mut Schema) {
    change(module, |module| {
        also(module, defined("call"));
        need_one(module, &["code"], "module");
        offer(module, "id", &Calls::of_builtin().snippets());
    });
}

/// A parameter needs a type too, unless the type slipped into the braces of its name.
pub(super) fn as_param(param: &mut Schema) {
    change(param, |param| need_with(param, "id", &["type"]));
}

/// A new template is offered with one step.
pub(super) fn as_template(template: &mut Schema) {
    let body = json!({"id": "${1:stack}", "run": ["${2:module}"]});
    let snippet = json!({"label": "template", "description": "A template with one step.", "body": body});
    change(template, |template| offer(template, "id", &json!([snippet])));
}

/// A new tool is offered with one step.
pub(super) fn as_tool(tool: &mut Schema) {
    let body = json!({"run": [{"tool": "${1:name}"}]});
    let snippet = json!({"label": "run", "description": "One step.", "body": body});
    change(tool, |tool| offer(tool, "run", &json!([snippet])));
}

/// An input is a type, or a map that says more.
pub(super) fn as_input(input: &mut Schema) {
    input.remove("type");
    change(input, |input| {
        let is_type = json!({"not": {"type": "object"}});
        also(input, json!({"if": is_type, "then": defined("type")}));
    });
}

/// Changes what was derived.
pub(super) fn change(derived: &mut Schema, add: impl FnOnce(&mut Json)) {
    let mut shape = std::mem::take(derived).to_value();
    add(&mut shape);
    *derived = schema(shape);
}

/// A shape as `schemars` takes it.
pub(super) fn schema(shape: Json) -> Schema {
    Schema::try_from(shape).unwrap_or_default()
}
