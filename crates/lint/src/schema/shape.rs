//! Shapes that everything is built from: text, choices and structures, each of which may also be a reference.

use serde_json::{Map, Value as Json, json};

/// Matches text that is a reference, holds one in braces, or is a program: what is only known when it is evaluated.
pub(super) const REFERENCE: &str = concat!(
    r"^(#pt-|pt\.)(param|input|value|secret)\s+[A-Za-z0-9_][A-Za-z0-9_-]*\s*(\|\s*(url|base64)\s*)?$",
    r"|^(#pt-|pt\.)output\s+[A-Za-z0-9_][A-Za-z0-9_-]*(\s+\S+)?\s*$",
    r"|^(#pt-|pt\.)(js|clj)(\s|\(|$)",
    r"|\{pt\.(param|input|value|secret)\s+[A-Za-z0-9_][A-Za-z0-9_-]*\s*(\|\s*(url|base64)\s*)?\}",
);

/// Whether a key may be left empty, which counts as absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    Required,
    Optional,
}

/// Both of them: a definition is there twice, where its value may be empty or not.
pub(super) const PRESENCES: [Presence; 2] = [Presence::Required, Presence::Optional];

impl Presence {
    /// The definition `name` for this presence. Editors show it as the name of a type.
    pub(super) fn name(self, name: &str) -> String {
        match self {
            Presence::Required => format!("{name}-not-empty"),
            Presence::Optional => name.to_owned(),
        }
    }

    /// What a value must not be: `types`, and `null` where it may not be empty. Types are said by what they are not where
    /// an editor would offer `null` or `true` for a type that is named.
    pub(super) fn others(self, types: &[&str]) -> Json {
        let null = matches!(self, Presence::Required).then_some("null");
        json!({"type": types.iter().copied().chain(null).collect::<Vec<_>>()})
    }
}

/// Every type but `null`.
const EVERY_TYPE: &[&str] = &["string", "number", "boolean", "object", "array"];

/// The definitions that the shapes point to, by name.
pub(super) fn definitions() -> Vec<(String, Json)> {
    let snippets = reference_snippets();
    let mut definitions = vec![
        ("string".to_owned(), apart(json!({"type": "string", "defaultSnippets": snippets}))),
        ("anything".to_owned(), json!({"defaultSnippets": snippets})),
        ("empty".to_owned(), apart(json!({"not": Presence::Optional.others(EVERY_TYPE)}))),
    ];
    for presence in PRESENCES {
        let not_text = presence.others(&["number", "boolean", "object", "array"]);
        let is_reference = json!({"not": not_text, "pattern": REFERENCE});
        let mut reference = apart(is_reference.clone());
        reference["defaultSnippets"] = snippets.clone();
        definitions.push((presence.name("is-reference"), is_reference));
        definitions.push((presence.name("reference"), reference));
        let other_scalar = json!({"not": presence.others(&["string", "object", "array"])});
        definitions.push((presence.name("other-scalar"), apart(other_scalar)));
    }
    definitions
}

fn reference_snippets() -> Json {
    let snippet = |kind: &str, info: &str| {
        let body = format!("pt.{kind} ${{1:name}}");
        json!({"label": format!("pt.{kind} …"), "description": info, "bodyText": body})
    };
    json!([
        snippet("param", "A parameter of this module or template, with its type."),
        snippet("value", "A value of the project: pt values set NAME."),
        snippet("secret", "A secret of the project: pt secrets set NAME."),
    ])
}

/// A definition. What constrains must not stand beside it: in draft-07 it would be ignored.
pub(super) fn defined(name: &str) -> Json {
    json!({"$ref": format!("#/definitions/{name}")})
}

/// An alternative that a hover can tell from the others of its `anyOf`. It compares titles, descriptions and properties, and
/// where they are the same takes all alternatives for met and shows what each of them says, with `||` between.
pub(super) fn apart(mut alternative: Json) -> Json {
    alternative["properties"] = json!({});
    alternative
}

/// Text; no reference can stand here. Unquoted numbers and bools are text too.
pub(super) fn plain_text(presence: Presence) -> Json {
    json!({"anyOf": [apart(json!({"type": "string"})), defined(&presence.name("other-scalar"))]})
}

/// Text, or a reference.
pub(super) fn text(presence: Presence) -> Json {
    json!({"anyOf": [defined("string"), defined(&presence.name("other-scalar"))]})
}

/// Text that has to match, unless it is a reference. `expected` is the message.
pub(super) fn matching(pattern: &str, expected: &str, presence: Presence) -> Json {
    let mut schema = text(presence);
    schema["pattern"] = format!("{pattern}|{REFERENCE}").into();
    schema["patternErrorMessage"] = expected.into();
    schema
}

