//! Entries of a project down to one program: where an expansion begins and ends.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;

use super::bind::{Bound, Callee, CalleeKind, bind, uncalled};
use super::double::Kept;
use super::order::settle;
use super::program::Program;
use super::scope::CallScope;
use super::walk::Walk;
use crate::blueprint::Catalogue;
use crate::diagnostic::Diagnostics;
use crate::expr::code::Datum;
use crate::expr::{Known, Programs, Use, evaluate};
use crate::include::Documents;
use crate::model::{Module, Reference, Template, TemplateKind, default_id};
use crate::source::{Loader, Spanned};
use crate::syntax::Node;
use crate::value::Value;

/// What names mean during one compilation.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The files.
    pub documents: &'a Documents,
    /// The blueprints.
    pub catalogue: &'a Catalogue,
    /// What is set for the project.
    pub known: &'a dyn Known,
    /// Tells whether a file that a path may mean is there.
    pub loader: &'a dyn Loader,
    /// The project's directory.
    pub directory: &'a Path,
    /// What the tasks that ran already gave, by task.
    pub outputs: &'a Outputs,
    /// The programs in arguments that were run already.
    pub programs: &'a Programs,
}

/// What tasks gave, by their ids.
pub type Outputs = BTreeMap<String, Datum>;

/// What one entry comes down to.
#[derive(Debug, Default)]
pub struct Expansion {
    /// Its containers and tasks.
    pub program: Program,
    /// The values and secrets that it reads.
    pub uses: Vec<Use>,
    /// Which of these uses each container and task reads, directly or through the calls that led to it.
    pub readers: BTreeMap<String, BTreeSet<usize>>,
    /// Names of the tools that it reached under their own names.
    pub reached_tools: BTreeSet<String>,
    /// Names of the modules that it reached.
    pub reached: BTreeSet<String>,
}

/// Something that can be run.
#[derive(Debug, Clone, Copy)]
pub enum Entry<'a> {
    /// A template or tool.
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

    /// Whether it does one thing: a module, or a tool of one step. What belongs to it is run anew each time.
    pub fn is_single(&self) -> bool {
        match self {
            Entry::Template(template) => template.kind == TemplateKind::Tool && template.steps.len() == 1,
            Entry::Module(_) => true,
        }
    }
}

/// Expands one entry after another into one program.
pub struct Expander<'a> {
    surroundings: Surroundings<'a>,
    expansion: Expansion,
    kept: BTreeMap<String, Kept>,
    /// The uses in the arguments of the entry that comes next.
    given: Range<usize>,
}

impl<'a> Expander<'a> {
    /// Nothing expanded yet.
    pub fn new(surroundings: Surroundings<'a>) -> Self {
        Self { surroundings, expansion: Expansion::default(), kept: BTreeMap::new(), given: 0..0 }
    }

    /// The arguments of a job from the command line, which may name values and secrets but no parameters.
    pub fn arguments(&mut self, node: &Node, diagnostics: &mut Diagnostics) -> Value {
        let none = Bound::new();
        let before = self.expansion.uses.len();
        let mut scope = CallScope::outside(&none, self.surroundings, &mut self.expansion.uses);
        let value = evaluate(node, &mut scope, diagnostics);
        self.given = before..self.expansion.uses.len();
        value
    }

    /// Expands an entry. `args` are what `pt run` was given; without them parameters that a caller has to give are holes.
    /// The ids of its containers and tasks.
    pub fn entry(&mut self, entry: Entry<'a>, args: Option<Value>, diagnostics: &mut Diagnostics) -> Vec<String> {
        let (expansion, kept) = (std::mem::take(&mut self.expansion), std::mem::take(&mut self.kept));
        let given = std::mem::replace(&mut self.given, 0..0);
        let mut walk = Walk::new(self.surroundings, expansion, kept, given);
        let id = entry.id();
        let params = match entry {
            Entry::Template(template) => &template.params,
            Entry::Module(module) => &module.params,
        };
        let bound = match args {
            Some(_) => {
                bind(Callee { name: &id.value, span: id.span, kind: CalleeKind::Job }, params, args, diagnostics)
            }
            None => uncalled(params, id.span, diagnostics),
        };
        let made = walk.entry(entry, &bound, diagnostics);
        settle(&mut walk.expansion.program.after, diagnostics);
        (self.expansion, self.kept) = (walk.expansion, walk.kept);
        made
    }

    /// Expands a call that stands in no file: of a module, template, tool or blueprint. The ids of its containers and tasks.
    pub fn call(&mut self, target: &Reference, args: Value, diagnostics: &mut Diagnostics) -> Vec<String> {
        let (expansion, kept) = (std::mem::take(&mut self.expansion), std::mem::take(&mut self.kept));
        let mut walk = Walk::new(self.surroundings, expansion, kept, 0..0);
        let made = walk.call(target, Some(args), &default_id(target), target.span, diagnostics);
        settle(&mut walk.expansion.program.after, diagnostics);
        (self.expansion, self.kept) = (walk.expansion, walk.kept);
        made
    }

    /// What all entries came down to.
    pub fn finish(self) -> Expansion {
        self.expansion
    }
}
