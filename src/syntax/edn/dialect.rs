//! The oldest files, all of them EDN, name two keys differently: brought to today's names, so that nothing else knows of it.
//!
//! `:params` of a call were its arguments (`:args`), and the `:run-steps` of a template are its `:run`.

use crate::syntax::{Node, NodeKind};

/// A whole file with today's names for its keys.
pub(super) fn modernise(mut root: Node) -> Node {
    for module in items(value(&mut root, "modules")) {
        arguments(module);
    }
    for template in items(value(&mut root, "templates")) {
        rename(template, "run-steps", "run");
        for step in items(value(template, "run")) {
            arguments(step);
        }
    }
    root
}

/// A list of parameters declares them; a map gives them.
fn arguments(call: &mut Node) {
    if value(call, "params").is_some_and(|params| params.as_mapping().is_some()) {
        rename(call, "params", "args");
    }
}

/// Renames a key, unless the new name is taken.
fn rename(node: &mut Node, from: &str, to: &str) {
    if node.get(to).is_some() {
        return;
    }
    let NodeKind::Mapping(entries) = &mut node.kind else { return };
    for entry in entries.iter_mut().filter(|entry| entry.key.text() == Some(from)) {
        if let NodeKind::Scalar(scalar) = &mut entry.key.kind {
            scalar.text = to.into();
        }
    }
}

fn value<'n>(node: &'n mut Node, key: &str) -> Option<&'n mut Node> {
    let NodeKind::Mapping(entries) = &mut node.kind else { return None };
    entries.iter_mut().find(|entry| entry.key.text() == Some(key)).map(|entry| &mut entry.value)
}

fn items(node: Option<&mut Node>) -> &mut [Node] {
    match node.map(|node| &mut node.kind) {
        Some(NodeKind::Sequence(items)) => items,
        _ => &mut [],
    }
}
