//! What a step waits for: `run-when: {after: step}`, `after: {step: id}`, or a list of those.

use serde::Serialize;

use super::Fields;
use crate::diagnostic::{Diagnostics, Fix, did_you_mean, one_of};
use crate::source::{Span, Spanned};
use crate::syntax::Node;
use crate::value::{INVALID_LITERAL, WRONG_TYPE};

/// One step that is waited for.
#[derive(Debug, Clone)]
pub struct After {
    /// The step that is waited for.
    pub step: Spanned<String>,
    /// `success` (the default), `always` or `failed`.
    pub condition: Condition,
    /// The whole `run-when` or `after`.
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

/// The keys of `run-when`.
pub const RUN_WHEN_KEYS: [&str; 2] = ["after", "after-condition"];

/// The keys of an item of `after`.
pub const AFTER_KEYS: [&str; 2] = ["step", "condition"];

/// What `after-condition` may say.
pub const CONDITIONS: [(&str, Condition); 3] =
    [("success", Condition::Success), ("always", Condition::Always), ("failed", Condition::Failed)];

/// Reads `after` or, where there is none, `run-when`.
pub(super) fn read_after(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> Vec<After> {
    if let Some(after) = fields.get("after") {
        let items = after.as_sequence().unwrap_or(std::slice::from_ref(after));
        return items.iter().filter_map(|item| read_item(item, diagnostics)).collect();
    }
    let Some(run_when) = fields.get("run-when") else { return Vec::new() };
    read_run_when(run_when, diagnostics).into_iter().collect()
}

/// A step's name, or `{step: name}`.
fn read_item(item: &Node, diagnostics: &mut Diagnostics) -> Option<After> {
    if item.as_mapping().is_none() {
        return read_step_name(item, item, diagnostics);
    }
    let fields = Fields::of(item, "`after`", &AFTER_KEYS, diagnostics)?;
    let mut after = read_step_name(item, item.get("step")?, diagnostics)?;
    read_condition(&fields, "condition", &mut after, diagnostics);
    Some(after)
}

fn read_run_when(run_when: &Node, diagnostics: &mut Diagnostics) -> Option<After> {
    let fields = Fields::of(run_when, "`run-when`", &RUN_WHEN_KEYS, diagnostics)?;
    let mut after = read_step_name(run_when, fields.get("after")?, diagnostics)?;
    read_condition(&fields, "after-condition", &mut after, diagnostics);
    Some(after)
}

fn read_condition(fields: &Fields<'_>, key: &str, after: &mut After, diagnostics: &mut Diagnostics) {
    let Some(condition) = fields.text(key, diagnostics) else { return };
    let known = CONDITIONS.iter().map(|(name, _)| *name);
    if let Some((_, known)) = CONDITIONS.iter().find(|(name, _)| *name == condition.value) {
        after.condition = *known;
        return;
    }
    let near = did_you_mean(&condition, known.clone());
    diagnostics
        .report(&INVALID_LITERAL, condition.span, format!("there is no condition `{}`", condition.value))
        .label(format!("expected {}", one_of(known)))
        .maybe_help(near.map(|near| format!("did you mean `{near}`?")))
        .maybe_fix(near.map(|near| Fix::respell(condition.span, near)));
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