/// A choice, number or bool; or a reference. What is wanted comes first: its message is the one that is shown.
pub(super) fn choice(own: Json, presence: Presence) -> Json {
    json!({"anyOf": [apart(own), defined(&presence.name("reference"))]})
}

/// A choice, number or bool; or nothing. No reference can stand here.
pub(super) fn plain_choice(own: Json) -> Json {
    json!({"anyOf": [apart(own), defined("empty")]})
}

/// A list or map whose keywords are `own`; or a reference. `types` is what it has to be where it is none.
pub(super) fn structure(types: &[&str], own: Json, presence: Presence) -> Json {
    unless(defined(&presence.name("is-reference")), types, own)
}

/// Any scalar, or a list or map whose keywords are `own`. `types` is what a message asks for.
pub(super) fn text_or(types: &[&str], own: Json, presence: Presence) -> Json {
    unless(json!({"not": presence.others(&["object", "array"])}), types, own)
}

/// A list or map, or nothing; no reference can stand here.
pub(super) fn plain_structure(types: &[&str], own: Json) -> Json {
    unless(json!({"type": "null"}), types, own)
}

/// The keywords stand beside the condition, not in a branch: keys of maps and items of lists are completed from there.
fn unless(condition: Json, types: &[&str], own: Json) -> Json {
    let mut schema = own;
    schema["if"] = condition;
    schema["else"] = match types {
        [only] => json!({"type": only}),
        several => json!({"type": several}),
    };
    schema
}

/// Offers `snippets` for a map that has no `key` yet.
pub(super) fn offer(schema: &mut Json, key: &str, snippets: &Json) {
    // Without `allOf` the language server takes it for a scalar and offers each snippet twice.
    let offered = json!({"defaultSnippets": snippets, "allOf": [{}]});
    also(schema, json!({"if": {"type": "object", "required": [key]}, "else": offered}));
}

/// A map needs the key `otherwise`, unless it has one of `others`.
pub(super) fn need_one(schema: &mut Json, others: &[&str], otherwise: &str) {
    let has = |key: &&str| json!({"required": [key]});
    let has = match others {
        [only] => json!({"type": "object", "required": [only]}),
        several => json!({"type": "object", "anyOf": several.iter().map(has).collect::<Vec<_>>()}),
    };
    also(schema, json!({"if": has, "else": {"required": [otherwise]}}));
}

/// A map needs `key` and `others`, but only `key` where that is a map: `path: {/cache/, source: …}` is one slip, and no
/// `source` is missing beside it.
pub(super) fn need_with(schema: &mut Json, key: &str, others: &[&str]) {
    let slipped = json!({"type": "object", "required": [key], "properties": {key: {"type": "object"}}});
    also(schema, json!({"if": slipped, "else": {"required": others}}));
    schema["required"] = json!([key]);
    let all = [&[key], others].concat();
    let body: Map<String, Json> =
        all.iter().zip(1..).map(|(name, stop)| ((*name).to_owned(), format!("${stop}").into())).collect();
    offer(schema, key, &json!([{"label": all.join(", "), "body": body}]));
}

/// Adds a condition.
pub(super) fn also(schema: &mut Json, condition: Json) {
    match schema["allOf"].as_array_mut() {
        Some(conditions) => conditions.push(condition),
        None => schema["allOf"] = json!([condition]),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::expr::{Expression, parse};

    #[test]
    fn takes_for_references_what_the_reader_takes() {
        let pattern = regex::Regex::new(REFERENCE).unwrap();
        let references = [
            "pt.param port",
            "#pt-secret api_key",
            "pt.value  x ",
            "http://{pt.value host}:{pt.value port}/",
            "{pt.secret  x }",
            "#pt-js params.a",
            "pt.clj\n(:a params)",
            "#pt-clj(:a params)",
            "pt.js",
            "pt.input image",
            "#pt-input x",
            "{pt.input x}-data",
            "#pt-output route domains[0].domain ",
            "pt.output route",
        ];
        let others = [
            "pt.example.com",
            "pt.param",
            "pt.secret a b",
            "pt.inputs",
            "pt.output",
            "pt.output a b c",
            "{pt.output a}",
            "#pt-host",
            "{pt.params x}",
            "{pt.value }",
            "x {pt.value a",
            "${/id} {name}",
            "",
            "plain",
        ];
        let read = |text: &str| !matches!(parse(text), Expression::Literal | Expression::Malformed { .. });
        for text in references {
            assert!(pattern.is_match(text) && read(text), "{text}");
        }
        for text in others {
            assert!(!pattern.is_match(text) && !read(text), "{text}");
        }
    }
}
