//! The whole front half on one screen: text in, programs and findings out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::blueprint::Catalogue;
use crate::diagnostic::{Diagnostic, Diagnostics, Level, Suppressed};
use crate::expand::{Entry, Expander, Expansion, Outputs, Program, Surroundings};
use crate::expr::{Known, Programs, Use};
use crate::include::{self, Documents, Named};
use crate::lint::{self, Judged, Live, Scene, Settings, Trees, Whole};
use crate::model::{Module, Template, TemplateKind};
use crate::source::{LoadError, Loader, SourceFile, Sources, Span, Spanned};
use crate::suppression::{self, Judging};
use crate::value::{Data, Map, Value};
use crate::{rules, syntax};

/// What is set for a project, as plain lists: for tests and other callers without a store.
#[derive(Debug, Clone, Default)]
pub struct Project {
    /// Values that are set.
    pub values: BTreeMap<String, String>,
    /// Names of the secrets that are set.
    pub secrets: BTreeSet<String>,
}

impl Known for Project {
    fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    fn has_secret(&self, name: &str) -> bool {
        self.secrets.contains(name)
    }
}

/// A job to run, as it was asked for.
#[derive(Debug, Clone, Default)]
pub struct JobCall {
    /// Name of a template or module; the main one when empty.
    pub name: String,
    /// Arguments as a YAML flow map, such as `{port: 8080}`; none when empty.
    pub args: String,
    /// The arguments of a program's call, which are values already and come instead of `args`. What is called so may also be
    /// a blueprint.
    pub values: Option<Vec<(String, Value)>>,
}

/// What came of compiling one file.
#[derive(Debug)]
pub struct Compilation {
    /// All files that were read.
    pub sources: Sources,
    /// The file itself and what it includes, as far as they could be read.
    pub documents: Documents,
    /// What the jobs come down to, together; empty for [`check`].
    pub program: Program,
    /// What each entry of the file comes down to; empty for [`compile`].
    pub programs: Vec<Program>,
    /// Ids of the containers that belong to a job that does one thing, a module or a tool of one step: they are run anew each
    /// time.
    pub asked_for: BTreeSet<String>,
    /// Ids of all containers that any entry of the file can come down to.
    pub containers: BTreeSet<String>,
    /// The values and secrets that the jobs read.
    pub uses: Vec<Use>,
    /// Which of `uses` each container and task needs before it can begin; empty for [`check`].
    pub readers: BTreeMap<String, BTreeSet<usize>>,
    /// The blueprints that the files can call.
    pub catalogue: Catalogue,
    /// Findings, sorted.
    pub diagnostics: Vec<Diagnostic>,
    /// Findings that someone has said are to be left alone, sorted.
    pub suppressed: Vec<Suppressed>,
}

impl Compilation {
    /// Whether an error keeps it from being planned.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|finding| finding.level == Level::Error)
    }
}

/// No job of that name, and what to type instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no template, tool or module `{name}`")]
pub struct UnknownJob {
    /// What was asked for.
    pub name: String,
    /// The nearest name, or all of them.
    pub help: String,
}

/// A project's files, before their meaning is looked into.
struct Front {
    directory: PathBuf,
    sources: Sources,
    documents: Documents,
    catalogue: Catalogue,
    diagnostics: Diagnostics,
}

fn front(loader: &dyn Loader, path: &Path, settings: &Settings) -> Result<Front, LoadError> {
    let mut diagnostics = Diagnostics::new(settings.levels.clone());
    let mut sources = Sources::default();
    let documents = include::read(loader, path, &mut sources, &mut diagnostics)?;
    let directory = include::project_directory(path);
    let catalogue = Catalogue::read(loader, &directory, &mut sources, &mut diagnostics);
    Ok(Front { directory, sources, documents, catalogue, diagnostics })
}

/// Looks at everything in a file: its main entry, and everything else with milder words.
pub fn check(
    loader: &dyn Loader,
    path: &Path,
    known: &dyn Known,
    settings: &Settings,
) -> Result<Compilation, LoadError> {
    check_with(loader, path, known, settings, None)
}

