//! A declared parameter: `{id, type, info}`.

use super::{DUPLICATE_ID, Fields};
use crate::diagnostic::Diagnostics;
use crate::source::{Span, Spanned};
use crate::syntax::{Entry, Node};
use crate::value::{ParamType, WRONG_TYPE, read_type};

/// The keys of a parameter.
pub const PARAM_KEYS: [&str; 4] = ["id", "type", "info", "name"];

/// A parameter of a module, template or blueprint.
#[derive(Debug, Clone)]
pub struct Param {
    /// Its name.
    pub id: Spanned<String>,
    /// What fits it.
    pub kind: ParamType,
    /// What it is for.
    pub info: Option<String>,
    /// The whole declaration.
    pub span: Span,
}

/// Reads the `params` list of a concept; null and absent are an empty list.
pub fn read_params(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> Vec<Param> {
    let mut params: Vec<Param> = Vec::new();
    for item in fields.list("params", diagnostics) {
        let Some(param) = read_param(item, diagnostics) else { continue };
        if let Some(earlier) = params.iter().find(|earlier| earlier.id == param.id) {
            diagnostics
                .report(&DUPLICATE_ID, param.id.span, format!("there are two parameters `{}`", param.id.value))
                .also(earlier.id.span, "the first one");
            continue;
        }
        params.push(param);
    }
    params
}

/// The keys of an entry of `inputs`.
pub const INPUT_KEYS: [&str; 3] = ["type", "info", "name"];

/// Reads the `inputs` map of a tool: `name: {type, info}`, or `name: type`.
pub fn read_inputs(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> Vec<Param> {
    let Some(node) = fields.get("inputs") else { return Vec::new() };
    let Some(entries) = node.as_mapping() else {
        if !node.is_missing() {
            let message = format!("`inputs` must be a map, found {}", node.describe());
            diagnostics.report(&WRONG_TYPE, node.span, message).help("write `name: {type: str}` for each input");
        }
        return Vec::new();
    };
    entries.iter().filter_map(|entry| read_input(entry, diagnostics)).collect()
}

fn read_input(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<Param> {
    let id = Spanned::new(entry.key.text()?.to_owned(), entry.key.span);
    let span = entry.key.span.to(entry.value.span);
    // `port: int` says all that is needed.
    if entry.value.as_mapping().is_none() && !entry.value.is_null() {
        return Some(Param { id, kind: read_type(&entry.value, diagnostics), info: None, span });
    }
    let Some(fields) = Fields::of(&entry.value, "an input", &INPUT_KEYS, diagnostics) else {
        return Some(Param { id, kind: ParamType::Unknown, info: None, span });
    };
    let kind = read_kind(&fields, &id, "input", diagnostics);
    let info = fields.text("info", diagnostics).map(|info| info.value);
    Some(Param { id, kind, info, span })
}

fn read_kind(fields: &Fields<'_>, id: &str, word: &str, diagnostics: &mut Diagnostics) -> ParamType {
    if let Some(entry) = fields.entry("type") {
        return read_type(&entry.value, diagnostics);
    }
    let message = format!("{word} `{id}` needs `type`");
    diagnostics.report(&crate::value::MISSING_ARGUMENT, fields.span, message).help("add `type: str`");
    ParamType::Unknown
}

fn read_param(item: &Node, diagnostics: &mut Diagnostics) -> Option<Param> {
    if let Some(id) = braced_id(item) {
        diagnostics
            .report(&WRONG_TYPE, id.span, "`id` must be text, found a map")
            .label("the braces belong around the whole parameter")
            .help(format!("write `- {{ id: {}, type: … }}`", id.value));
        return None;
    }
    let fields = Fields::of(item, "a parameter", &PARAM_KEYS, diagnostics)?;
    let id = fields.id("add `id`: the name that `pt.param` uses", diagnostics)?;
    let kind = read_kind(&fields, &id, "parameter", diagnostics);
    let info = fields.text("info", diagnostics).map(|info| info.value);
    Some(Param { id, kind, info, span: item.span })
}

/// `- id: { host, type: str }` is a map with a null-valued first key: a slip that many files hold.
fn braced_id(item: &Node) -> Option<Spanned<String>> {
    let entry = item.get("id")?.as_mapping()?.first()?;
    Some(Spanned::new(entry.key.text()?.to_owned(), entry.key.span))
}
