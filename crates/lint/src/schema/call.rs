//! A call: `module` says which `args` there are, for every blueprint of the catalogue.

use serde_json::{Map, Value as Json, json};

use super::shape::{Presence, apart, defined, structure};
use super::value::value;
use crate::blueprint::{Blueprint, Catalogue, builtin_names};

/// The built-in blueprints, by what the calls of them need.
pub(super) struct Calls {
    catalogue: Catalogue,
}

impl Calls {
    /// Of everything that is built in; a project's own blueprints are unknown to a published schema.
    pub(super) fn of_builtin() -> Self {
        Self { catalogue: Catalogue::default() }
    }

    fn blueprints(&self) -> Vec<&Blueprint> {
        builtin_names().filter_map(|name| self.catalogue.get(&name)).collect()
    }

    /// The name of what is called, what a call takes, and the arguments of each blueprint.
    pub(super) fn definitions(&self) -> Vec<(String, Json)> {
        let shared = [("module-name".to_owned(), self.name()), ("call".to_owned(), self.call())];
        let arguments = self.blueprints().into_iter().map(|blueprint| (definition_of(blueprint), arguments(blueprint)));
        shared.into_iter().chain(arguments).collect()
    }

    /// A blueprint, or any name outside of `polytope/`, which is reserved.
    fn name(&self) -> Json {
        let blueprints = self.blueprints();
        let names: Vec<&str> = blueprints.iter().map(|blueprint| blueprint.id.as_str()).collect();
        let infos: Vec<&str> = blueprints.iter().map(|blueprint| blueprint.info.as_str()).collect();
        json!({"anyOf": [
            apart(json!({"enum": names, "markdownEnumDescriptions": infos})),
            apart(json!({"type": "string", "pattern": "^(?!polytope/)"})),
        ]})
    }

    /// What `args` may be, by the value of `module` or `tool`. A pattern and not `const`, which an editor that completes takes for
    /// met by every beginning of it: `polytope/postgres` would offer the arguments of `polytope/postgres!simple` too.
    fn call(&self) -> Json {
        let blueprints = self.blueprints();
        let calls = |names: &[&str]| {
            let pattern = format!("^({})$", names.join("|"));
            let by =
                |key: &str| json!({"required": [key], "properties": {key: {"type": "string", "pattern": pattern}}});
            json!({"type": "object", "anyOf": [by("module"), by("tool")]})
        };
        let branch = |blueprint: &&Blueprint| json!({"if": calls(&[&blueprint.id]), "then": taking(blueprint)});
        let mut branches: Vec<Json> = blueprints.iter().map(branch).collect();
        let names: Vec<&str> = blueprints.iter().map(|blueprint| blueprint.id.as_str()).collect();
        let mut others = structure(&["object"], json!({"properties": {}}), Presence::Optional);
        others["description"] = "Arguments: the parameters of the module, by name.".into();
        branches.push(json!({"if": calls(&names), "else": {"properties": {"args": others}}}));
        json!({"allOf": branches})
    }

    /// A whole module for each blueprint, with what it cannot do without.
    pub(super) fn snippets(&self) -> Json {
        self.blueprints().into_iter().map(snippet).collect()
    }
}

/// `polytope/postgres!simple` has its arguments in `arguments-of-postgres-simple`.
fn definition_of(blueprint: &Blueprint) -> String {
    format!("arguments-of-{}", short_name(blueprint))
}

fn short_name(blueprint: &Blueprint) -> String {
    blueprint.id.trim_start_matches("polytope/").replace(['!', '/'], "-")
}

/// Which `args` a call of this blueprint takes, and whether it needs any.
fn taking(blueprint: &Blueprint) -> Json {
    let mut args = defined(&definition_of(blueprint));
    args["description"] = format!("Arguments of `{}`. {}", blueprint.id, blueprint.info).into();
    let mut taking = json!({"properties": {"args": args}});
    if required(blueprint).next().is_some() {
        taking["required"] = json!(["args"]);
    }
    taking
}

fn required(blueprint: &Blueprint) -> impl Iterator<Item = &str> {
    blueprint.params.iter().filter(|param| !param.kind.is_optional()).map(|param| param.id.value.as_str())
}

fn arguments(blueprint: &Blueprint) -> Json {
    let mut properties = Map::new();
    for param in &blueprint.params {
        let mut schema = value(&param.kind, &param.id, Presence::Required);
        if let Some(info) = &param.info {
            schema["description"] = info.as_str().into();
        }
        properties.insert(param.id.value.clone(), schema);
    }
    let mut keys = json!({"properties": properties, "additionalProperties": false});
    let required: Vec<&str> = required(blueprint).collect();
    let presence = if required.is_empty() { Presence::Optional } else { Presence::Required };
    if !required.is_empty() {
        keys["required"] = required.into();
    }
    structure(&["object"], keys, presence)
}

fn snippet(blueprint: &Blueprint) -> Json {
    let name = short_name(blueprint);
    let mut args = Map::new();
    let mut stop = 1;
    let mut next = |text: &str| {
        stop += 1;
        format!("${{{stop}:{text}}}")
    };
    for param in &blueprint.params {
        if !param.kind.is_optional() {
            args.insert(param.id.value.clone(), next(&param.id.value).into());
        } else if param.id.value == "data-volume" {
            let id = next(&format!("{name}-data"));
            args.insert(param.id.value.clone(), format!("^{{type: volume, scope: project, id: {id}}}").into());
        }
    }
    let password = blueprint.image.iter().flat_map(|image| &image.secrets).find(|(name, _)| name.ends_with("PASSWORD"));
    if let Some((variable, _)) = password {
        let secret = next(&variable.to_lowercase().replace('_', "-"));
        args.insert("env".to_owned(), format!("^[{{name: {variable}, value: pt.secret {secret}}}]").into());
    }
    let mut body = json!({"id": format!("${{1:{name}}}"), "module": blueprint.id});
    if !args.is_empty() {
        body["args"] = args.into();
    }
    json!({"label": blueprint.id, "description": blueprint.info, "body": body})
}
