//! The order of a template's steps: which container waits for which.

use super::program::Edge;
use crate::declare_rule;
use crate::diagnostic::{Diagnostics, did_you_mean, one_of};
use crate::model::{After, DUPLICATE_ID, Step};
use crate::source::{Span, Spanned};

declare_rule! {
    /// `after` names a step that the template does not have
    ///
    /// The step would wait for nothing, or for ever.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - {id: init, module: polytope/container, args: {image: "busybox:1.36", cmd: "true"}}
    ///   - {id: api, module: polytope/container, args: {image: "busybox:1.36"}}
    /// templates:
    ///   - id: stack
    ///     run:
    ///       - init
    ///       - {module: api, run-when: {after: initt}}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - {id: init, module: polytope/container, args: {image: "busybox:1.36", cmd: "true"}}
    ///   - {id: api, module: polytope/container, args: {image: "busybox:1.36"}}
    /// templates:
    ///   - id: stack
    ///     run:
    ///       - init
    ///       - {module: api, run-when: {after: init}}
    /// ```
    pub static UNKNOWN_STEP = { name: "unknown-step", code: "PT108", level: Error, precision: VeryHigh };
}

declare_rule! {
    /// steps that wait for each other
    ///
    /// None of them would ever start.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - {id: a, module: polytope/container, args: {image: "busybox:1.36", cmd: "true"}}
    ///   - {id: b, module: polytope/container, args: {image: "busybox:1.36", cmd: "true"}}
    /// templates:
    ///   - id: stack
    ///     run:
    ///       - {module: a, run-when: {after: b}}
    ///       - {module: b, run-when: {after: a}}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - {id: a, module: polytope/container, args: {image: "busybox:1.36", cmd: "true"}}
    ///   - {id: b, module: polytope/container, args: {image: "busybox:1.36", cmd: "true"}}
    /// templates:
    ///   - id: stack
    ///     run:
    ///       - a
    ///       - {module: b, run-when: {after: a}}
    /// ```
    pub static DEPENDENCY_CYCLE = { name: "dependency-cycle", code: "PT109", level: Error, precision: VeryHigh };
}

/// The steps of one template with the containers that each came down to.
#[derive(Debug, Default)]
pub(super) struct StepGraph {
    steps: Vec<GraphStep>,
}

#[derive(Debug)]
struct GraphStep {
    id: Spanned<String>,
    containers: Vec<String>,
    after: Option<After>,
}

impl StepGraph {
    /// Adds a step; two steps of one name are a fault, for `after` could mean either.
    pub(super) fn add(&mut self, step: &Step, containers: Vec<String>, diagnostics: &mut Diagnostics) {
        if let Some(earlier) = self.steps.iter().find(|earlier| earlier.id == step.id) {
            diagnostics
                .report(&DUPLICATE_ID, step.id.span, format!("there are two steps `{}`", step.id.value))
                .also(earlier.id.span, "the first one")
                .help("give one of them another name: `{id: NAME, module: …}`");
        }
        self.steps.push(GraphStep { id: step.id.clone(), containers, after: step.after.clone() });
    }

    /// Every container of a step waits for every container of the step that it comes after.
    pub(super) fn edges(&self, diagnostics: &mut Diagnostics) -> Vec<Edge> {
        let mut edges = Vec::new();
        for (index, step) in self.steps.iter().enumerate() {
            let Some(after) = &step.after else { continue };
            let Some(target) = self.position(&after.step) else {
                self.report_unknown(&after.step, diagnostics);
                continue;
            };
            if let Some(way) = self.cycle_from(index) {
                if way.iter().min() == Some(&index) {
                    self.report_cycle(&way, after.step.span, diagnostics);
                }
                continue;
            }
            for container in &step.containers {
                edges.extend(self.steps[target].containers.iter().filter(|other| *other != container).map(|other| {
                    Edge {
                        container: container.clone(),
                        waits_for: other.clone(),
                        condition: after.condition,
                        span: after.step.span,
                    }
                }));
            }
        }
        edges
    }

    fn position(&self, id: &str) -> Option<usize> {
        self.steps.iter().position(|step| step.id.value == id)
    }

    /// The steps of the cycle that `start` is on, if it is on one. Each step waits for one other, so there is one way to go.
    fn cycle_from(&self, start: usize) -> Option<Vec<usize>> {
        let mut way = vec![start];
        let mut current = start;
        while way.len() <= self.steps.len() {
            current = self.position(&self.steps[current].after.as_ref()?.step)?;
            if current == start {
                return Some(way);
            }
            way.push(current);
        }
        None
    }

    fn report_unknown(&self, name: &Spanned<String>, diagnostics: &mut Diagnostics) {
        let names = || self.steps.iter().map(|step| step.id.value.as_str());
        let help = match did_you_mean(name, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the steps of this template are {}", one_of(names())),
        };
        diagnostics.report(&UNKNOWN_STEP, name.span, format!("there is no step `{}`", name.value)).help(help);
    }

    fn report_cycle(&self, way: &[usize], span: Span, diagnostics: &mut Diagnostics) {
        let names: Vec<String> = way.iter().map(|index| format!("`{}`", self.steps[*index].id.value)).collect();
        let message = match names.as_slice() {
            [only] => format!("{only} waits for itself"),
            _ => format!("{} wait for each other: none would ever start", names.join(" and ")),
        };
        diagnostics.report(&DEPENDENCY_CYCLE, span, message).help("remove one of these `run-when`");
    }
}
