//! Where each name is defined and where it is used, over all files.
//!
//! In: documents. Out: a flat list; two places belong together when their [`Symbol`]s are equal.

use crate::expr::{Expression, Part, Reference, ReferenceKind, parse};
use crate::include::{Documents, Named};
use crate::model::{Module, Param, Step, StepAction, Template};
use crate::source::{Span, Spanned};
use crate::syntax::{Node, NodeKind};

/// What a name means.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Symbol {
    /// A module, template or tool, by the place of its name.
    Callable(Span),
    /// A parameter of one, by the place of the owner's name.
    Param(Span, String),
    /// A step that has an `id`, by the place of its template's name.
    Step(Span, String),
    /// A value of the project.
    Value(String),
    /// A secret of the project.
    Secret(String),
    /// A blueprint.
    Blueprint(String),
}

/// A name at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// What it means.
    pub symbol: Symbol,
    /// Where it stands, with its quotes if it has any.
    pub span: Span,
    /// Whether it is defined here.
    pub defines: bool,
}

/// A module, template or tool that a name calls: the place of its name, and what it takes.
pub(super) fn callee<'a>(documents: &'a Documents, target: &Spanned<String>) -> Option<(Span, &'a [Param])> {
    Some(match documents.called(target)? {
        Named::Module(module) => (module.id.span, &module.params),
        Named::Template(template) => (template.id.span, &template.params),
    })
}

/// All names of all files.
pub(super) fn occurrences(documents: &Documents) -> Vec<Occurrence> {
    let mut collector = Collector { documents, found: Vec::new() };
    for document in documents.files() {
        document.modules.iter().for_each(|module| collector.module(module));
        document.templates.iter().for_each(|template| collector.template(template));
        for name in document.offered.iter().flatten() {
            if let Some((definition, _)) = callee(documents, name) {
                collector.add(Symbol::Callable(definition), name.span, false);
            }
        }
    }
    collector.found
}

struct Collector<'a> {
    documents: &'a Documents,
    found: Vec<Occurrence>,
}

/// What references mean where they stand.
#[derive(Clone, Copy)]
struct Around<'a> {
    /// The place of the name of the module, template or tool.
    owner: Span,
    /// The steps beside it.
    steps: &'a [Step],
}

impl Collector<'_> {
    fn add(&mut self, symbol: Symbol, span: Span, defines: bool) {
        self.found.push(Occurrence { symbol, span, defines });
    }

    fn params(&mut self, owner: Span, params: &[Param]) {
        for param in params {
            self.add(Symbol::Param(owner, param.id.value.clone()), param.id.span, true);
        }
    }

    fn module(&mut self, module: &Module) {
        let owner = module.id.span;
        self.add(Symbol::Callable(owner), owner, true);
        self.params(owner, &module.params);
        if let Some(target) = &module.target {
            self.call(target, module.args.as_ref(), Around { owner, steps: &[] });
        }
        if let Some(code) = &module.code {
            self.expressions(code, Around { owner, steps: &[] });
        }
    }

    fn template(&mut self, template: &Template) {
        let owner = template.id.span;
        let around = Around { owner, steps: &template.steps };
        self.add(Symbol::Callable(owner), owner, true);
        self.params(owner, &template.params);
        for step in &template.steps {
            if step.named {
                self.add(Symbol::Step(owner, step.id.value.clone()), step.id.span, true);
            }
            match &step.action {
                StepAction::Call(target) => self.call(target, step.args.as_ref(), around),
                StepAction::Code(code) => self.expressions(code, around),
            }
            for after in &step.after {
                self.step_name(&after.step.value, after.step.span, around);
            }
        }
        for name in &template.awaits {
            self.step_name(&name.value, name.span, around);
        }
    }

    fn call(&mut self, target: &Spanned<String>, args: Option<&Node>, around: Around<'_>) {
        match callee(self.documents, target) {
            Some((definition, params)) => {
                self.add(Symbol::Callable(definition), target.span, false);
                for entry in args.and_then(Node::as_mapping).unwrap_or_default() {
                    let name = entry.key.text().unwrap_or_default();
                    if params.iter().any(|param| param.id.value == name) {
                        self.add(Symbol::Param(definition, name.to_owned()), entry.key.span, false);
                    }
                }
            }
            None => self.add(Symbol::Blueprint(target.value.clone()), target.span, false),
        }
        if let Some(args) = args {
            self.expressions(args, around);
        }
    }

    /// A step that has no `id` is known by what it calls: its name there is the name of the module.
    fn step_name(&mut self, name: &str, span: Span, around: Around<'_>) {
        let Some(step) = around.steps.iter().find(|step| step.id.value == name) else { return };
        if step.named {
            self.add(Symbol::Step(around.owner, name.to_owned()), span, false);
        } else if let StepAction::Call(target) = &step.action
            && target.value == name
            && let Some((definition, _)) = callee(self.documents, target)
        {
            self.add(Symbol::Callable(definition), span, false);
        }
    }

    fn expressions(&mut self, node: &Node, around: Around<'_>) {
        match &node.kind {
            NodeKind::Missing => {}
            NodeKind::Sequence(items) => items.iter().for_each(|item| self.expressions(item, around)),
            NodeKind::Mapping(entries) => entries.iter().for_each(|entry| self.expressions(&entry.value, around)),
            NodeKind::Scalar(scalar) => match parse(&scalar.text) {
                Expression::Whole(reference) => self.reference(node, &reference, around),
                Expression::Interpolated(parts) => {
                    for part in &parts {
                        if let Part::Reference(reference) = part {
                            self.reference(node, reference, around);
                        }
                    }
                }
                Expression::Output(output) => {
                    self.step_name(&output.step, node.span_of(output.step_range.clone()), around);
                }
                Expression::Literal | Expression::Code(..) | Expression::Malformed { .. } => {}
            },
        }
    }

    fn reference(&mut self, node: &Node, reference: &Reference, around: Around<'_>) {
        let symbol = match reference.kind {
            ReferenceKind::Param => Symbol::Param(around.owner, reference.name.clone()),
            ReferenceKind::Value => Symbol::Value(reference.name.clone()),
            ReferenceKind::Secret => Symbol::Secret(reference.name.clone()),
        };
        self.add(symbol, node.span_of(reference.name_range.clone()), false);
    }
}
