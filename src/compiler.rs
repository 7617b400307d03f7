//! The whole front half on one screen: text in, programs and findings out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::blueprint::Catalogue;
use crate::diagnostic::{Diagnostic, Diagnostics, Level, LevelOverrides};
use crate::expand::{Entry, Expander, Expansion, Program, Surroundings};
use crate::expr::{Known, Use};
use crate::lint::{self, Scene};
use crate::model::{Document, Module, Template};
use crate::source::{LoadError, Loader, SourceFile, Sources};
use crate::syntax;

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
}

/// What came of compiling one file.
#[derive(Debug)]
pub struct Compilation {
    /// All files that were read.
    pub sources: Sources,
    /// The file itself, as far as it could be read.
    pub document: Document,
    /// What the jobs come down to, together; empty for [`check`].
    pub program: Program,
    /// Ids of the containers that belong directly to a job that is a module: they are run anew each time.
    pub asked_for: BTreeSet<String>,
    /// Ids of all containers that any entry of the file can come down to.
    pub containers: BTreeSet<String>,
    /// The values and secrets that the jobs read.
    pub uses: Vec<Use>,
    /// Findings, sorted.
    pub diagnostics: Vec<Diagnostic>,
}

impl Compilation {
    /// Whether an error keeps it from being planned.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|finding| finding.level == Level::Error)
    }
}

/// No job of that name, and what to type instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no template or module `{name}`")]
pub struct UnknownJob {
    /// What was asked for.
    pub name: String,
    /// The nearest name, or all of them.
    pub help: String,
}

/// A file that was read, before its meaning is looked into.
struct Front {
    directory: PathBuf,
    sources: Sources,
    document: Document,
    catalogue: Catalogue,
    diagnostics: Diagnostics,
}

fn front(loader: &dyn Loader, path: &Path, overrides: &LevelOverrides) -> Result<Front, LoadError> {
    let text = loader.read(path)?;
    let mut diagnostics = Diagnostics::new(overrides.clone());
    let mut sources = Sources::default();
    let file = sources.add(SourceFile::new(path, text));
    let tree = syntax::parse(file, &sources.file(file).text.clone(), &mut diagnostics);
    let document = Document::read(file, &tree, &mut diagnostics);
    let directory = path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
    let catalogue = Catalogue::read(loader, &directory, &mut sources, &mut diagnostics);
    Ok(Front { directory, sources, document, catalogue, diagnostics })
}

/// Looks at everything in a file: every template, and what no template reaches with warnings only.
pub fn check(
    loader: &dyn Loader,
    path: &Path,
    known: &dyn Known,
    overrides: &LevelOverrides,
) -> Result<Compilation, LoadError> {
    let Front { directory, sources, document, catalogue, mut diagnostics } = front(loader, path, overrides)?;
    let surroundings = Surroundings { document: &document, catalogue: &catalogue, known };
    let checker = Checker { surroundings, sources: &sources, loader, directory: &directory };
    let Everything { containers, uses } = checker.everything(&mut diagnostics);
    let diagnostics = diagnostics.finish();
    Ok(Compilation {
        sources,
        document,
        program: Program::default(),
        asked_for: BTreeSet::new(),
        containers,
        uses,
        diagnostics,
    })
}

/// Compiles jobs into one program. Findings are those of the jobs alone: what they do not reach is `pt check`'s concern.
pub fn compile(
    loader: &dyn Loader,
    path: &Path,
    jobs: &[JobCall],
    known: &dyn Known,
    overrides: &LevelOverrides,
) -> Result<Result<Compilation, UnknownJob>, LoadError> {
    let Front { directory, mut sources, document, catalogue, mut diagnostics } = front(loader, path, overrides)?;
    let surroundings = Surroundings { document: &document, catalogue: &catalogue, known };
    let mut expander = Expander::new(surroundings);
    let mut asked_for = BTreeSet::new();
    for job in jobs {
        let entry = match find(&document, &job.name) {
            Ok(entry) => entry,
            Err(unknown) => return Ok(Err(unknown)),
        };
        let args = arguments(job, &mut sources, &mut expander, &mut diagnostics);
        let made = expander.entry(entry, Some(args), &mut diagnostics);
        if matches!(entry, Entry::Module(_)) {
            asked_for.extend(made);
        }
    }
    let Expansion { program, uses, .. } = expander.finish();
    let checker = Checker { surroundings, sources: &sources, loader, directory: &directory };
    checker.lint(&program, &uses, &mut diagnostics);
    let all = checker.everything(&mut Diagnostics::default()).containers;
    let diagnostics = diagnostics.finish();
    Ok(Ok(Compilation { sources, document, program, asked_for, containers: all, uses, diagnostics }))
}

