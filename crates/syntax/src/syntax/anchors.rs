//! Anchors and the copies that aliases make of them, within the budget.

use std::collections::HashMap;

use super::budget::{ALIASES, Limit, NODES, REPEATED, Spent};
use super::node::Node;

/// The anchors of a document that were seen so far.
#[derive(Default)]
pub(super) struct Anchors {
    known: HashMap<usize, Anchor>,
    aliases: usize,
    repeated: usize,
}

struct Anchor {
    node: Node,
    size: Spent,
}

/// What an alias stands for.
pub(super) enum Target {
    /// A copy of the anchor's content.
    Copy(Node),
    /// The collection that it stands in itself.
    Itself,
}

impl Anchors {
    /// Keeps a copy of what the anchor stands at; counted like an alias, or nested anchors would copy without end.
    pub(super) fn define(&mut self, anchor: usize, node: &Node, size: Spent, spent: &mut Spent) -> Result<(), Limit> {
        self.count(size, spent)?;
        self.known.insert(anchor, Anchor { node: node.clone(), size });
        Ok(())
    }

    /// What `*name` stands for, by the anchor's number.
    pub(super) fn copy(&mut self, anchor: usize, spent: &mut Spent) -> Result<Target, Limit> {
        self.aliases += 1;
        if self.aliases > ALIASES {
            return Err(Limit::Aliases);
        }
        let Some(size) = self.known.get(&anchor).map(|anchor| anchor.size) else { return Ok(Target::Itself) };
        self.count(size, spent)?;
        Ok(self.known.get(&anchor).map_or(Target::Itself, |anchor| Target::Copy(anchor.node.clone())))
    }

    fn count(&mut self, size: Spent, spent: &mut Spent) -> Result<(), Limit> {
        spent.nodes += size.nodes;
        self.repeated += size.text;
        match () {
            () if spent.nodes > NODES => Err(Limit::Nodes),
            () if self.repeated > REPEATED => Err(Limit::Repeated),
            () => Ok(()),
        }
    }
}
