//! Schema and readers hold one truth, and the schema keeps to the shapes that editors understand.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;

use regex::Regex;
use serde_json::Value as Json;

use super::include::REPOSITORY;
use super::named::{DATA_SIZE, DURATION, ID};
use super::steps::PROGRAM;
use super::words::{CHOICES, FIELDS};
use super::{SCHEMAS, words};
use crate::blueprint::{Catalogue, builtin_names};
use crate::expr::{Expression, parse};
use crate::model::{
    AFTER_KEYS, DOCUMENT_KEYS, INCLUDE_KEYS, INPUT_KEYS, MCP_KEYS, MODULE_KEYS, PARAM_KEYS, RUN_WHEN_KEYS, STEP_KEYS,
    TEMPLATE_KEYS, TOOL_KEYS, repository_name,
};
use crate::value::{Field, MOUNT_FIELDS, Named, ParamType, id_problem, named_fields, scalar};

fn schema() -> Json {
    SCHEMAS[0].value()
}

/// All schemas in a schema, itself included, with the way to each.
fn parts<'a>(schema: &'a Json, way: &str, found: &mut Vec<(String, &'a Json)>) {
    found.push((way.to_owned(), schema));
    for (key, value) in schema.as_object().into_iter().flatten() {
        let way = format!("{way}/{key}");
        match (key.as_str(), value) {
            ("properties" | "definitions", Json::Object(named)) => {
                named.iter().for_each(|(name, part)| parts(part, &format!("{way}/{name}"), found));
            }
            ("allOf" | "anyOf" | "items", Json::Array(list)) => {
                list.iter().enumerate().for_each(|(index, part)| parts(part, &format!("{way}/{index}"), found));
            }
            ("items" | "additionalItems" | "additionalProperties" | "if" | "then" | "else" | "not", part) => {
                parts(part, &way, found);
            }
            _ => {}
        }
    }
}

