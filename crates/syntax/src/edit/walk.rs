//! From a place in a file to the nodes that it stands in.

use super::layout::start;
use crate::source::Span;
use crate::syntax::{Node, NodeKind};

/// The nodes that hold a byte, outermost first. What an alias shows stands elsewhere and is not gone into.
pub fn parents(root: &Node, offset: usize) -> Vec<&Node> {
    let mut chain = Vec::new();
    let mut next = Some(root).filter(|root| root.span.touches(offset));
    while let Some(node) = next {
        chain.push(node);
        let holds = |child: &&Node| {
            let within = node.span.start <= child.span.start && child.span.end <= node.span.end;
            // A value that was not written is an empty place that its neighbour touches too.
            within && start(child) <= offset && (offset as u64) < u64::from(child.span.end)
        };
        next = match &node.kind {
            NodeKind::Sequence(items) => items.iter().find(holds),
            NodeKind::Mapping(entries) => entries.iter().flat_map(|entry| [&entry.key, &entry.value]).find(holds),
            _ => None,
        };
    }
    chain
}

/// The node that was written in exactly these bytes; the outermost one where a map holds nothing but a map.
pub fn node_at(root: &Node, span: Span) -> Option<&Node> {
    parents(root, span.start as usize).into_iter().find(|node| node.span == span)
}
