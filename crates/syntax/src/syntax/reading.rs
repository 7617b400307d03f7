//! What was made of a text, before faults are explained and the tree is handed out.

use super::budget::Limit;
use super::events::Fault;
use super::node::{Comment, Node};
use crate::diagnostic::Diagnostics;
use crate::source::Span;

/// What was made of a text.
#[derive(Default)]
pub(super) struct Reading {
    /// Its document.
    pub(super) root: Option<Node>,
    /// Its comments, as they stand.
    pub(super) comments: Vec<Comment>,
    /// Findings about nodes.
    pub(super) findings: Diagnostics,
    /// Why reading stopped before the end.
    pub(super) stop: Option<Stop>,
    /// Whether something was left out: a hole, or all that stands behind `stop`.
    pub(super) complete: bool,
    /// The first collection that looks like `{{ name }}` or `{= name =}`.
    pub(super) placeholder: Option<usize>,
    /// Where plain values stand that have no text.
    pub(super) absent: Vec<usize>,
    /// How many of the blanked places were read as holes.
    pub(super) holes_met: usize,
    /// How far the text was read into scalars.
    pub(super) reached: usize,
}

impl Reading {
    /// Whether a blanked place has become part of something else, such as the text of the line above it.
    pub(super) fn has_swallowed(&self, holes: &Holes) -> bool {
        let passed = |hole: &&usize| self.stop.is_none() || **hole < self.reached;
        holes.keys.iter().chain(&holes.nodes).filter(passed).count() > self.holes_met
    }
}

/// Why reading stopped before the end of the text.
pub(super) enum Stop {
    /// It is not YAML.
    Fault(Fault),
    /// It asks for too much.
    Limit(Limit, Span),
    /// A second document begins: the first is complete.
    NextDocument,
}

/// Places that were blanked out to read the rest of a text: what stands there now is a hole.
#[derive(Debug, Clone, Default)]
pub(super) struct Holes {
    /// Where keys start whose values are holes.
    pub(super) keys: Vec<usize>,
    /// Where scalars start that are holes.
    pub(super) nodes: Vec<usize>,
}

impl Holes {
    /// Whether nothing was blanked out.
    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.nodes.is_empty()
    }
}
