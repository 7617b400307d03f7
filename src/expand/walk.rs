//! From an entry down to its containers: steps, calls, arguments.

use std::collections::{BTreeMap, BTreeSet};

use super::bind::{Bound, Callee, CalleeKind, bind, uncalled};
use super::container::{Made, Parts};
use super::double::{Kept, report_double};
use super::order::{StepGraph, settle};
use super::program::{Program, VolumeScope};
use super::scope::CallScope;
use crate::blueprint::{Blueprint, Catalogue, Rendering, facts_of, render, report_given};
use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Frame, Level, did_you_mean};
use crate::expr::{Known, Use, evaluate};
use crate::model::{Document, Module, Reference, Template};
use crate::source::{Span, Spanned};
use crate::syntax::Node;
use crate::value::Value;

declare_rule! {
    /// a call of something that is not there
    ///
    /// `module:` names a module of this file, a blueprint of the project, or one that is built in (`pt explain` lists them).
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - {id: db, module: polytope/postgress}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - {id: api, module: polytope/container, args: {image: "busybox:1.36"}}
    /// ```
    pub static UNKNOWN_MODULE = { name: "unknown-module", code: "PT106", level: Error, precision: VeryHigh };
}

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

/// What names mean during one compilation.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// The file.
    pub document: &'a Document,
    /// The blueprints.
    pub catalogue: &'a Catalogue,
    /// What is set for the project.
    pub known: &'a dyn Known,
}

/// What one entry comes down to.
#[derive(Debug, Default)]
pub struct Expansion {
    /// Its containers.
    pub program: Program,
    /// The values and secrets that it reads.
    pub uses: Vec<Use>,
    /// Names of the modules that it reached.
    pub reached: BTreeSet<String>,
}

/// Something that can be run.
#[derive(Debug, Clone, Copy)]
pub enum Entry<'a> {
    /// A template.
    Template(&'a Template),
    /// A module by itself.
    Module(&'a Module),
}

impl Entry<'_> {
    /// Its name.
    pub fn id(&self) -> &Spanned<String> {
        match self {
            Entry::Template(template) => &template.id,
            Entry::Module(module) => &module.id,
        }
    }
}

/// Expands one entry after another into one program.
#[derive(Debug)]
pub struct Expander<'a> {
    surroundings: Surroundings<'a>,
    expansion: Expansion,
    kept: BTreeMap<String, Kept>,
}

impl<'a> Expander<'a> {
    /// Nothing expanded yet.
    pub fn new(surroundings: Surroundings<'a>) -> Self {
        Self { surroundings, expansion: Expansion::default(), kept: BTreeMap::new() }
    }

    /// The arguments of a job from the command line, which may name values and secrets but no parameters.
    pub fn arguments(&mut self, node: &Node, diagnostics: &mut Diagnostics) -> Value {
        let known = self.surroundings.known;
        let mut scope = CallScope { params: &Bound::new(), known, uses: &mut self.expansion.uses };
        evaluate(node, &mut scope, diagnostics)
    }

    /// Expands an entry. `args` are what `pt run` was given; without them parameters that a caller has to give are holes.
    /// The ids of its containers.
    pub fn entry(&mut self, entry: Entry<'a>, args: Option<Value>, diagnostics: &mut Diagnostics) -> Vec<String> {
        let (expansion, kept) = (std::mem::take(&mut self.expansion), std::mem::take(&mut self.kept));
        let mut walk = Walk { surroundings: self.surroundings, expansion, kept, calls: Vec::new() };
        let id = entry.id();
        let (params, definition) = match entry {
            Entry::Template(template) => (&template.params, template.span),
            Entry::Module(module) => {
                walk.expansion.reached.insert(id.value.clone());
                (&module.params, module.span)
            }
        };
        walk.calls.push(Call { name: id.value.clone(), definition, span: id.span });
        let bound = match args {
            Some(_) => {
                bind(Callee { name: &id.value, span: id.span, kind: CalleeKind::Job }, params, args, diagnostics)
            }
            None => uncalled(params, id.span, diagnostics),
        };
        let made = match entry {
            Entry::Template(template) => walk.template(template, &bound, diagnostics),
            Entry::Module(module) => walk.module(module, &bound, &module.id, diagnostics),
        };
        settle(&mut walk.expansion.program.after, diagnostics);
        (self.expansion, self.kept) = (walk.expansion, walk.kept);
        made
    }

    /// What all entries came down to.
    pub fn finish(self) -> Expansion {
        self.expansion
    }
}

struct Walk<'a> {
    surroundings: Surroundings<'a>,
    expansion: Expansion,
    /// How each container of the program came about.
    kept: BTreeMap<String, Kept>,
    /// The calls that are being expanded, outermost first.
    calls: Vec<Call>,
}

/// A module or template that is being expanded.
struct Call {
    name: String,
    /// Where it is defined: a module and a template may have one name.
    definition: Span,
    /// Where it is called.
    span: Span,
}

