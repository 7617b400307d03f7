//! The arguments of a call, with their types, defaults and docs, and the choices of one.

use super::{Item, ItemKind, Question};
use crate::ide::analysis::written_in;
use crate::ide::cursor::is_marked;
use crate::ide::occurrence::callee;
use crate::model::Param;
use crate::syntax::Node;
use crate::value::ParamType;

/// Keys under `args` that the call does not have yet; where an argument is being written, what fits it.
pub(super) fn complete(question: &Question<'_>) -> Vec<Item> {
    let Some(at) = question.keys.iter().position(|key| *key == "args") else { return Vec::new() };
    let Some(params) = question.cursor.node(at).and_then(|call| params_of(question, call)) else { return Vec::new() };
    let inside = &question.keys[at + 1..];
    if inside.is_empty() {
        // `args: ▮` is not yet a map.
        let given = question.cursor.node(at + 1).and_then(Node::as_mapping).unwrap_or_default();
        let is_given = |param: &&Param| given.iter().any(|entry| entry.key.text() == Some(&*param.id.value));
        return params.iter().filter(|param| !is_given(param)).map(|param| key_item(param, question)).collect();
    }
    let param = params.iter().find(|param| inside == [param.id.value.as_str()]);
    param.map(|param| choices(param.kind.inner())).unwrap_or_default()
}

fn params_of<'a>(question: &Question<'a>, call: &Node) -> Option<&'a [Param]> {
    let target = ["module", "tool", "template"].iter().find_map(|key| call.get(key)?.text())?;
    if is_marked(target) {
        return None;
    }
    let compilation = &question.analysis.compilation;
    let local = callee(&compilation.documents, &written_in(question.file, target)).map(|(_, params)| params);
    local.or_else(|| compilation.catalogue.get(target).map(|blueprint| &*blueprint.params))
}

fn key_item(param: &Param, question: &Question<'_>) -> Item {
    let mut item =
        Item::new(&*param.id.value, ItemKind::Argument).detail(describe_type(param)).docs(param.info.clone());
    if !question.cursor.has_colon {
        item.insert.push_str(": ");
    }
    item
}

/// `a whole number, default 5432`, `text, required`.
pub(in crate::ide) fn describe_type(param: &Param) -> String {
    match &param.kind {
        ParamType::Default(inner, default) => format!("{inner}, default {}", default.describe()),
        kind if kind.is_optional() => format!("{kind}, optional"),
        kind => format!("{kind}, required"),
    }
}

fn choices(kind: &ParamType) -> Vec<Item> {
    let item = |text: &str| Item::new(text, ItemKind::Choice);
    match kind {
        ParamType::Bool => vec![item("true"), item("false")],
        ParamType::Enum(choices) => choices.iter().map(|choice| item(choice)).collect(),
        ParamType::Either(kinds) => kinds.iter().flat_map(choices).collect(),
        _ => Vec::new(),
    }
}
