//! What can be written as the `type` of a parameter: `int`, `[default, int, 5432]`, `{policy: [enum, always, never]}`.

use serde_json::{Value as Json, json};

use super::shape::{apart, defined};
use crate::value::{constructor_arguments, type_names};

/// A type. Names are checked beside the structure, so that a mistyped name is told as that.
pub(super) fn definition() -> Json {
    let (names, meanings): (Vec<&str>, Vec<String>) =
        type_names().map(|(name, kind)| (name, capitalised(&kind.to_string()))).unzip();
    json!({
        "anyOf": [
            apart(json!({"enum": names, "markdownEnumDescriptions": meanings})),
            apart(json!({"type": ["array", "object"]})),
        ],
        "defaultSnippets": snippets(),
        "if": {"type": "array"},
        "then": list(),
        "else": {"additionalProperties": defined("type")},
    })
}

/// A constructor with its arguments, or `[T]`.
fn list() -> Json {
    let any = json!({});
    let inner = || defined("type");
    let exactly = |items: Vec<Json>| json!({"minItems": items.len(), "maxItems": items.len(), "items": items});
    let many = |item: Json| json!({"minItems": 2, "items": [any], "additionalItems": item});
    let constructors = [
        ("default", exactly(vec![any.clone(), inner(), any.clone()])),
        ("maybe", exactly(vec![any.clone(), inner()])),
        ("either", many(inner())),
        ("enum", many(json!({"not": {"type": ["object", "array", "null"]}}))),
        ("regex", exactly(vec![any.clone(), json!({"type": "string"})])),
        ("map", exactly(vec![any.clone(), inner(), inner()])),
    ];
    let names: Vec<&str> = constructors.iter().map(|(name, _)| *name).collect();
    let headed = |head: Json| json!({"minItems": 1, "items": [head]});
    let mut branches: Vec<Json> = constructors
        .iter()
        .map(|(name, arguments)| json!({"if": headed(json!({"const": name})), "then": arguments}))
        .collect();
    branches.push(json!({"if": headed(json!({"enum": names})), "else": exactly(vec![inner()])}));
    json!({"allOf": branches})
}

fn snippets() -> Json {
    let bodies = [
        ("default", "[default, ${1:str}, ${2:value}]"),
        ("maybe", "[maybe, ${1:str}]"),
        ("enum", "[enum, ${1:a}, ${2:b}]"),
        ("either", "[either, ${1:str}, ${2:int}]"),
        ("regex", "[regex, \"${1:[a-z]+}\"]"),
        ("map", "[map, ${1:str}, ${2:str}]"),
    ];
    let snippet = |(name, body): (&str, &str)| {
        let info = capitalised(constructor_arguments(name));
        json!({"label": format!("[{name}, …]"), "description": info.replace('`', ""), "bodyText": body})
    };
    bodies.into_iter().map(snippet).collect()
}

/// Messages begin in lower case, explanations do not.
fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::CONSTRUCTORS;

    #[test]
    fn has_an_example_of_every_constructor_that_is_read() {
        let snippets = snippets().to_string();
        for constructor in CONSTRUCTORS.into_iter().filter(|constructor| *constructor != "list") {
            assert!(snippets.contains(&format!("[{constructor}, …]")), "{constructor}");
        }
    }
}