/// As [`check`], with what an engine holds of the project.
pub fn check_with(
    loader: &dyn Loader,
    path: &Path,
    known: &dyn Known,
    settings: &Settings,
    live: Option<&Live>,
) -> Result<Compilation, LoadError> {
    let Front { directory, sources, documents, catalogue, mut diagnostics } = front(loader, path, settings)?;
    let outputs = Outputs::new();
    let programs = Programs::default();
    let surroundings = Surroundings {
        documents: &documents,
        catalogue: &catalogue,
        known,
        loader,
        directory: &directory,
        outputs: &outputs,
        programs: &programs,
    };
    let checker = Checker { surroundings, sources: &sources, settings, judges: true, live, trees: Trees::default() };
    let Everything { containers, uses, programs: expanded, .. } = checker.everything(&mut diagnostics);
    for judge in &settings.judges {
        let judged = Judged { sources: &sources, documents: &documents, programs: &expanded };
        judge.judge(&judged, &mut diagnostics);
    }
    let rules = rules::with_judges(settings);
    let judging = Judging { sources: &sources, documents: &documents, settings, rules: &rules, loader, whole: true };
    let (diagnostics, suppressed) = suppression::apply(diagnostics.finish(), &judging);
    Ok(Compilation {
        sources,
        documents,
        program: Program::default(),
        programs: expanded,
        asked_for: BTreeSet::new(),
        containers,
        uses,
        readers: BTreeMap::new(),
        catalogue,
        diagnostics,
        suppressed,
    })
}

/// Compiles jobs into one program. Findings are those of the jobs alone: what they do not reach is `pt check`'s concern.
pub fn compile(
    loader: &dyn Loader,
    path: &Path,
    jobs: &[JobCall],
    known: &dyn Known,
    settings: &Settings,
) -> Result<Result<Compilation, UnknownJob>, LoadError> {
    compile_after(loader, path, jobs, known, settings, &Outputs::new())
}

/// As [`compile`], when some of the jobs' tasks ran already and gave `outputs`.
pub fn compile_after(
    loader: &dyn Loader,
    path: &Path,
    jobs: &[JobCall],
    known: &dyn Known,
    settings: &Settings,
    outputs: &Outputs,
) -> Result<Result<Compilation, UnknownJob>, LoadError> {
    let Front { directory, mut sources, documents, catalogue, mut diagnostics } = front(loader, path, settings)?;
    let programs = Programs::default();
    let surroundings = Surroundings {
        documents: &documents,
        catalogue: &catalogue,
        known,
        loader,
        directory: &directory,
        outputs,
        programs: &programs,
    };
    let mut expander = Expander::new(surroundings);
    let mut asked_for = BTreeSet::new();
    for job in jobs {
        if let Some(values) = &job.values {
            let (target, args) = given(&job.name, values, &mut sources);
            asked_for.extend(expander.call(&target, args, &mut diagnostics));
            continue;
        }
        let entry = match find(&documents, &job.name) {
            Ok(entry) => entry,
            Err(unknown) => return Ok(Err(unknown)),
        };
        let args = arguments(job, &mut sources, &mut expander, &mut diagnostics);
        let made = expander.entry(entry, Some(args), &mut diagnostics);
        if entry.is_single() {
            asked_for.extend(made);
        }
    }
    let Expansion { program, uses, readers, .. } = expander.finish();
    let mut checker =
        Checker { surroundings, sources: &sources, settings, judges: true, live: None, trees: Trees::default() };
    checker.lint(&program, &uses, None, &mut diagnostics);
    checker.judges = false;
    let all = checker.everything(&mut Diagnostics::default()).containers;
    let rules = rules::with_judges(settings);
    let judging = Judging { sources: &sources, documents: &documents, settings, rules: &rules, loader, whole: false };
    let (diagnostics, suppressed) = suppression::apply(diagnostics.finish(), &judging);
    Ok(Ok(Compilation {
        sources,
        documents,
        program,
        programs: Vec::new(),
        asked_for,
        containers: all,
        uses,
        readers,
        catalogue,
        diagnostics,
        suppressed,
    }))
}

/// The arguments of a job, read as the file itself is.
fn arguments(
    job: &JobCall,
    sources: &mut Sources,
    expander: &mut Expander<'_>,
    diagnostics: &mut Diagnostics,
) -> Value {
    let text = if job.args.is_empty() { "{}" } else { &job.args };
    let file = sources.add(SourceFile::new("<arguments>", text));
    let tree = syntax::parse(file, text, diagnostics);
    // What is missing may stand in what could not be read.
    if !tree.complete {
        return Value::unknown(tree.root.span);
    }
    expander.arguments(&tree.root, diagnostics)
}

