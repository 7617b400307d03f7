//! A plan while it is made: steps are added in an order in which each comes after what it waits for.

use super::{Action, Cause, PlanNode};

/// The steps so far.
#[derive(Default)]
pub(super) struct Graph {
    nodes: Vec<PlanNode>,
}

impl Graph {
    /// Adds a step; its index, for others to wait for.
    pub fn push(&mut self, mut node: PlanNode) -> usize {
        node.after.sort_unstable();
        node.after.dedup();
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    /// Says why a step is needed.
    pub fn explain(&mut self, node: usize, because: Vec<Cause>) {
        if let Some(node) = self.nodes.get_mut(node) {
            node.because.extend(because);
        }
    }

    /// Says what is done when a step fails.
    pub fn rescue(&mut self, node: usize, rescue: &[Action]) {
        if let Some(node) = self.nodes.get_mut(node) {
            node.rescue.extend_from_slice(rescue);
        }
    }

    /// The steps.
    pub fn into_nodes(self) -> Vec<PlanNode> {
        self.nodes
    }
}

impl PlanNode {
    /// A step that waits for nothing and needs no cause.
    pub(super) fn new(subject: impl Into<String>, action: Action) -> Self {
        Self {
            action,
            after: Vec::new(),
            following: Vec::new(),
            because: Vec::new(),
            subject: subject.into(),
            rescue: Vec::new(),
        }
    }

    /// The step, after these.
    pub(super) fn after(mut self, after: impl IntoIterator<Item = usize>) -> Self {
        self.after.extend(after);
        self
    }

    /// The step, once these are over, whatever came of them.
    pub(super) fn following(mut self, following: impl IntoIterator<Item = usize>) -> Self {
        self.following.extend(following);
        self
    }

    /// The step, for these causes.
    pub(super) fn because(mut self, because: Vec<Cause>) -> Self {
        self.because = because;
        self
    }

    /// The step, with what is done when it fails.
    pub(super) fn rescue(mut self, rescue: Vec<Action>) -> Self {
        self.rescue = rescue;
        self
    }
}
