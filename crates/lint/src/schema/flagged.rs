//! What an editor that knows the published schema underlines in a tree, so that nobody else says it again.
//!
//! In: a tree. Out: the flagged places. Only the keywords of draft-07 that the published schema is made of are known; what the
//! tree could not read is flagged by nobody.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use fancy_regex::Regex;
use serde_json::Value as Json;

use super::SCHEMAS;
use crate::source::Span;
use crate::syntax::{CoreScalar, Node, NodeKind, Style, core_scalar};

/// A place that the schema flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// A key or value that must not be so.
    Wrong(Span),
    /// A map in which a key is missing, and the map around it.
    Lacking {
        /// The map itself.
        map: Span,
        /// The nearest map that it is a value in; itself at the top.
        around: Span,
    },
}

/// The schema of `polytope.yml` and its patterns, made when they are first needed.
static SCHEMA: LazyLock<(Json, BTreeMap<String, Regex>)> = LazyLock::new(|| {
    let schema = SCHEMAS[0].value();
    let mut patterns = BTreeMap::new();
    collect_patterns(&schema, &mut patterns);
    (schema, patterns)
});

fn collect_patterns(schema: &Json, patterns: &mut BTreeMap<String, Regex>) {
    match schema {
        Json::Object(entries) => {
            if let Some(pattern) = entries.get("pattern").and_then(Json::as_str)
                && !patterns.contains_key(pattern)
                && let Ok(compiled) = Regex::new(pattern)
            {
                patterns.insert(pattern.to_owned(), compiled);
            }
            entries.values().for_each(|value| collect_patterns(value, patterns));
        }
        Json::Array(items) => items.iter().for_each(|item| collect_patterns(item, patterns)),
        _ => {}
    }
}

/// Everything that the schema flags in a `polytope.yml`.
pub fn flagged(root: &Node) -> Vec<Flag> {
    let mut flags = Vec::new();
    check(&SCHEMA.0, Place { node: root, around: root.span }, &mut flags);
    flags
}

/// A node and the nearest map around it.
#[derive(Clone, Copy)]
struct Place<'a> {
    node: &'a Node,
    around: Span,
}

fn holds(schema: &Json, place: Place<'_>) -> bool {
    let mut flags = Vec::new();
    check(schema, place, &mut flags);
    flags.is_empty()
}

fn check(schema: &Json, place: Place<'_>, flags: &mut Vec<Flag>) {
    if place.node.is_missing() {
        return;
    }
    let Some(schema) = schema.as_object() else {
        if *schema == Json::Bool(false) {
            flags.push(Flag::Wrong(place.node.span));
        }
        return;
    };
    for (keyword, value) in schema {
        match keyword.as_str() {
            "$ref" => check(definition(value), place, flags),
            "allOf" => each(value, |schema| check(schema, place, flags)),
            "anyOf" => any_of(value, place, flags),
            "if" => {
                let branch = if holds(value, place) { "then" } else { "else" };
                if let Some(branch) = schema.get(branch) {
                    check(branch, place, flags);
                }
            }
            "properties" if !schema.contains_key("additionalProperties") => properties(value, None, place, flags),
            "additionalProperties" => {
                properties(schema.get("properties").unwrap_or(&Json::Null), Some(value), place, flags);
            }
            "propertyNames" => {
                for entry in place.node.as_mapping().unwrap_or_default() {
                    check(value, Place { node: &entry.key, ..place }, flags);
                }
            }
            "required" => {
                let is_there = |key: &Json| key.as_str().is_none_or(|key| place.node.get(key).is_some());
                if place.node.as_mapping().is_some() && !value.as_array().is_some_and(|keys| keys.iter().all(is_there))
                {
                    flags.push(Flag::Lacking { map: place.node.span, around: place.around });
                }
            }
            "items" => items(value, schema.get("additionalItems"), place, flags),
            _ if !is_met(keyword, value, place) => flags.push(Flag::Wrong(place.node.span)),
            _ => {}
        }
    }
}

fn definition(reference: &Json) -> &'static Json {
    let name = reference.as_str().and_then(|text| text.strip_prefix("#/definitions/"));
    name.and_then(|name| SCHEMA.0.get("definitions")?.get(name)).unwrap_or(&Json::Null)
}

fn each<'a>(list: &'a Json, work: impl FnMut(&'a Json)) {
    list.as_array().into_iter().flatten().for_each(work);
}

/// Where no alternative holds, the one that finds fault only with parts of the node is what was meant.
fn any_of(alternatives: &Json, place: Place<'_>, flags: &mut Vec<Flag>) {
    let mut nearest: Option<Vec<Flag>> = None;
    for alternative in alternatives.as_array().into_iter().flatten() {
        let mut found = Vec::new();
        check(alternative, place, &mut found);
        if found.is_empty() {
            return;
        }
        if !found.contains(&Flag::Wrong(place.node.span))
            && nearest.as_ref().is_none_or(|near| found.len() < near.len())
        {
            nearest = Some(found);
        }
    }
    flags.extend(nearest.unwrap_or_else(|| vec![Flag::Wrong(place.node.span)]));
}