/// The call of a program, as lines to point at: what is called, and each argument, in which secrets stand by name.
fn given(name: &str, values: &[(String, Value)], sources: &mut Sources) -> (Spanned<String>, Value) {
    let arguments = values.iter().map(|(name, value)| format!("{name}: {}", value.describe()));
    let lines: Vec<String> = std::iter::once(name.to_owned()).chain(arguments).collect();
    let file = sources.add(SourceFile::new("<call of a program>", lines.join("\n")));
    let mut start = name.len() + 1;
    let mut map = Map::default();
    for ((name, value), line) in values.iter().zip(&lines[1..]) {
        let span = Span::new(file, start, start + line.len());
        map.insert(Spanned::new(name.clone(), span), value.placed_at(span));
        start += line.len() + 1;
    }
    let target = Spanned::new(name.to_owned(), Span::new(file, 0, name.len()));
    (target, Value::new(Data::Map(map), Span::new(file, 0, start.saturating_sub(1))))
}

/// The template, tool or module of a name; without a name the main one.
fn find<'a>(documents: &'a Documents, name: &str) -> Result<Entry<'a>, UnknownJob> {
    if name.is_empty()
        && let Some(main) = main_entry(documents)
    {
        return Ok(main);
    }
    match documents.get(name) {
        // Modules win, as they do in steps.
        Some(Named::Module(module)) => Ok(Entry::Module(module)),
        Some(Named::Template(template)) => Ok(Entry::Template(template)),
        None => {
            let help = match crate::diagnostic::did_you_mean(name, documents.names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("this file has {}", crate::diagnostic::one_of(documents.names())),
            };
            Err(UnknownJob { name: name.to_owned(), help })
        }
    }
}

/// What is meant where no name is given: `stack`, else `default`, else the first template, else the only thing there is.
fn main_entry(documents: &Documents) -> Option<Entry<'_>> {
    let named = documents.template("stack").or_else(|| documents.template("default"));
    let first = || documents.templates().find(|template| template.kind == TemplateKind::Template);
    if let Some(main) = named.or_else(first) {
        return Some(Entry::Template(main));
    }
    let templates = documents.templates().map(Entry::Template);
    let mut all = templates.chain(documents.modules().map(Entry::Module));
    all.next().filter(|_| all.next().is_none())
}

/// Expands and lints every entry of a file.
struct Checker<'a> {
    surroundings: Surroundings<'a>,
    sources: &'a Sources,
    settings: &'a Settings,
    /// Whether the rules are asked: who only wants to know what there is need not wait for them.
    judges: bool,
    /// What an engine holds of the project.
    live: Option<&'a Live>,
    trees: Trees,
}

/// What the entries of a file come down to, together.
#[derive(Debug, Default)]
struct Everything {
    /// Ids of all containers.
    containers: BTreeSet<String>,
    /// The values and secrets that are read.
    uses: Vec<Use>,
    /// What each entry comes down to.
    programs: Vec<Program>,
    /// Names of the modules that were reached.
    modules: BTreeSet<String>,
    /// Names of the tools that were reached by others.
    tools: BTreeSet<String>,
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
    fn everything(&self, diagnostics: &mut Diagnostics) -> Everything {
        let documents = self.surroundings.documents;
        let main = main_entry(documents);
        let mut everything = Everything::default();
        if let Some(main) = main {
            everything.add(self.entry(main, Ceilings::MAIN, diagnostics));
        }
        let own = |span: Span| documents.home(span.file).repository.is_none();
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
        // What is not set is told once for the whole file, with all its places.
        let whole = Whole { documents, programs: &everything.programs, reached: &reached };
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

    fn lint(&self, program: &Program, uses: &[Use], whole: Option<&Whole<'_>>, diagnostics: &mut Diagnostics) {
        if !self.judges {
            return;
        }
        let Surroundings { loader, directory, known, .. } = self.surroundings;
        lint::check(
            &Scene {
                sources: self.sources,
                loader,
                directory,
                program,
                uses,
                known,
                settings: self.settings,
                trees: &self.trees,
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
