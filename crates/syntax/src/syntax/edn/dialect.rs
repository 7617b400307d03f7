//! The oldest files, all of them EDN, name two keys differently: brought to today's names, so that nothing else knows of it.
//!
//! `:params` of a call were its arguments (`:args`), the `:run-steps` of a template are its `:run`, and a service of one port
//! said it directly: `{:id :api, :port 4000}`.

use crate::syntax::{Entry, Node, NodeKind};

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
    for service in items(value(call, "args").and_then(|args| value(args, "services"))) {
        only_port(service);
    }
}

/// What a service says besides its name is its only port.
fn only_port(service: &mut Node) {
    if service.get("ports").is_some() || service.get("port").is_none() {
        return;
    }
    let span = service.span;
    let NodeKind::Mapping(entries) = &mut service.kind else { return };
    let (id, port): (Vec<Entry>, Vec<Entry>) =
        std::mem::take(entries).into_iter().partition(|entry| entry.key.text() == Some("id"));
    *entries = id;
    let Some(first) = port.iter().find(|entry| entry.key.text() == Some("port")) else { return };
    let mut key = first.key.clone();
    if let NodeKind::Scalar(scalar) = &mut key.kind {
        scalar.text = "ports".into();
    }
    let port = Node { kind: NodeKind::Mapping(port), span };
    entries.push(Entry { key, value: Node { kind: NodeKind::Sequence(vec![port]), span } });
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
