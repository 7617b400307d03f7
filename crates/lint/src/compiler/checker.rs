//! Every entry of a file, expanded and judged: the main one, and everything else with milder words.

use std::collections::BTreeSet;

use super::job::main_entry;
use crate::diagnostic::{Diagnostics, Level};
use crate::expand::{Entry, Expander, Expansion, Program, Surroundings, report_unoffered};
use crate::expr::Use;
use crate::lint::{self, Live, Scene, Settings, Whole};
use crate::model::{Module, Template};
use crate::source::{Sources, Span};

/// Expands and lints every entry of a file.
pub(super) struct Checker<'a> {
    pub(super) surroundings: Surroundings<'a>,
    pub(super) sources: &'a Sources,
    pub(super) settings: &'a Settings,
    /// Whether the rules are asked: who only wants to know what there is need not wait for them.
    pub(super) judges: bool,
    /// What an engine holds of the project.
    pub(super) live: Option<&'a Live>,
}

/// What the entries of a file come down to, together.
#[derive(Debug, Default)]
pub(super) struct Everything {
    /// Ids of all containers.
    pub(super) containers: BTreeSet<String>,
    /// The values and secrets that are read.
    pub(super) uses: Vec<Use>,
    /// What each entry comes down to.
    pub(super) programs: Vec<Program>,
    /// Names of the modules that were reached.
    pub(super) modules: BTreeSet<String>,
    /// Names of the tools that were reached by others.
    pub(super) tools: BTreeSet<String>,
}

impl Everything {
    fn add(&mut self, expansion: Expansion) {
        self.containers.extend(expansion.program.containers.keys().cloned());
        self.programs.push(expansion.program);
        self.uses.extend(expansion.uses);
        self.modules.extend(expansion.reached);
        self.tools.extend(expansion.reached_tools);
    }
}

impl Checker<'_> {
    /// The main entry's faults are errors. What others than it bring up is a warning where no rule of safety speaks: real
    /// projects hold much that is never run.
    pub(super) fn everything(&self, diagnostics: &mut Diagnostics) -> Everything {
        let documents = self.surroundings.documents;
        let main = main_entry(documents);
        let mut everything = Everything::default();
        if let Some(main) = main {
            everything.add(self.entry(main, Ceilings::MAIN, diagnostics));
        }
        let own = |span: Span| documents.is_own(span.file);
        let is_main = |template: &Template| main.is_some_and(|main| main.id().span == template.id.span);
        let ceilings = if main.is_some() { Ceilings::OTHER } else { Ceilings::MAIN };
        for template in documents.templates().filter(|template| own(template.span) && !is_main(template)) {
            // A tool that another one reaches was looked at with it, as a module is.
            if !everything.tools.contains(&template.id.value) {
                everything.add(self.entry(Entry::Template(template), ceilings, diagnostics));
            }
        }
        let reached = everything.modules.clone();
        let ceilings = if documents.templates().next().is_none() { Ceilings::MAIN } else { Ceilings::UNREACHED };
        let rest: Vec<&Module> =
            documents.modules().filter(|module| own(module.span) && !reached.contains(&module.id.value)).collect();
        for module in rest {
            everything.add(self.entry(Entry::Module(module), ceilings, diagnostics));
        }
        if self.judges {
            report_unoffered(documents, diagnostics);
        }
        // What is not set is told once for the whole file, with all its places.
        let whole = Whole { programs: &everything.programs, reached: &reached };
        self.lint(&Program::default(), &everything.uses, Some(&whole), diagnostics);
        everything
    }

    fn entry(&self, entry: Entry<'_>, ceilings: Ceilings, diagnostics: &mut Diagnostics) -> Expansion {
        let mut expander = Expander::new(self.surroundings);
        diagnostics.at_most(ceilings.expand, |diagnostics| expander.entry(entry, None, diagnostics));
        let expansion = expander.finish();
        diagnostics.at_most(ceilings.lint, |diagnostics| self.lint(&expansion.program, &[], None, diagnostics));
        expansion
    }

    pub(super) fn lint(
        &self,
        program: &Program,
        uses: &[Use],
        whole: Option<&Whole<'_>>,
        diagnostics: &mut Diagnostics,
    ) {
        if !self.judges {
            return;
        }
        let Surroundings { documents, loader, directory, known, .. } = self.surroundings;
        lint::check(
            &Scene {
                sources: self.sources,
                loader,
                directory,
                program,
                uses,
                known,
                settings: self.settings,
                documents,
                live: self.live,
                whole,
            },
            diagnostics,
        );
    }
}

/// The worst that findings about an entry can be.
#[derive(Debug, Clone, Copy)]
struct Ceilings {
    /// Of its expansion: names, types, references.
    expand: Level,
    /// Of the rules about what it comes down to.
    lint: Level,
}

impl Ceilings {
    /// What a bare `pt run` runs.
    const MAIN: Self = Self { expand: Level::Error, lint: Level::Error };
    /// Any other template or tool.
    const OTHER: Self = Self { expand: Level::Warning, lint: Level::Error };
    /// A module that no template reaches.
    const UNREACHED: Self = Self { expand: Level::Warning, lint: Level::Warning };
}
