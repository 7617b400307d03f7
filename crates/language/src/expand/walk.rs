//! Calls, walked down to containers and tasks: steps, arguments, blueprints.

use std::collections::BTreeMap;
use std::ops::Range;

use super::bind::{Bound, Callee, CalleeKind, bind};
use super::container::{Made, Parts};
use super::double::{Kept, report_double};
use super::expander::{Entry, Expansion, Surroundings};
use super::order::StepGraph;
use super::program::VolumeScope;
use super::scope::CallScope;
use super::task::{Task, TaskKind, code};
use super::unknown::report_unknown;
use crate::blueprint::{Blueprint, Rendering, facts_of, render, report_given};
use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Frame};
use crate::expr::evaluate;
use crate::include::Named;
use crate::model::{Module, Reference, Step, StepAction, Template, TemplateKind};
use crate::source::{Span, Spanned};
use crate::syntax::Node;
use crate::value::Value;

declare_rule! {
    /// modules that call each other for ever
    ///
    /// None of them ever comes down to a container.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - {id: a, module: b}
    ///   - {id: b, module: a}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - {id: a, module: b}
    ///   - {id: b, module: polytope/container, args: {image: "busybox:1.36"}}
    /// ```
    pub static CALL_CYCLE = { name: "call-cycle", code: "PT134", level: Error, precision: VeryHigh };
}

/// The state of one expansion.
pub(super) struct Walk<'a> {
    surroundings: Surroundings<'a>,
    pub(super) expansion: Expansion,
    /// How each container of the program came about.
    pub(super) kept: BTreeMap<String, Kept>,
    /// The calls that are being expanded, outermost first.
    calls: Vec<Call>,
    /// The uses in the arguments of these calls.
    reading: Vec<Range<usize>>,
}

/// A module or template that is being expanded.
struct Call {
    name: String,
    /// Where it is defined: a module and a template may have one name.
    definition: Span,
    /// Where it is called.
    span: Span,
}

/// Ids of the containers and tasks that something came down to.
pub(super) type Nodes = Vec<String>;

/// How deep calls may go; real files reach four.
const DEEPEST: usize = 64;

impl<'a> Walk<'a> {
    /// `given` are the uses in the arguments of the entry.
    pub(super) fn new(
        surroundings: Surroundings<'a>,
        expansion: Expansion,
        kept: BTreeMap<String, Kept>,
        given: Range<usize>,
    ) -> Self {
        Self { surroundings, expansion, kept, calls: Vec::new(), reading: vec![given] }
    }

    /// Expands an entry with bound parameters.
    pub(super) fn entry(&mut self, entry: Entry<'a>, bound: &Bound, diagnostics: &mut Diagnostics) -> Nodes {
        let id = entry.id();
        let definition = match entry {
            Entry::Template(template) => template.span,
            Entry::Module(module) => {
                self.expansion.reached.insert(id.value.clone());
                module.span
            }
        };
        self.calls.push(Call { name: id.value.clone(), definition, span: id.span });
        let made = match entry {
            Entry::Template(template) => self.template(template, bound, id, diagnostics),
            Entry::Module(module) => self.module(module, bound, id, diagnostics),
        };
        self.calls.pop();
        made
    }

    /// The steps of a template; what a call of it waits for. `id` is the caller's name for it.
    fn template(
        &mut self,
        template: &'a Template,
        bound: &Bound,
        id: &Spanned<String>,
        diagnostics: &mut Diagnostics,
    ) -> Nodes {
        let mut graph = StepGraph::default();
        for step in &template.steps {
            let name = step_name(template, step, id, &graph);
            let before = self.expansion.uses.len();
            let (args, asked) = self.step_arguments(step, bound, &graph, diagnostics);
            self.reading.push(before..self.expansion.uses.len());
            let made = match &step.action {
                StepAction::Call(target) => self.call(target, args, &name, step.span, diagnostics),
                StepAction::Code(node) => self.code(node, bound, id, &step.id, step.span, diagnostics),
            };
            self.reading.pop();
            graph.add(step, made, asked, template.kind, diagnostics);
        }
        let complete = self.surroundings.documents.complete();
        self.expansion.program.after.extend(graph.edges(complete, diagnostics));
        graph.awaited(&template.awaits, complete, diagnostics)
    }

    /// The arguments of a step, and the steps whose outputs they need.
    fn step_arguments(
        &mut self,
        step: &Step,
        bound: &Bound,
        graph: &StepGraph,
        diagnostics: &mut Diagnostics,
    ) -> (Option<Value>, Vec<Spanned<String>>) {
        let Some(args) = &step.args else { return (None, Vec::new()) };
        let mut scope = CallScope::inside(bound, self.surroundings, &mut self.expansion.uses, graph);
        let value = evaluate(args, &mut scope, diagnostics);
        (Some(value), scope.asked)
    }

