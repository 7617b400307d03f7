//! One step of a template or tool: a call, or a program.

use super::after::{After, read_after};
use super::{Fields, Reference};
use crate::diagnostic::Diagnostics;
use crate::source::{Span, Spanned};
use crate::syntax::Node;
use crate::value::UNKNOWN_FIELD;

/// One step.
#[derive(Debug, Clone)]
pub struct Step {
    /// The name that `after` uses: its `id`, or what it calls.
    pub id: Spanned<String>,
    /// Whether the `id` was written: without one, two steps may call the same thing.
    pub named: bool,
    /// What it does.
    pub action: StepAction,
    /// The arguments as written.
    pub args: Option<Node>,
    /// What it waits for: all of these.
    pub after: Vec<After>,
    /// The whole item.
    pub span: Span,
}

/// What a step does.
#[derive(Debug, Clone)]
pub enum StepAction {
    /// Calls a module, template, tool or blueprint.
    Call(Reference),
    /// Runs a program, such as `pt.js …`; the scalar as written.
    Code(Node),
}

/// The keys of a step.
pub const STEP_KEYS: [&str; 9] = ["id", "module", "tool", "template", "code", "args", "run-when", "after", "info"];

/// The keys by which a step says what it does; exactly one of them.
const ACTIONS: [&str; 4] = ["tool", "module", "template", "code"];

impl Step {
    /// Reads an item of `run`. `index` counts from 0: a program without a name is called after its place.
    pub(super) fn read(item: &Node, index: usize, diagnostics: &mut Diagnostics) -> Option<Self> {
        if item.is_null() {
            return None;
        }
        if let Some(name) = item.text() {
            let target = Spanned::new(name.to_owned(), item.span);
            return Some(Self {
                id: default_id(&target),
                named: false,
                action: StepAction::Call(target),
                args: None,
                after: Vec::new(),
                span: item.span,
            });
        }
        let fields = Fields::of(item, "a step", &STEP_KEYS, diagnostics)?;
        let after = read_after(&fields, diagnostics);
        let id = fields.optional_id(diagnostics);
        let action = read_action(&fields, diagnostics)?;
        let named = id.is_some();
        let id = id.unwrap_or_else(|| match &action {
            StepAction::Call(target) => default_id(target),
            StepAction::Code(_) => Spanned::new(format!("code-{}", index + 1), item.span),
        });
        Some(Self { id, named, action, args: fields.get("args").cloned(), after, span: item.span })
    }
}

fn read_action(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> Option<StepAction> {
    let mut written = ACTIONS.iter().copied().filter(|key| fields.get(key).is_some());
    let first = written.next();
    if let (Some(first), Some(second)) = (first, written.next())
        && let Some(entry) = fields.entry(second)
    {
        diagnostics
            .report(&UNKNOWN_FIELD, entry.key.span, format!("a step with `{first}` has no `{second}`"))
            .help("make it a step of its own");
    }
    match first {
        Some("code") => fields.get("code").map(|code| StepAction::Code(code.clone())),
        Some(key) => fields.text(key, diagnostics).map(StepAction::Call),
        None => {
            let help = "add `module` or `tool`: what this step runs";
            fields.required("module", help, diagnostics).map(StepAction::Call)
        }
    }
}

/// The name of a call that nobody named, the module's own: `polytope/postgres!simple` gives `postgres-simple`.
pub fn default_id(target: &Reference) -> Spanned<String> {
    let last = target.value.rsplit(['/', ':']).next().unwrap_or_default();
    Spanned::new(last.replace('!', "-"), target.span)
}
