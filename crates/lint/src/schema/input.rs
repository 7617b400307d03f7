//! What a job takes, as plain JSON Schema for programs that call it: its arguments are data, so no reference can stand in them.
//!
//! Unlike the schemas for editors these are small and say nothing about messages: language models read them.

use serde_json::{Map, Value as Json, json};

use super::named::ID;
use super::value::default_of;
use crate::model::Param;
use crate::value::{Field, HTTP_METHODS, MOUNT_FIELDS, Named, ParamType, named_fields};

/// The arguments of something with these parameters: an object with a property for each.
pub fn input_schema(params: &[Param]) -> Map<String, Json> {
    let property = |param: &Param| (param.id.value.clone(), described(value(&param.kind), param.info.as_deref()));
    let properties: Map<String, Json> = params.iter().map(property).collect();
    let required: Vec<&str> =
        params.iter().filter(|param| !param.kind.is_optional()).map(|param| param.id.value.as_str()).collect();
    object(properties, &required)
}

fn object(properties: Map<String, Json>, required: &[&str]) -> Map<String, Json> {
    let mut schema = Map::new();
    schema.insert("type".to_owned(), "object".into());
    schema.insert("properties".to_owned(), properties.into());
    if !required.is_empty() {
        schema.insert("required".to_owned(), required.into());
    }
    schema.insert("additionalProperties".to_owned(), false.into());
    schema
}

/// Puts the author's words before those of the type.
fn described(mut schema: Json, info: Option<&str>) -> Json {
    let of_type = schema["description"].as_str().map(str::to_owned);
    let words = match (info.map(str::trim).filter(|info| !info.is_empty()), of_type) {
        (Some(info), Some(of_type)) => format!("{info} ({of_type})"),
        (Some(info), None) => info.to_owned(),
        (None, Some(of_type)) => of_type,
        (None, None) => {
            if let Some(schema) = schema.as_object_mut() {
                schema.remove("description");
            }
            return schema;
        }
    };
    schema["description"] = words.into();
    schema
}

fn value(kind: &ParamType) -> Json {
    match kind {
        ParamType::Any | ParamType::Unknown => json!({}),
        ParamType::Bool => json!({"type": "boolean"}),
        ParamType::Int => json!({"type": "integer"}),
        ParamType::Num => json!({"type": "number"}),
        ParamType::Str => json!({"type": "string"}),
        ParamType::Scalar => json!({"type": ["string", "number", "boolean"]}),
        ParamType::Enum(choices) => json!({"type": "string", "enum": choices}),
        ParamType::List(item) => json!({"type": "array", "items": value(item)}),
        ParamType::Record(fields) => record(fields),
        ParamType::Map(_, of) => json!({"type": "object", "additionalProperties": value(of)}),
        ParamType::Either(choices) => json!({"anyOf": choices.iter().map(value).collect::<Vec<_>>()}),
        ParamType::Maybe(inner) => value(inner),
        ParamType::Default(inner, default) => {
            let mut schema = value(inner);
            schema["default"] = default_of(inner, default);
            schema
        }
        // The dialects of regular expressions differ: a client might refuse the whole tool for a pattern.
        ParamType::Regex(_) => json!({"type": "string", "description": kind.to_string()}),
        ParamType::Named(named) => of_named(*named, kind),
    }
}

fn of_named(named: Named, kind: &ParamType) -> Json {
    match named {
        Named::Id => json!({"type": "string", "pattern": ID}),
        Named::AbsolutePath | Named::UrlPath => json!({"type": "string", "pattern": "^/"}),
        Named::PortNumber => json!({"type": "integer", "minimum": 1, "maximum": 65535}),
        Named::HttpMethod => json!({"type": "string", "enum": HTTP_METHODS}),
        Named::EnvVar | Named::ServiceSpec | Named::ServicePort => record(named_fields(named)),
        Named::MountSource => {
            let kinds = MOUNT_FIELDS.iter().map(|(name, fields)| {
                let nested = |field: &&Field| matches!(field.kind.inner(), ParamType::Named(Named::MountSource));
                let flat: Vec<Field> = fields.iter().filter(|field| !nested(field)).cloned().collect();
                let mut schema = record(&flat);
                schema["properties"]["type"] = json!({"const": name});
                // What a volume begins with is a mount source again: once is enough to say what that is.
                for field in fields.iter().filter(nested) {
                    schema["properties"][field.name.value.as_str()] = json!({"type": "object"});
                }
                schema
            });
            json!({"anyOf": kinds.collect::<Vec<_>>()})
        }
        Named::DockerImage | Named::DataSize | Named::Duration => {
            json!({"type": "string", "description": kind.to_string()})
        }
    }
}

