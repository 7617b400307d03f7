//! A declared parameter: `{id, type, info}`.

use super::{DUPLICATE_ID, Fields};
use crate::diagnostic::Diagnostics;
use crate::source::{Span, Spanned};
use crate::syntax::Node;
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
    let kind = if let Some(entry) = fields.entry("type") {
        read_type(&entry.value, diagnostics)
    } else {
        let message = format!("parameter `{}` needs `type`", id.value);
        diagnostics.report(&crate::value::MISSING_ARGUMENT, fields.span, message).help("add `type: str`");
        ParamType::Unknown
    };
    let info = fields.text("info", diagnostics).map(|info| info.value);
    Some(Param { id, kind, info, span: item.span })
}

/// `- id: { host, type: str }` is a map with a null-valued first key: a slip that many files hold.
fn braced_id(item: &Node) -> Option<Spanned<String>> {
    let entry = item.get("id")?.as_mapping()?.first()?;
    Some(Spanned::new(entry.key.text()?.to_owned(), entry.key.span))
}