    fn module(
        &mut self,
        module: &'a Module,
        bound: &Bound,
        id: &Spanned<String>,
        diagnostics: &mut Diagnostics,
    ) -> Nodes {
        if let Some(node) = &module.code {
            return self.code(node, bound, id, &module.id, module.span, diagnostics);
        }
        let Some(target) = &module.target else { return Nodes::new() };
        let before = self.expansion.uses.len();
        let mut scope = CallScope::outside(bound, self.surroundings, &mut self.expansion.uses);
        let args = module.args.as_ref().map(|args| evaluate(args, &mut scope, diagnostics));
        self.reading.push(before..self.expansion.uses.len());
        let made = self.call(target, args, id, module.span, diagnostics);
        self.reading.pop();
        made
    }

    /// Writes down that a container or task reads what stands in the arguments of the calls that led to it.
    fn credit(&mut self, id: &str) {
        let readers = self.expansion.readers.entry(id.to_owned()).or_default();
        readers.extend(self.reading.iter().cloned().flatten());
    }

    /// A program, which runs when what it waits for is done.
    fn code(
        &mut self,
        node: &Node,
        bound: &Bound,
        caller: &Spanned<String>,
        step: &Spanned<String>,
        origin: Span,
        diagnostics: &mut Diagnostics,
    ) -> Nodes {
        let home = self.surroundings.documents.home(node.span.file);
        let Some(kind) = code(node, bound, home, diagnostics) else { return Nodes::new() };
        let id = format!("{}/{}", caller.value, step.value);
        vec![self.keep_task(Task { id, kind, origin, call: node.span })]
    }

    /// Adds a task; the same one met twice, with the same arguments, is one task, others of its name get a number.
    fn keep_task(&mut self, mut task: Task) -> String {
        let tasks = &mut self.expansion.program.tasks;
        let (name, mut number) = (task.id.clone(), 1);
        while let Some(known) = tasks.get(&task.id) {
            if known.is_same(&task) {
                self.credit(&task.id);
                return task.id;
            }
            number += 1;
            task.id = format!("{name}-{number}");
        }
        let id = task.id.clone();
        tasks.insert(id.clone(), task);
        self.credit(&id);
        id
    }

    /// Calls a module, template, tool or blueprint by name. `id` is the name that its container gets if nobody says otherwise.
    pub(super) fn call(
        &mut self,
        target: &Reference,
        args: Option<Value>,
        id: &Spanned<String>,
        origin: Span,
        diagnostics: &mut Diagnostics,
    ) -> Nodes {
        if !self.surroundings.programs.budget().call(target.span) {
            return Nodes::new();
        }
        let callee = Callee { name: target, span: target.span, kind: CalleeKind::Local };
        match self.surroundings.documents.called(target) {
            Some(Named::Module(module)) => {
                self.expansion.reached.insert(target.value.clone());
                let bound = bind(callee, &module.params, args, diagnostics);
                self.nested(target, module.span, diagnostics, |walk, diagnostics| {
                    walk.module(module, &bound, id, diagnostics)
                })
            }
            Some(Named::Template(template)) => {
                // Under another name it comes down to other containers than by itself.
                if template.kind == TemplateKind::Tool && *id == template.id {
                    self.expansion.reached_tools.insert(target.value.clone());
                }
                let bound = bind(callee, &template.params, args, diagnostics);
                self.nested(target, template.span, diagnostics, |walk, diagnostics| {
                    walk.template(template, &bound, id, diagnostics)
                })
            }
            None => {
                if let Some(blueprint) = self.surroundings.catalogue.get(target) {
                    return self.blueprint(blueprint, target, args, id, origin, diagnostics).into_iter().collect();
                }
                if self.surroundings.documents.complete() {
                    report_unknown(self.surroundings, target, diagnostics);
                }
                Nodes::new()
            }
        }
    }

    /// Runs `work` one call deeper, unless that call is being expanded already.
    fn nested(
        &mut self,
        target: &Reference,
        definition: Span,
        diagnostics: &mut Diagnostics,
        work: impl FnOnce(&mut Self, &mut Diagnostics) -> Nodes,
    ) -> Nodes {
        let again = self.calls.iter().position(|call| call.definition == definition);
        if again.is_some() || self.calls.len() >= DEEPEST {
            let round = &self.calls[again.unwrap_or_default()..];
            let way: Vec<String> = round.iter().map(|call| format!("`{}`", call.name)).collect();
            let message = match again {
                Some(_) => format!("`{}` calls itself: {} → `{}`", target.value, way.join(" → "), target.value),
                None => format!("calls go more than {DEEPEST} deep here"),
            };
            diagnostics.report(&CALL_CYCLE, target.span, message).help("let one of them call a blueprint instead");
            return Nodes::new();
        }
        self.calls.push(Call { name: target.value.clone(), definition, span: target.span });
        // A call straight from a template says nothing that the finding's own place does not.
        let made = if self.calls.len() > 2 {
            let frame = Frame { span: target.span, description: format!("in `{}`", target.value) };
            diagnostics.within(frame, |diagnostics| work(self, diagnostics))
        } else {
            work(self, diagnostics)
        };
        self.calls.pop();
        made
    }