fn record(fields: &[Field]) -> Json {
    let properties = fields.iter().map(|field| (field.name.value.clone(), value(&field.kind))).collect();
    let required: Vec<&str> =
        fields.iter().filter(|field| !field.kind.is_optional()).map(|field| field.name.value.as_str()).collect();
    object(properties, &required).into()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::compiler::{Project, check};
    use crate::lint::Settings;
    use crate::source::MemoryLoader;

    /// The schema of the only tool of a file with these inputs.
    fn schema(inputs: &str) -> Json {
        let text = format!("tools:\n  stack:\n    inputs: {inputs}\n    run: [{{tool: polytope/noop}}]\n");
        let loader = MemoryLoader::new([("polytope.yml", text.as_str())]);
        let checked =
            check(&loader, std::path::Path::new("polytope.yml"), &Project::default(), &Settings::default()).unwrap();
        let is_error = |it: &&crate::diagnostic::Diagnostic| it.level == crate::diagnostic::Level::Error;
        let bad: Vec<&str> = checked.diagnostics.iter().filter(is_error).map(|it| it.message.as_str()).collect();
        assert!(bad.is_empty(), "{bad:?}");
        input_schema(&checked.documents.template("stack").unwrap().params).into()
    }

    /// The schema of a single input.
    fn of(kind: &str) -> Json {
        schema(&format!("{{x: {{type: {kind}}}}}"))["properties"]["x"].clone()
    }

    #[test]
    fn a_parameter_is_required_unless_it_has_a_default_or_may_be_absent() {
        let inputs =
            "{name: {type: str, info: 'Its name.'}, port: {type: [default, int, 80]}, note: {type: [maybe, str]}}";
        let expected = json!({
            "type": "object",
            "properties": {
                "name": {"type": "string", "description": "Its name."},
                "port": {"type": "integer", "default": 80},
                "note": {"type": "string"},
            },
            "required": ["name"],
            "additionalProperties": false,
        });
        assert_eq!(schema(inputs), expected);
        assert_eq!(schema("{}"), json!({"type": "object", "properties": {}, "additionalProperties": false}));
    }

    #[test]
    fn types_are_those_of_json() {
        assert_eq!(of("any"), json!({}));
        assert_eq!(of("bool"), json!({"type": "boolean"}));
        assert_eq!(of("num"), json!({"type": "number"}));
        assert_eq!(of("[enum, x, '16']"), json!({"type": "string", "enum": ["x", "16"]}));
        assert_eq!(of("[str]"), json!({"type": "array", "items": {"type": "string"}}));
        assert_eq!(of("[map, str, int]"), json!({"type": "object", "additionalProperties": {"type": "integer"}}));
        assert_eq!(of("[either, str, int]"), json!({"anyOf": [{"type": "string"}, {"type": "integer"}]}));
        let record = json!({
            "type": "object",
            "properties": {"k": {"type": "integer"}, "l": {"type": "string"}},
            "required": ["k"],
            "additionalProperties": false,
        });
        assert_eq!(of("{k: int, l: [maybe, str]}"), record);
    }

    #[test]
    fn what_json_schema_cannot_say_alike_everywhere_is_said_in_words() {
        let words = json!({"type": "string", "description": "text that matches `(?i)v[0-9]+`"});
        assert_eq!(of("[regex, '(?i)v[0-9]+']"), words);
        let both = schema("{size: {type: data-size, info: How large.}}");
        assert_eq!(both["properties"]["size"]["description"], "How large. (a size such as `512MiB`)");
    }

    #[test]
    fn structures_of_the_language_are_spelled_out() {
        let variable = &of("[env-var]")["items"];
        assert_eq!(variable["required"], json!(["name"]));
        assert_eq!(variable["properties"]["value"]["type"], json!(["string", "number", "boolean"]));
        let mounts = of("mount-source");
        let volume =
            mounts["anyOf"].as_array().unwrap().iter().find(|it| it["properties"]["type"]["const"] == "volume");
        assert_eq!(volume.unwrap()["properties"]["source"], json!({"type": "object"}));
    }
}
