//! `deprecated-syntax`: a name that has gone.

use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix, Safety};
use crate::lint::{Lint, Scene};
use crate::model::StepAction;

declare_rule! {
    /// something is called by a name that has gone
    ///
    /// Newer runners of these files know it by another name only. Both dialects, `modules` with `templates` and `tools`,
    /// are current, and so are both spellings of a reference: nothing is said of them. Here the old name still works, so
    /// it is only worth knowing.
    ///
    /// ## Bad
    /// ```yaml
    /// tools:
    ///   hello:
    ///     run: [{tool: polytope/run-script, args: {language: bash, script: {type: string, data: echo hello}}}]
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// tools:
    ///   hello:
    ///     run: [{tool: pt/run-script, args: {language: bash, script: {type: string, data: echo hello}}}]
    /// ```
    pub static DEPRECATED_SYNTAX = {
        name: "deprecated-syntax", code: "PT404", level: Info, precision: VeryHigh,
        tags: ["spelling"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &DEPRECATED_SYNTAX, check };

/// Names that have gone, and what took their place.
const GONE: [(&str, &str); 1] = [("polytope/run-script", "pt/run-script")];

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for document in scene.own_files() {
        let steps = document.templates.iter().flat_map(|template| &template.steps);
        let calls = steps.filter_map(|step| match &step.action {
            StepAction::Call(target) => Some(target),
            StepAction::Code(_) => None,
        });
        for target in document.modules.iter().filter_map(|module| module.target.as_ref()).chain(calls) {
            let Some((old, new)) = GONE.iter().find(|(old, _)| *old == target.value) else { continue };
            diagnostics
                .report(&DEPRECATED_SYNTAX, target.span, format!("`{old}` is called `{new}` now"))
                .help(format!("write `{new}`"))
                .maybe_fix(
                    scene
                        .rewrite(target.span, new, |written| written == *old)
                        .map(|edit| Fix::new(Safety::Safe, format!("write `{new}`")).edit(edit)),
                );
        }
    }
}