    fn blueprint(
        &mut self,
        blueprint: &Blueprint,
        target: &Reference,
        args: Option<Value>,
        id: &Spanned<String>,
        origin: Span,
        diagnostics: &mut Diagnostics,
    ) -> Option<String> {
        let kind = if blueprint.builtin { CalleeKind::Standard } else { CalleeKind::Local };
        let callee = Callee { name: target, span: target.span, kind };
        let bound = bind(callee, &blueprint.params, args, diagnostics);
        if let Some(name) = &blueprint.task {
            let kind = TaskKind::Builtin { name: name.clone(), arguments: bound };
            return Some(self.keep_task(Task { id: task_name(&self.calls, id), kind, origin, call: target.span }));
        }
        let given = if blueprint.is_primitive() {
            None
        } else {
            Some(self.rendered(callee, blueprint, &bound, diagnostics)?)
        };
        let made = Made {
            bound: given.as_ref().unwrap_or(&bound),
            arguments: &bound,
            blueprint,
            id,
            origin,
            call: target.span,
        };
        let made = made.container(self.surroundings, diagnostics);
        Some(self.keep(made, bound, diagnostics))
    }

    /// The arguments of the primitive that a blueprint's template gives.
    fn rendered(
        &self,
        callee: Callee<'_>,
        blueprint: &Blueprint,
        bound: &Bound,
        diagnostics: &mut Diagnostics,
    ) -> Option<Bound> {
        let catalogue = self.surroundings.catalogue;
        let image = bound.iter().find(|(name, _)| name == "image").and_then(|(_, value)| value.to_text()?.known());
        let image = image.unwrap_or_default();
        let (_, major) = facts_of(&image);
        let facts = catalogue.knowing(&image, blueprint).and_then(|known| known.image.as_ref());
        let state = facts.and_then(|facts| facts.state_of(major).next());
        let rendering = Rendering { blueprint, arguments: bound, state, call: callee.span };
        let given = render(&rendering, diagnostics);
        let primitive = catalogue.get("polytope/container")?;
        let mut found = Diagnostics::default();
        let callee = Callee { name: &primitive.id, ..callee };
        let inner = bind(callee, &primitive.params, Some(given), &mut found);
        report_given(&rendering, found, diagnostics);
        Some(inner)
    }

    /// Adds a container to the program. The same call met twice, with the same arguments, is one container; anything else
    /// that has its name is a fault.
    fn keep(&mut self, made: Parts, given: Bound, diagnostics: &mut Diagnostics) -> String {
        let Parts { container, volumes } = made;
        let id = container.id.value.clone();
        let way: Vec<Span> = self.calls.iter().map(|call| call.span).chain([container.call]).collect();
        let kept = Kept { given, way };
        self.credit(&id);
        match (self.expansion.program.containers.get(&id), self.kept.get(&id)) {
            (Some(earlier), Some(known)) if earlier.origin != container.origin || known.given != kept.given => {
                report_double(&container, &kept, earlier, known, diagnostics);
                return id;
            }
            (Some(_), _) => return id,
            (None, _) => {}
        }
        for volume in volumes {
            let known = self.expansion.program.volumes.entry(volume.id.value.clone()).or_insert_with(|| volume.clone());
            if volume.scope == VolumeScope::Project {
                known.scope = volume.scope;
            }
        }
        self.kept.insert(id.clone(), kept);
        self.expansion.program.containers.insert(id.clone(), container);
        id
    }
}

/// The name that a step passes on. A tool with one nameless step that makes something, of a blueprint or with arguments, is
/// that step: both are called as the caller says. Nameless steps of other tools are told apart by the tool and, where that is
/// not enough, by a number.
fn step_name(template: &Template, step: &Step, caller: &Spanned<String>, graph: &StepGraph) -> Spanned<String> {
    if step.named || template.kind == TemplateKind::Template {
        return step.id.clone();
    }
    let builtin = matches!(&step.action, StepAction::Call(target) if target.value.contains('/'));
    if template.steps.len() == 1 && (builtin || step.args.is_some()) {
        return caller.clone();
    }
    let name = if builtin { format!("{}-{}", caller.value, step.id.value) } else { step.id.value.clone() };
    let name = match graph.count(&step.id) {
        0 => name,
        before => format!("{name}-{}", before + 1),
    };
    Spanned::new(name, step.id.span)
}

/// A built-in task is called after the outermost call and its own name.
fn task_name(calls: &[Call], id: &Spanned<String>) -> String {
    match calls.last() {
        Some(call) if call.name != id.value => format!("{}/{}", call.name, id.value),
        _ => format!("{0}/{0}", id.value),
    }
}
