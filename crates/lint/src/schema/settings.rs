//! The schema of a `pt.toml`, for editors of TOML files.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value as Json, json};

use super::document::in_order;
use super::keys::schema;
use super::markdown::BothTexts;
use crate::config::BUILT_IN;
use crate::rules;
use crate::syntax::UNREADABLE;

/// Stands for the value of a key: its shape is given beside it.
#[derive(Default)]
struct Written;

#[derive(JsonSchema)]
#[schemars(rename = "pt.toml", deny_unknown_fields, rename_all = "kebab-case")]
#[allow(dead_code, reason = "its fields are keys, read by the derived schema only")]
struct File {
    /// Another `pt.toml` that this one starts from; its path from here.
    #[schemars(default, schema_with = "toml_file")]
    extends: Written,
    /// What rules start from: `dev`, `ci`, `prod`, or a profile of this file.
    #[schemars(default, schema_with = "profile_name")]
    profile: Written,
    /// Engine that runs the project where neither `--engine` nor `PT_ENGINE` says another one.
    #[schemars(default, schema_with = "engine")]
    engine: Written,
    /// Lowest level of a finding that makes the exit code of `pt check` 1.
    #[schemars(default, schema_with = "level")]
    fail_on: Written,
    /// A file of earlier findings that are left alone; `pt check --write-baseline FILE` writes it.
    #[schemars(default, schema_with = "text")]
    baseline: Written,
    /// Directories of policies, or `.rego` files, that judge the project too; their paths from here.
    #[schemars(default, schema_with = "texts")]
    policies: Written,
    /// Registries, or parts of them such as `ghcr.io/acme`, that images may come from; without it, any.
    #[schemars(default, schema_with = "texts")]
    allowed_registries: Written,
    /// More names of variables that hold secrets; `*` stands for anything.
    #[schemars(default, schema_with = "texts")]
    secret_names: Written,
    /// More images whose servers keep state, each with the directory of its data.
    #[schemars(default, schema_with = "map_of_texts")]
    stateful_images: Written,
    /// Levels of rules, by name, code, beginning of a code (`PT2`) or tag.
    #[schemars(default, schema_with = "levels")]
    rules: Written,
    /// Rules that are left alone in files, by a pattern of paths from here.
    #[schemars(default, schema_with = "map_of_lists")]
    per_file_ignores: Written,
    /// Profiles of this project, and changes to those that come with `pt`.
    #[schemars(default, schema_with = "profiles")]
    profiles: Written,
}

#[derive(JsonSchema)]
#[schemars(rename = "profile", deny_unknown_fields, rename_all = "kebab-case")]
#[allow(dead_code, reason = "its fields are keys, read by the derived schema only")]
struct Profile {
    /// The profile that this one starts from.
    #[schemars(default, schema_with = "profile_name")]
    extends: Written,
    /// Lowest level of a finding that makes the exit code of `pt check` 1.
    #[schemars(default, schema_with = "level")]
    fail_on: Written,
    /// Levels of rules.
    #[schemars(default, schema_with = "levels")]
    rules: Written,
}

/// The schema of a `pt.toml`.
pub(super) fn generate() -> Schema {
    let settings = SchemaSettings::draft07().with(|settings| settings.transforms.clear()).with_transform(BothTexts);
    in_order(settings.into_generator().into_root_schema_for::<File>())
}

fn engine(_: &mut SchemaGenerator) -> Schema {
    schema(json!({"enum": ["auto", "docker", "process"]}))
}

fn text(_: &mut SchemaGenerator) -> Schema {
    schema(json!({"type": "string"}))
}

fn toml_file(_: &mut SchemaGenerator) -> Schema {
    schema(json!({"type": "string", "pattern": r"\.toml$"}))
}

fn texts(_: &mut SchemaGenerator) -> Schema {
    schema(json!({"type": "array", "items": {"type": "string"}}))
}

fn map_of_texts(_: &mut SchemaGenerator) -> Schema {
    schema(json!({"type": "object", "additionalProperties": {"type": "string"}}))
}

fn map_of_lists(_: &mut SchemaGenerator) -> Schema {
    schema(json!({"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}}))
}

fn profile_name(_: &mut SchemaGenerator) -> Schema {
    let (names, infos): (Vec<&str>, Vec<&str>) = BUILT_IN.iter().map(|profile| (profile.name, profile.info)).unzip();
    let built_in = json!({"enum": names, "markdownEnumDescriptions": infos});
    schema(json!({"anyOf": [built_in, {"type": "string"}]}))
}

fn level(_: &mut SchemaGenerator) -> Schema {
    schema(json!({"enum": ["error", "warning", "warn", "info"]}))
}

fn profiles(generator: &mut SchemaGenerator) -> Schema {
    let profile = generator.subschema_for::<Profile>();
    schema(json!({"type": "object", "additionalProperties": profile}))
}

/// `[rules]`: every rule by name with what it finds; codes, prefixes and tags beside them.
fn levels(generator: &mut SchemaGenerator) -> Schema {
    let levels = json!({"enum": ["error", "warn", "warning", "info", "off", "on"]});
    let mut names = Map::new();
    let mut tags: Vec<&str> = vec!["all"];
    for rule in rules::ALL.iter().filter(|rule| !UNREADABLE.contains(rule)) {
        let mut level = levels.clone();
        let summary = rule.documentation().summary;
        level["description"] = Json::from(format!("{}: {summary}. By itself: `{}`", rule.code, rule.level));
        names.insert(rule.name.to_owned(), level);
        tags.extend(rule.tags);
    }
    tags.sort_unstable();
    tags.dedup();
    names.extend(tags.into_iter().map(|tag| (tag.to_owned(), levels.clone())));
    let all = json!({
        "type": "object",
        "properties": names,
        "patternProperties": {"^[Pp][Tt][0-9]{1,3}$": levels},
        "additionalProperties": false,
    });
    generator.definitions_mut().insert("levels".to_owned(), all);
    schema(json!({"$ref": "#/definitions/levels"}))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::config::{KEYS, PROFILE_KEYS};

    #[test]
    fn schema_and_reader_know_the_same_keys() {
        let schema = generate().to_value();
        let keys = |part: &Json| -> Vec<String> {
            let mut keys: Vec<String> = part["properties"].as_object().unwrap().keys().cloned().collect();
            keys.sort();
            keys
        };
        let sorted = |known: &[&str]| -> Vec<String> {
            let mut known: Vec<String> = known.iter().map(|&key| key.to_owned()).collect();
            known.sort();
            known
        };
        assert_eq!(keys(&schema), sorted(&KEYS));
        assert_eq!(keys(&schema["definitions"]["profile"]), sorted(&PROFILE_KEYS));
    }
}
