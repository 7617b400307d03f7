//! From an entry down to its containers: steps, calls, arguments.

use std::collections::BTreeSet;

use super::bind::{Bound, Callee, bind, uncalled};
use super::container::{self, Made};
use super::order::StepGraph;
use super::program::Program;
use super::scope::CallScope;
use crate::blueprint::{Blueprint, Catalogue, Rendering, facts_of, render};
use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Frame, Level, did_you_mean};
use crate::expr::{Known, Use, evaluate};
use crate::model::{DUPLICATE_ID, Document, Module, Reference, Template};
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
    /// Names of the modules and templates that it reached.
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
}

impl<'a> Expander<'a> {
    /// Nothing expanded yet.
    pub fn new(surroundings: Surroundings<'a>) -> Self {
        Self { surroundings, expansion: Expansion::default() }
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
        let expansion = std::mem::take(&mut self.expansion);
        let mut walk = Walk { surroundings: self.surroundings, expansion, calls: Vec::new() };
        let id = entry.id();
        walk.expansion.reached.insert(id.value.clone());
        walk.calls.push(id.value.clone());
        let params = match entry {
            Entry::Template(template) => &template.params,
            Entry::Module(module) => &module.params,
        };
        let bound = match args {
            Some(_) => bind(Callee { name: &id.value, span: id.span, standard: false }, params, args, diagnostics),
            None => uncalled(params, id.span, diagnostics),
        };
        let made = match entry {
            Entry::Template(template) => walk.template(template, &bound, diagnostics),
            Entry::Module(module) => walk.module(module, &bound, &module.id, diagnostics),
        };
        self.expansion = walk.expansion;
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
    /// Names of the modules and templates that are being expanded, outermost first.
    calls: Vec<String>,
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
        self.expansion.program.after.extend(graph.edges(diagnostics));
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
        if let Some(module) = document.module(target) {
            return self.nested(target, diagnostics, |walk, diagnostics| {
                let callee = Callee { name: target, span: target.span, standard: false };
                let bound = bind(callee, &module.params, args, diagnostics);
                walk.module(module, &bound, id, diagnostics)
            });
        }
        if let Some(template) = document.template(target) {
            return self.nested(target, diagnostics, |walk, diagnostics| {
                let callee = Callee { name: target, span: target.span, standard: false };
                let bound = bind(callee, &template.params, args, diagnostics);
                walk.template(template, &bound, diagnostics)
            });
        }
        if let Some(blueprint) = self.surroundings.catalogue.get(target) {
            return self.blueprint(blueprint, target, args, id, origin, diagnostics).into_iter().collect();
        }
        self.report_unknown(target, diagnostics);
        Containers::new()
    }

    /// Runs `work` one call deeper, unless that call is being expanded already.
    fn nested(
        &mut self,
        target: &Reference,
        diagnostics: &mut Diagnostics,
        work: impl FnOnce(&mut Self, &mut Diagnostics) -> Containers,
    ) -> Containers {
        if self.calls.contains(&target.value) || self.calls.len() >= DEEPEST {
            let way: Vec<String> = self.calls.iter().map(|call| format!("`{call}`")).collect();
            let message = format!("`{}` calls itself: {} → `{}`", target.value, way.join(" → "), target.value);
            diagnostics.report(&CALL_CYCLE, target.span, message);
            return Containers::new();
        }
        self.expansion.reached.insert(target.value.clone());
        self.calls.push(target.value.clone());
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
        let standard = blueprint.builtin;
        let callee = Callee { name: target, span: target.span, standard };
        let bound = bind(callee, &blueprint.params, args, diagnostics);
        let made = if blueprint.template.is_some() {
            let data_path = state_path(blueprint, self.surroundings.catalogue, &bound);
            let rendering =
                Rendering { blueprint, arguments: &bound, data_path: data_path.as_deref(), call: target.span };
            let rendered = render(&rendering, diagnostics);
            let primitive = self.surroundings.catalogue.get("polytope/container")?;
            let callee = Callee { name: target, span: target.span, standard };
            let inner = bind(callee, &primitive.params, Some(rendered), diagnostics);
            Made { bound: &inner, arguments: &bound, blueprint, id, origin, call: target.span }
                .container(self.surroundings.catalogue, diagnostics)
        } else {
            Made { bound: &bound, arguments: &bound, blueprint, id, origin, call: target.span }
                .container(self.surroundings.catalogue, diagnostics)
        };
        self.keep(made?, diagnostics)
    }

    /// Adds a container to the program; the same call met twice is one container, two calls of one name are a fault.
    fn keep(&mut self, made: container::Parts, diagnostics: &mut Diagnostics) -> Option<String> {
        let id = made.container.id.clone();
        if let Some(earlier) = self.expansion.program.containers.get(&id.value) {
            if earlier.origin != made.container.origin {
                diagnostics
                    .report(&DUPLICATE_ID, id.span, format!("there are two containers called `{}`", id.value))
                    .also(earlier.id.span, "the first one")
                    .help("give one of them another name: `id` (for postgres `container-id`)");
            }
            return Some(id.value);
        }
        for volume in made.volumes {
            let known = self.expansion.program.volumes.entry(volume.id.value.clone()).or_insert_with(|| volume.clone());
            if volume.scope == super::program::VolumeScope::Project {
                known.scope = volume.scope;
            }
        }
        self.expansion.program.containers.insert(id.value.clone(), made.container);
        Some(id.value)
    }

    fn report_unknown(&self, target: &Reference, diagnostics: &mut Diagnostics) {
        let names = self.surroundings.catalogue.names();
        let local = self.surroundings.document.modules.iter().map(|module| module.id.value.as_str());
        let near = did_you_mean(target, local.chain(names.iter().map(String::as_str)));
        let remote = target.value.contains('/') && !target.value.starts_with("polytope/");
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

/// Where a volume has to be mounted for the image that is asked for.
fn state_path(blueprint: &Blueprint, catalogue: &Catalogue, bound: &Bound) -> Option<String> {
    let image = bound.iter().find(|(name, _)| name == "image").and_then(|(_, value)| value.to_text()?.known());
    let (family, major) = image.as_deref().map_or(("", None), facts_of);
    let manifest = blueprint.image.as_ref().or_else(|| catalogue.family(family)?.image.as_ref())?;
    manifest.state_of(major).next().map(|state| state.path.clone())
}