/// The arguments of a job, read as the file itself is.
fn arguments(
    job: &JobCall,
    sources: &mut Sources,
    expander: &mut Expander<'_>,
    diagnostics: &mut Diagnostics,
) -> crate::value::Value {
    let text = if job.args.is_empty() { "{}" } else { &job.args };
    let file = sources.add(SourceFile::new("<arguments>", text));
    let tree = syntax::parse(file, text, diagnostics);
    // What is missing may stand in what could not be read.
    if !tree.complete {
        return crate::value::Value::unknown(tree.root.span);
    }
    expander.arguments(&tree.root, diagnostics)
}

/// The template or module of a name; without a name the main template: `stack`, else `default`, else the first.
fn find<'a>(document: &'a Document, name: &str) -> Result<Entry<'a>, UnknownJob> {
    if name.is_empty() {
        if let Some(main) = main_template(document) {
            return Ok(Entry::Template(main));
        }
        if let [only] = document.modules.as_slice() {
            return Ok(Entry::Module(only));
        }
    }
    // Modules win, as they do in steps.
    if let Some(module) = document.module(name) {
        return Ok(Entry::Module(module));
    }
    if let Some(template) = document.template(name) {
        return Ok(Entry::Template(template));
    }
    let names = || {
        let templates = document.templates.iter().map(|template| template.id.value.as_str());
        templates.chain(document.modules.iter().map(|module| module.id.value.as_str()))
    };
    let help = match crate::diagnostic::did_you_mean(name, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("this file has {}", crate::diagnostic::one_of(names())),
    };
    Err(UnknownJob { name: name.to_owned(), help })
}

fn main_template(document: &Document) -> Option<&Template> {
    document.template("stack").or_else(|| document.template("default")).or_else(|| document.templates.first())
}

/// Expands and lints every entry of a file.
struct Checker<'a> {
    surroundings: Surroundings<'a>,
    sources: &'a Sources,
    loader: &'a dyn Loader,
    directory: &'a Path,
}

/// What the entries of a file come down to, together.
#[derive(Debug, Default)]
struct Everything {
    /// Ids of all containers.
    containers: BTreeSet<String>,
    /// The values and secrets that are read.
    uses: Vec<Use>,
}

impl Everything {
    fn add(&mut self, expansion: Expansion) {
        self.containers.extend(expansion.program.containers.into_keys());
        self.uses.extend(expansion.uses);
    }
}

impl Checker<'_> {
    fn everything(&self, diagnostics: &mut Diagnostics) -> Everything {
        let document = self.surroundings.document;
        let mut reached = BTreeSet::new();
        let mut everything = Everything::default();
        for template in &document.templates {
            let mut expansion = self.entry(Entry::Template(template), diagnostics);
            reached.append(&mut expansion.reached);
            everything.add(expansion);
        }
        let ceiling = if document.templates.is_empty() { Level::Error } else { Level::Warning };
        let rest: Vec<&Module> = document.modules.iter().filter(|module| !reached.contains(&module.id.value)).collect();
        for module in rest {
            let expansion = diagnostics.at_most(ceiling, |diagnostics| self.entry(Entry::Module(module), diagnostics));
            everything.add(expansion);
        }
        // What is not set is told once for the whole file, with all its places.
        self.lint(&Program::default(), &everything.uses, diagnostics);
        everything
    }

    fn entry(&self, entry: Entry<'_>, diagnostics: &mut Diagnostics) -> Expansion {
        let mut expander = Expander::new(self.surroundings);
        expander.entry(entry, None, diagnostics);
        let expansion = expander.finish();
        self.lint(&expansion.program, &[], diagnostics);
        expansion
    }

    fn lint(&self, program: &Program, uses: &[Use], diagnostics: &mut Diagnostics) {
        let Self { sources, loader, directory, .. } = *self;
        let known = self.surroundings.known;
        lint::check(&Scene { sources, loader, directory, program, uses, known }, diagnostics);
    }
}