/// Ids of the containers that a step came down to.
type Containers = Vec<String>;

/// How deep calls may go; real files reach four.
const DEEPEST: usize = 64;

impl<'a> Walk<'a> {
    fn template(&mut self, template: &'a Template, bound: &Bound, diagnostics: &mut Diagnostics) -> Containers {
        let mut graph = StepGraph::default();
        let mut all = Containers::new();
        for step in &template.steps {
            let args = step.args.as_ref().map(|args| self.evaluate(args, bound, diagnostics));
            let made = self.call(&step.target, args, &step.id, step.span, diagnostics);
            graph.add(step, made.clone(), diagnostics);
            all.extend(made);
        }
        self.expansion.program.after.extend(graph.edges(self.surroundings.document.complete, diagnostics));
        all
    }

    fn module(
        &mut self,
        module: &'a Module,
        bound: &Bound,
        id: &Spanned<String>,
        diagnostics: &mut Diagnostics,
    ) -> Containers {
        let Some(target) = &module.target else { return Containers::new() };
        let args = module.args.as_ref().map(|args| self.evaluate(args, bound, diagnostics));
        self.call(target, args, id, module.span, diagnostics)
    }

    fn evaluate(&mut self, node: &Node, bound: &Bound, diagnostics: &mut Diagnostics) -> Value {
        let mut scope = CallScope { params: bound, known: self.surroundings.known, uses: &mut self.expansion.uses };
        evaluate(node, &mut scope, diagnostics)
    }

    /// Calls a module, template or blueprint by name. `id` is the name that its container gets if nobody says otherwise.
    fn call(
        &mut self,
        target: &Reference,
        args: Option<Value>,
        id: &Spanned<String>,
        origin: Span,
        diagnostics: &mut Diagnostics,
    ) -> Containers {
        let document = self.surroundings.document;
        let callee = Callee { name: target, span: target.span, kind: CalleeKind::Local };
        if let Some(module) = document.module(target) {
            self.expansion.reached.insert(target.value.clone());
            let bound = bind(callee, &module.params, args, diagnostics);
            return self.nested(target, module.span, diagnostics, |walk, diagnostics| {
                walk.module(module, &bound, id, diagnostics)
            });
        }
        if let Some(template) = document.template(target) {
            let bound = bind(callee, &template.params, args, diagnostics);
            return self.nested(target, template.span, diagnostics, |walk, diagnostics| {
                walk.template(template, &bound, diagnostics)
            });
        }
        if let Some(blueprint) = self.surroundings.catalogue.get(target) {
            return self.blueprint(blueprint, target, args, id, origin, diagnostics).into_iter().collect();
        }
        if document.complete {
            self.report_unknown(target, diagnostics);
        }
        Containers::new()
    }

    /// Runs `work` one call deeper, unless that call is being expanded already.
    fn nested(
        &mut self,
        target: &Reference,
        definition: Span,
        diagnostics: &mut Diagnostics,
        work: impl FnOnce(&mut Self, &mut Diagnostics) -> Containers,
    ) -> Containers {
        let again = self.calls.iter().position(|call| call.definition == definition);
        if again.is_some() || self.calls.len() >= DEEPEST {
            let round = &self.calls[again.unwrap_or_default()..];
            let way: Vec<String> = round.iter().map(|call| format!("`{}`", call.name)).collect();
            let message = match again {
                Some(_) => format!("`{}` calls itself: {} → `{}`", target.value, way.join(" → "), target.value),
                None => format!("calls go more than {DEEPEST} deep here"),
            };
            diagnostics.report(&CALL_CYCLE, target.span, message).help("let one of them call a blueprint instead");
            return Containers::new();
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
        let made = made.container(self.surroundings.catalogue, diagnostics);
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

    fn report_unknown(&self, target: &Reference, diagnostics: &mut Diagnostics) {
        let names = self.surroundings.catalogue.names();
        let local = self.surroundings.document.modules.iter().map(|module| module.id.value.as_str());
        let near = did_you_mean(target, local.chain(names.iter().map(String::as_str)));
        // A name under an owner that is known here is a slip rather than a module of another repository.
        let owner = target.value.split_once('/').map(|(owner, _)| format!("{owner}/"));
        let remote = owner.is_some_and(|owner| names.iter().all(|name| !name.starts_with(&owner)));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None if remote => "modules of other repositories are not fetched by this version".to_owned(),
            None if target.value.contains('/') => "`pt explain` lists the blueprints".to_owned(),
            None => format!("add a module with `id: {}`, or correct the name", target.value),
        };
        let ceiling = if remote { Level::Warning } else { Level::Error };
        diagnostics.at_most(ceiling, |diagnostics| {
            let message = format!("there is no module `{}`", target.value);
            diagnostics.report(&UNKNOWN_MODULE, target.span, message).help(help);
        });
    }
}
