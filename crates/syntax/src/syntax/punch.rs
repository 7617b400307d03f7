//! Turns scalars of a finished tree into holes, where it is only known later that their text is not what was meant.

use super::node::{Node, NodeKind};

/// Makes a hole of every scalar that `is_lost`, and of the value of every key that is; tells whether there was one.
pub(super) fn punch(node: &mut Node, is_lost: &impl Fn(&Node) -> bool) -> bool {
    match &mut node.kind {
        NodeKind::Missing => false,
        NodeKind::Scalar(_) => {
            let lost = is_lost(node);
            if lost {
                node.kind = NodeKind::Missing;
            }
            lost
        }
        NodeKind::Sequence(items) => items.iter_mut().fold(false, |found, item| punch(item, is_lost) | found),
        NodeKind::Mapping(entries) => entries.iter_mut().fold(false, |found, entry| {
            if punch(&mut entry.key, is_lost) {
                entry.value.kind = NodeKind::Missing;
                return true;
            }
            punch(&mut entry.value, is_lost) | found
        }),
    }
}