/// The values of known keys, and what `additionalProperties` says of others.
fn properties(known: &Json, others: Option<&Json>, place: Place<'_>, flags: &mut Vec<Flag>) {
    for entry in place.node.as_mapping().unwrap_or_default() {
        let Some(key) = entry.key.text() else { continue };
        let inside = Place { node: &entry.value, around: place.node.span };
        match known.get(key).or(others) {
            Some(Json::Bool(false)) => flags.push(Flag::Wrong(entry.key.span)),
            Some(schema) => check(schema, inside, flags),
            None => {}
        }
    }
}

/// One schema for all items, or a list of schemas by position and one for the rest.
fn items(schema: &Json, rest: Option<&Json>, place: Place<'_>, flags: &mut Vec<Flag>) {
    for (index, node) in place.node.as_sequence().unwrap_or_default().iter().enumerate() {
        let schema = match schema.as_array() {
            Some(positions) => positions.get(index).or(rest),
            None => Some(schema),
        };
        if let Some(schema) = schema {
            check(schema, Place { node, ..place }, flags);
        }
    }
}

/// The keywords that look at a node as a whole; what is no assertion is met.
fn is_met(keyword: &str, value: &Json, place: Place<'_>) -> bool {
    let node = place.node;
    let number = || match (node.as_scalar()?.style, core_scalar(node.text()?)) {
        #[allow(clippy::cast_precision_loss, reason = "limits of ports and sizes are small")]
        (Style::Plain, CoreScalar::Int(number)) => Some(number as f64),
        (Style::Plain, CoreScalar::Float(number)) => Some(number),
        _ => None,
    };
    let limit = || value.as_f64().unwrap_or_default();
    let count = || usize::try_from(value.as_u64().unwrap_or_default()).unwrap_or_default();
    match keyword {
        "type" => match value {
            Json::Array(types) => types.iter().any(|name| is_of(node, name.as_str().unwrap_or_default())),
            name => is_of(node, name.as_str().unwrap_or_default()),
        },
        "enum" => value.as_array().is_some_and(|choices| choices.iter().any(|choice| equals(node, choice))),
        "const" => equals(node, value),
        "not" => !holds(value, place),
        "pattern" if is_of(node, "string") => {
            let pattern = value.as_str().and_then(|pattern| SCHEMA.1.get(pattern));
            pattern.is_none_or(|pattern| pattern.is_match(node.text().unwrap_or_default()).unwrap_or(true))
        }
        "minimum" => number().is_none_or(|number| number >= limit()),
        "maximum" => number().is_none_or(|number| number <= limit()),
        "minItems" => node.as_sequence().is_none_or(|items| items.len() >= count()),
        "maxItems" => node.as_sequence().is_none_or(|items| items.len() <= count()),
        _ => true,
    }
}

fn is_of(node: &Node, name: &str) -> bool {
    let scalar = match &node.kind {
        NodeKind::Missing => return true,
        NodeKind::Sequence(_) => return name == "array",
        NodeKind::Mapping(_) => return name == "object",
        NodeKind::Scalar(scalar) => scalar,
    };
    if scalar.style != Style::Plain {
        return name == "string";
    }
    match core_scalar(&scalar.text) {
        CoreScalar::Null => name == "null",
        CoreScalar::Bool(_) => name == "boolean",
        CoreScalar::Int(_) => matches!(name, "integer" | "number"),
        CoreScalar::Float(_) => name == "number",
        CoreScalar::Text => name == "string",
    }
}

fn equals(node: &Node, value: &Json) -> bool {
    let Some(text) = node.text() else { return false };
    match value {
        Json::String(wanted) => is_of(node, "string") && text == wanted,
        Json::Null => is_of(node, "null"),
        other => !is_of(node, "string") && *text == *other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostics;
    use crate::source::FileId;

    fn texts(text: &str) -> Vec<String> {
        let tree = crate::syntax::parse(FileId(0), text, &mut Diagnostics::default());
        let span = |flag: &Flag| match flag {
            Flag::Wrong(span) | Flag::Lacking { map: span, .. } => *span,
        };
        flagged(&tree.root).iter().map(span).map(|at| text[at.start as usize..at.end as usize].to_owned()).collect()
    }

    #[test]
    fn flags_keys_values_and_what_is_missing() {
        let text = "modules:
  - {id: a, module: polytope/postgres, args: {image: 'x:1', restart: {policy: allways}, fo: 1}}
  - {idd: b, module: polytope/container, args: {image: 'x:1'}}
";
        let found = texts(text);
        for wanted in ["allways", "fo", "idd"] {
            assert!(found.contains(&wanted.to_owned()), "{wanted}: {found:?}");
        }
        assert!(found.iter().any(|it| it.starts_with("{idd")), "the missing `id`: {found:?}");
        assert_eq!(found.len(), 4, "{found:?}");
    }

    #[test]
    fn flags_nothing_in_a_good_file_or_in_what_only_pt_knows() {
        assert!(texts("modules:\n  - {id: a, module: polytope/container, args: {image: pt.param x}}\n").is_empty());
        assert!(texts("templates:\n  - {id: s, run: [nowhere]}\n").is_empty());
    }

    #[test]
    fn flags_a_standard_module_that_there_is_not() {
        assert_eq!(texts("modules:\n  - {id: a, module: polytope/postgress}\n"), ["polytope/postgress"]);
    }
}