fn keys(of: &Json) -> BTreeSet<&str> {
    of["properties"].as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn has_the_keys_that_the_model_reads() {
    let schema = schema();
    let definitions = &schema["definitions"];
    let concepts = [
        (&schema, DOCUMENT_KEYS.as_slice()),
        (&definitions["module"], &MODULE_KEYS),
        (&definitions["parameter"], &PARAM_KEYS),
        (&definitions["template"], &TEMPLATE_KEYS),
        (&definitions["step"], &STEP_KEYS),
        (&definitions["step"]["properties"]["run-when"], &RUN_WHEN_KEYS),
        (&definitions["step"]["properties"]["after"], &AFTER_KEYS),
        (&definitions["step"]["properties"]["after"]["items"], &AFTER_KEYS),
        (&definitions["tool"], &TOOL_KEYS),
        (&definitions["input"], &INPUT_KEYS),
        (&schema["properties"]["include"]["items"], &INCLUDE_KEYS),
        (&schema["properties"]["mcp"], &MCP_KEYS),
    ];
    for (concept, read) in concepts {
        assert_eq!(keys(concept), read.iter().copied().collect());
        assert_eq!(concept["additionalProperties"], false, "{read:?}");
    }
}

#[test]
fn has_the_arguments_of_every_blueprint() {
    let schema = schema();
    let catalogue = Catalogue::default();
    for name in builtin_names() {
        let blueprint = catalogue.get(&name).unwrap();
        let branch = schema["definitions"]["call"]["allOf"].as_array().unwrap().iter().find(|branch| {
            let patterns = ["module", "tool"].iter().zip(branch["if"]["anyOf"].as_array().unwrap());
            let mut patterns = patterns.map(|(key, call)| call["properties"][key]["pattern"].as_str().unwrap());
            branch.get("then").is_some() && patterns.all(|pattern| Regex::new(pattern).unwrap().is_match(&name))
        });
        let args = branch.unwrap()["then"]["properties"]["args"]["$ref"].as_str().unwrap();
        let params: BTreeSet<&str> = blueprint.params.iter().map(|param| param.id.value.as_str()).collect();
        assert_eq!(keys(schema.pointer(args.trim_start_matches('#')).unwrap()), params, "{name}");
    }
}

#[test]
fn every_reference_leads_somewhere_and_nothing_beside_it_constrains() {
    // In draft-07 what stands beside a `$ref` is ignored; editors keep these.
    let kept = ["$ref", "description", "markdownDescription", "default"];
    let schema = schema();
    let mut found = Vec::new();
    parts(&schema, "#", &mut found);
    for (way, part) in found {
        let Some(reference) = part.get("$ref") else { continue };
        assert!(schema.pointer(reference.as_str().unwrap().trim_start_matches('#')).is_some(), "{way}: {reference}");
        for key in part.as_object().unwrap().keys() {
            assert!(kept.contains(&key.as_str()), "{way}: `{key}` stands beside `$ref`");
        }
    }
}

#[test]
fn keeps_to_the_shapes_that_editors_understand() {
    let schema = schema();
    let mut found = Vec::new();
    parts(&schema, "#", &mut found);
    for (way, part) in found {
        for key in ["oneOf", "title", "format", "deprecated", "deprecationMessage"] {
            assert!(part.get(key).is_none(), "{way}: `{key}`");
        }
        assert_eq!(part.get("description").is_some(), part.get("markdownDescription").is_some(), "{way}");
        assert_ne!(part.get("default"), Some(&Json::Null), "{way}");
        let types = part.get("type").and_then(Json::as_array);
        let offers_null = types.is_some_and(|types| types.contains(&"null".into()));
        assert!(!offers_null || way.ends_with("/not"), "{way}: `null` would be offered");
        for alternative in part.get("anyOf").and_then(Json::as_array).into_iter().flatten() {
            // A condition says nothing that a hover could show.
            let told_apart =
                way.ends_with("/if") || alternative.get("$ref").is_some() || alternative.get("properties").is_some();
            assert!(told_apart, "{way}: a hover cannot tell the alternatives apart");
        }
    }
}

#[test]
fn every_key_of_a_document_is_explained() {
    let schema = schema();
    for concept in ["module", "parameter", "template", "step", "tool", "input"] {
        let properties = schema["definitions"][concept]["properties"].as_object().unwrap();
        // The arguments are explained where the module is known.
        for (key, property) in properties.iter().filter(|(key, _)| *key != "args") {
            assert!(property.get("description").is_some(), "{concept}.{key}");
        }
    }
}

/// Owner and key of every map with fixed keys in `kind`.
fn described(kind: &ParamType, owner: &str, found: &mut BTreeSet<(String, String)>) {
    match kind {
        ParamType::Maybe(inner) | ParamType::List(inner) | ParamType::Default(inner, _) => {
            described(inner, owner, found);
        }
        ParamType::Either(choices) => choices.iter().for_each(|choice| described(choice, owner, found)),
        ParamType::Record(fields) => record(fields, owner, found),
        ParamType::Enum(choices) => {
            found.extend(choices.iter().map(|choice| (owner.to_owned(), choice.clone())));
        }
        _ => {}
    }
}

fn record(fields: &[Field], owner: &str, found: &mut BTreeSet<(String, String)>) {
    for field in fields {
        found.insert((owner.to_owned(), field.name.value.clone()));
        described(&field.kind, &field.name.value, found);
    }
}

#[test]
fn every_key_inside_of_a_named_type_is_explained_and_no_text_is_left_over() {
    let mut inside = BTreeSet::new();
    for (kind, owner) in [(Named::EnvVar, "variable"), (Named::ServiceSpec, "service"), (Named::ServicePort, "port")] {
        record(named_fields(kind), owner, &mut inside);
    }
    for (kind, fields) in MOUNT_FIELDS.iter() {
        record(&fields[1..], kind, &mut inside);
        inside.insert(("mount".to_owned(), (*kind).to_owned()));
    }
    for (owner, key) in &inside {
        assert!(words::field(owner, key).is_some() || !words::choice(owner, key).is_empty(), "{owner}.{key}");
    }
    let catalogue = Catalogue::default();
    for name in builtin_names() {
        for param in &catalogue.get(&name).unwrap().params {
            described(&param.kind, &param.id, &mut inside);
        }
    }
    inside.insert(("mount".to_owned(), "type".to_owned()));
    inside.extend(crate::model::CONDITIONS.map(|(word, _)| ("after-condition".to_owned(), word.to_owned())));
    for (owner, key, _) in FIELDS.iter().chain(CHOICES) {
        assert!(inside.contains(&((*owner).to_owned(), (*key).to_owned())), "nothing uses the text of {owner}.{key}");
    }
}

#[test]
fn patterns_take_what_the_readers_take() {
    let id = Regex::new(ID).unwrap();
    let long = "x".repeat(64);
    for text in ["db", "_db", "8080", "a.b-c_D", "-db", ".db", "a b", "a/b", "é", &long, &long[1..]] {
        assert_eq!(id.is_match(text), id_problem(text).is_none(), "{text}");
    }
    let size = Regex::new(DATA_SIZE).unwrap();
    for text in ["1", "1b", "512MiB", "1.5 g", "10k", "10kB", "10Ki", "7TB", "5 parsecs", "MiB", "1 mb ", ""] {
        assert_eq!(size.is_match(text), scalar::data_size(text).is_some(), "{text}");
    }
    let duration = Regex::new(DURATION).unwrap();
    for text in ["5ms", "1.5s", "30 m", "1mo", "2y", "5", "5 x", "s", ""] {
        assert_eq!(duration.is_match(text), scalar::duration(text).is_some(), "{text}");
    }
    let repository = Regex::new(REPOSITORY).unwrap();
    for text in
        ["gh:a/b", "gh:a-b/c.d_e", "gh:.a/b", "gh:a/.b", "gh:a", "gh:a/b/c", "gh:/b", "gh:a/", "a/b", "gh:a/b c"]
    {
        assert_eq!(repository.is_match(text), repository_name(text).is_some(), "{text}");
    }
    assert!(repository.is_match("gh:a/b@v1.2:services/api"), "a revision and a path of it");
    let program = Regex::new(PROGRAM).unwrap();
    for text in ["pt.js\nx", "#pt-clj (a)", "pt.clj(a)", "pt.js", "pt.jsx", "pt.param x", "console.log(1)", ""] {
        assert_eq!(program.is_match(text), matches!(parse(text), Expression::Code(..)), "{text}");
    }
    assert!(program.is_match(" (pt/sleep \"5s\")"), "the oldest files");
}
