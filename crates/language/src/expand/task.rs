//! What `pt` itself does between containers: programs, and blueprints that run nothing.

use super::bind::Bound;
use crate::diagnostic::Diagnostics;
use crate::expr::{BAD_EXPRESSION, Expression, Language, parse};
use crate::include::Home;
use crate::source::Span;
use crate::syntax::Node;
use crate::value::WRONG_TYPE;

/// One task of a program.
#[derive(Debug, Clone)]
pub struct Task {
    /// Its name, `caller/step`; the slash keeps it apart from containers.
    pub id: String,
    /// What it does.
    pub kind: TaskKind,
    /// The module or step in the user's file that made it.
    pub origin: Span,
    /// The program, or the name of the blueprint in the call.
    pub call: Span,
}

/// What a task does.
#[derive(Debug, Clone)]
pub enum TaskKind {
    /// Runs a program.
    Code(Code),
    /// Does what a built-in blueprint says, such as `load-config`.
    Builtin {
        /// Which: the `task` of its manifest.
        name: String,
        /// The arguments of the blueprint.
        arguments: Bound,
    },
}

/// A program and what it can see.
#[derive(Debug, Clone)]
pub struct Code {
    /// What it is written in.
    pub language: Language,
    /// The scalar that it stands in: faults are placed through it.
    pub node: Node,
    /// The byte of the scalar's text at which it begins.
    pub start: usize,
    /// The parameters of the tool or module that it belongs to.
    pub params: Bound,
    /// Where its file lives.
    pub home: Home,
}

impl Code {
    /// Its text.
    pub fn text(&self) -> &str {
        self.node.text().and_then(|text| text.get(self.start..)).unwrap_or_default()
    }
}

impl Task {
    /// Whether another task is the same call with the same arguments.
    pub(super) fn is_same(&self, other: &Task) -> bool {
        let same = match (&self.kind, &other.kind) {
            (TaskKind::Code(here), TaskKind::Code(there)) => here.params == there.params,
            (TaskKind::Builtin { arguments: here, .. }, TaskKind::Builtin { arguments: there, .. }) => here == there,
            _ => false,
        };
        same && self.origin == other.origin
    }
}

/// The program that stands in a `code` scalar; `None`, after a report, when it is none.
pub(super) fn code(node: &Node, params: &Bound, home: Home, diagnostics: &mut Diagnostics) -> Option<TaskKind> {
    let Some(text) = node.text() else {
        if !node.is_missing() {
            let message = format!("`code` must be a program, found {}", node.describe());
            diagnostics
                .report(&WRONG_TYPE, node.span, message)
                .label("expected text")
                .help("write it as block text: `code: |-`, and `pt.js` or `pt.clj` in its first line");
        }
        return None;
    };
    let (language, start) = match parse(text) {
        Expression::Code(language, start) => (language, start),
        // The oldest files leave the marker out.
        _ if text.trim_start().starts_with('(') => (Language::Clojure, 0),
        _ => {
            diagnostics
                .report(&BAD_EXPRESSION, node.span, "`code` must begin with the language of the program")
                .help("write `pt.js` or `pt.clj` in its first line");
            return None;
        }
    };
    Some(TaskKind::Code(Code { language, node: node.clone(), start, params: params.clone(), home }))
}
