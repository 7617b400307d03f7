//! The pass over a finished schema: every text as Markdown and as plain text, for editors show one or the other.

use schemars::Schema;
use schemars::transform::{Transform, transform_subschemas};
use serde_json::Value as Json;

/// Adds `markdownDescription` and `enumDescriptions`, and says defaults in the text, for hovers show no `default`.
#[derive(Debug, Clone)]
pub(super) struct BothTexts;

impl Transform for BothTexts {
    fn transform(&mut self, schema: &mut Schema) {
        if let Some(text) = text(schema, "description") {
            let markdown = match schema.get("default") {
                Some(default) if !default.is_null() => format!("{text}\n\nDefault: `{}`", written(default)),
                _ => text,
            };
            schema.insert("description".to_owned(), plain(&markdown).into());
            schema.insert("markdownDescription".to_owned(), markdown.into());
        }
        if let Some(Json::Array(meanings)) = schema.get("markdownEnumDescriptions") {
            let plain = meanings.iter().filter_map(Json::as_str).map(plain).collect();
            schema.insert("enumDescriptions".to_owned(), plain);
        }
        transform_subschemas(self, schema);
    }
}

fn text(schema: &Schema, key: &str) -> Option<String> {
    schema.get(key)?.as_str().map(str::to_owned)
}

fn plain(markdown: &str) -> String {
    markdown.replace('`', "")
}

fn written(default: &Json) -> String {
    default.as_str().map_or_else(|| default.to_string(), str::to_owned)
}
