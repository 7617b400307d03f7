//! A template: steps that run together, some of them after others.

use serde::Serialize;

use super::{Fields, Param, Reference, read_params};
use crate::diagnostic::{Diagnostics, did_you_mean, one_of};
use crate::source::{Span, Spanned};
use crate::syntax::Node;
use crate::value::{INVALID_LITERAL, WRONG_TYPE};

/// A template of a document: something that `pt run` can be told to run.
#[derive(Debug, Clone)]
pub struct Template {
    /// Its name.
    pub id: Spanned<String>,
    /// What it is for.
    pub info: Option<String>,
    /// What `pt run` may pass.
    pub params: Vec<Param>,
    /// Its steps in the order in which they stand.
    pub steps: Vec<Step>,
    /// The whole item.
    pub span: Span,
}

/// One step of a template.
#[derive(Debug, Clone)]
pub struct Step {
    /// The name that `after` uses: its `id`, or what it calls.
    pub id: Spanned<String>,
    /// The module or template that it calls.
    pub target: Reference,
    /// The arguments as written.
    pub args: Option<Node>,
    /// What it waits for.
    pub after: Option<After>,
    /// The whole item.
    pub span: Span,
}

/// `run-when: {after: step, after-condition: success}`.
#[derive(Debug, Clone)]
pub struct After {
    /// The step that is waited for.
    pub step: Spanned<String>,
    /// `success` (the default), `always` or `failed`.
    pub condition: Condition,
    /// The whole `run-when`.
    pub span: Span,
}

/// How the step that is waited for has to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// Well: with exit code 0, or ready where it is not expected to end. The default.
    Success,
    /// At all, whatever its exit code.
    Always,
    /// Badly: with another exit code than 0.
    Failed,
}

/// The keys of a template.
pub const TEMPLATE_KEYS: [&str; 4] = ["id", "info", "params", "run"];

/// The keys of a step.
pub const STEP_KEYS: [&str; 7] = ["id", "module", "template", "args", "run-when", "after", "info"];

/// The keys of `run-when`.
pub const RUN_WHEN_KEYS: [&str; 2] = ["after", "after-condition"];

/// What `after-condition` may say.
pub const CONDITIONS: [(&str, Condition); 3] =
    [("success", Condition::Success), ("always", Condition::Always), ("failed", Condition::Failed)];

impl Template {
    /// Reads an item of `templates`.
    pub fn read(item: &Node, diagnostics: &mut Diagnostics) -> Option<Self> {
        let fields = Fields::of(item, "a template", &TEMPLATE_KEYS, diagnostics)?;
        let id = fields.id("add `id`: the name that `pt run` takes", diagnostics)?;
        if fields.entry("run").is_none() {
            diagnostics
                .report(&crate::value::MISSING_ARGUMENT, id.span, format!("template `{}` needs `run`", id.value))
                .help("add `run`: a list of modules");
        }
        let steps = fields.list("run", diagnostics).iter().filter_map(|step| Step::read(step, diagnostics)).collect();
        Some(Self {
            id,
            info: fields.text("info", diagnostics).map(|info| info.value),
            params: read_params(&fields, diagnostics),
            steps,
            span: item.span,
        })
    }
}

impl Step {
    fn read(item: &Node, diagnostics: &mut Diagnostics) -> Option<Self> {
        if item.is_null() {
            return None;
        }
        if let Some(name) = item.text() {
            let target = Spanned::new(name.to_owned(), item.span);
            return Some(Self { id: default_id(&target), target, args: None, after: None, span: item.span });
        }
        let fields = Fields::of(item, "a step", &STEP_KEYS, diagnostics)?;
        let target = match fields.get("template") {
            Some(_) => fields.text("template", diagnostics)?,
            None => fields.required("module", "add `module`: the module that this step runs", diagnostics)?,
        };
        let id = fields.optional_id(diagnostics).unwrap_or_else(|| default_id(&target));
        let after = read_after(&fields, diagnostics);
        Some(Self { id, target, args: fields.get("args").cloned(), after, span: item.span })
    }
}

/// The module's own name: `polytope/postgres!simple` gives `postgres-simple`.
fn default_id(target: &Reference) -> Spanned<String> {
    let last = target.value.rsplit('/').next().unwrap_or_default();
    Spanned::new(last.replace('!', "-"), target.span)
}

fn read_after(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> Option<After> {
    if let Some(after) = fields.get("after") {
        return read_step_name(after, after.get("step").unwrap_or(after), diagnostics);
    }
    let run_when = fields.get("run-when")?;
    let conditions = Fields::of(run_when, "`run-when`", &RUN_WHEN_KEYS, diagnostics)?;
    let target = conditions.get("after")?;
    let mut after = read_step_name(run_when, target, diagnostics)?;
    if let Some(condition) = conditions.text("after-condition", diagnostics) {
        let known = CONDITIONS.iter().map(|(name, _)| *name);
        match CONDITIONS.iter().find(|(name, _)| *name == condition.value) {
            Some((_, condition)) => after.condition = *condition,
            None => {
                diagnostics
                    .report(&INVALID_LITERAL, condition.span, format!("there is no condition `{}`", condition.value))
                    .label(format!("expected {}", one_of(known.clone())))
                    .maybe_help(did_you_mean(&condition, known).map(|near| format!("did you mean `{near}`?")));
            }
        }
    }
    Some(after)
}

fn read_step_name(whole: &Node, name: &Node, diagnostics: &mut Diagnostics) -> Option<After> {
    let Some(step) = name.text() else {
        if !name.is_missing() {
            let message = format!("`after` must be the id of one step, found {}", name.describe());
            diagnostics.report(&WRONG_TYPE, name.span, message).label("expected text");
        }
        return None;
    };
    let step = Spanned::new(step.to_owned(), name.span);
    Some(After { step, condition: Condition::Success, span: whole.span })
}
