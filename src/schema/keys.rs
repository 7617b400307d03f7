//! The shapes of single keys of a document.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value as Json, json};

use super::call::Calls;
use super::named::{ID, message_for_maps};
use super::shape::{
    Presence, also, apart, defined, need_either, need_with, offer, plain_choice, plain_structure, plain_text,
};
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
    id["patternErrorMessage"] = "A name has letters, digits, `_`, `.` and `-`.".into();
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

/// The id of a step, or `{step: ID}`.
pub(super) fn step_name(_: &mut SchemaGenerator) -> Schema {
    let other = json!({"not": Presence::Optional.others(&["string", "array"])});
    schema(json!({"anyOf": [apart(json!({"type": "string"})), apart(other)]}))
}

/// How a step ends.
pub(super) fn condition(_: &mut SchemaGenerator) -> Schema {
    schema(plain_choice(one_of(CONDITIONS.iter().map(|(word, _)| *word), "after-condition")))
}

/// A module calls something, unless it is a program.
pub(super) fn as_module(module: &mut Schema) {
    change(module, |module| {
        also(module, defined("call"));
        need_either(module, "code", "module");
        offer(module, "id", &Calls::of_builtin().snippets());
    });
}

/// A step is a name, or a map that calls a module or a template.
pub(super) fn as_step(step: &mut Schema) {
    step.remove("type");
    change(step, |step| {
        also(step, defined("call"));
        need_either(step, "template", "module");
        also(step, json!({"if": {"type": "string"}, "then": defined("module-name")}));
        also(step, json!({"if": {"type": "array"}, "then": {"type": "object"}}));
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

fn change(derived: &mut Schema, add: impl FnOnce(&mut Json)) {
    let mut shape = std::mem::take(derived).to_value();
    add(&mut shape);
    *derived = schema(shape);
}

fn schema(shape: Json) -> Schema {
    Schema::try_from(shape).unwrap_or_default()
}
