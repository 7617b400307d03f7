//! `unused-module`: a module that nothing runs.

use std::collections::BTreeSet;

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::expr::{Expression, parse};
use crate::include::Documents;
use crate::lint::written_text::{of_file, says, visit};
use crate::lint::{Lint, Scene};
use crate::model::StepAction;

declare_rule! {
    /// no template or tool runs a module
    ///
    /// It may be a left-over: whoever reads the file takes it for a part of the project. It may as well be there to be run
    /// by hand, with `pt run`, or for projects that include this one, so it is only worth knowing. Nothing is said in a
    /// file without templates and tools, and of modules that a program names.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - {id: api, module: polytope/container, args: {image: "busybox:1.36"}}
    ///   - {id: old-api, module: polytope/container, args: {image: "busybox:1.35"}}
    /// templates:
    ///   - {id: stack, run: [api]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - {id: api, module: polytope/container, args: {image: "busybox:1.36"}}
    /// templates:
    ///   - {id: stack, run: [api]}
    /// ```
    pub static UNUSED_MODULE = {
        name: "unused-module", code: "PT504", level: Info, precision: Medium,
        tags: ["unused"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &UNUSED_MODULE, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    let Some(whole) = scene.whole.filter(|_| scene.documents.templates().next().is_some()) else { return };
    let called = called(scene.documents);
    let programs = programs(scene.documents);
    for module in scene.own_files().flat_map(|document| &document.modules) {
        let id = module.id.value.as_str();
        let used = module.default || whole.reached.contains(id) || called.contains(id);
        if used || programs.iter().any(|program| says(program, id)) {
            continue;
        }
        diagnostics
            .report(&UNUSED_MODULE, module.id.span, format!("no template or tool runs `{id}`"))
            .help(format!("remove it, or run it: `pt run {id}`"));
    }
}

/// What modules and steps name, whether it can be expanded or not.
fn called(documents: &Documents) -> BTreeSet<&str> {
    let modules = documents.files().iter().flat_map(|document| &document.modules);
    let templates = documents.files().iter().flat_map(|document| &document.templates);
    let steps = templates.flat_map(|template| &template.steps).filter_map(|step| match &step.action {
        StepAction::Call(target) => Some(target),
        StepAction::Code(_) => None,
    });
    modules.filter_map(|module| module.target.as_ref()).chain(steps).map(|target| target.value.as_str()).collect()
}

/// Programs may start modules by name.
fn programs(documents: &Documents) -> Vec<&str> {
    let mut programs = Vec::new();
    for node in documents.files().iter().flat_map(of_file) {
        visit(node, "", &mut |_, scalar| {
            let text = scalar.text().unwrap_or_default();
            if matches!(parse(text), Expression::Code(..)) || text.trim_start().starts_with('(') {
                programs.push(text);
            }
        });
    }
    programs
}
