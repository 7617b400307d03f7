//! The whole front half on one screen: text in, programs and findings out.

mod needs;
mod checker;
mod job;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::blueprint::Catalogue;
use crate::diagnostic::{Diagnostic, Diagnostics, Level, Suppressed, quiet, renew_suggestions};
use crate::expand::{Expander, Expansion, Outputs, Program, Surroundings};
use crate::expr::{Known, Programs, Use};
use crate::include::{self, Documents};
use crate::lint::{Judged, Live, Settings};
use crate::rules;
use crate::source::{FileId, LoadError, Loader, MemoryLoader, Sources, Span};
use crate::suppression::{self, Judging};
use crate::syntax::YAML_SYNTAX;

pub use job::{JobCall, UnknownJob};

use checker::{Checker, Everything};
use job::{arguments, find, given};

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
    /// What containers wait for or talk to, by id, in any entry of the file; empty for [`check`].
    pub needs: BTreeMap<String, BTreeSet<String>>,
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

/// A project's files, before their meaning is looked into.
struct Front {
    directory: PathBuf,
    sources: Sources,
    documents: Documents,
    catalogue: Catalogue,
    diagnostics: Diagnostics,
}

fn front(loader: &dyn Loader, path: &Path, settings: &Settings) -> Result<Front, LoadError> {
    renew_suggestions();
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

/// What checking a file gives that cannot be read: one finding, on the line that is at fault where there is one.
pub fn unreadable(
    path: &Path,
    error: &LoadError,
    known: &dyn Known,
    settings: &Settings,
) -> Result<Compilation, LoadError> {
    let line = match error {
        LoadError::NotUtf8 { line, .. } => *line,
        _ => 1,
    };
    // Nothing of the file is shown, but its lines are counted.
    let blank = "\n".repeat(line);
    let mut compilation = check(&MemoryLoader::new([(path, blank)]), path, known, settings)?;
    let at = compilation.sources.iter().next().map_or(Span::start_of(FileId(0)), |(id, file)| {
        let start = file.line_start(line);
        Span::new(id, start, start)
    });
    let mut found = Diagnostics::new(settings.levels.clone());
    let finding = found.report(&YAML_SYNTAX, at, format!("this file cannot be read: {error}"));
    finding.help(error.help().unwrap_or("make it readable, or remove it"));
    compilation.diagnostics = found.finish();
    compilation.suppressed.clear();
    Ok(compilation)
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
    let programs = Programs::within(documents.budget());
    let surroundings = Surroundings {
        documents: &documents,
        catalogue: &catalogue,
        known,
        loader,
        directory: &directory,
        outputs: &outputs,
        programs: &programs,
    };
    let checker = Checker { surroundings, sources: &sources, settings, judges: true, live };
    let Everything { containers, uses, programs: expanded, .. } = checker.everything(&mut diagnostics);
    programs.budget().report(&mut diagnostics);
    for judge in &settings.judges {
        let judged = Judged { sources: &sources, documents: &documents, programs: &expanded };
        judge.judge(&judged, &mut diagnostics);
    }
    let rules = rules::with_judges(settings);
    let judging = Judging { sources: &sources, documents: &documents, settings, rules: &rules, loader, whole: true };
    let (mut diagnostics, mut suppressed) = suppression::apply(diagnostics.finish(), &judging);
    quiet(diagnostics.iter_mut().chain(suppressed.iter_mut().map(|it| &mut it.diagnostic)), &sources);
    Ok(Compilation {
        sources,
        documents,
        program: Program::default(),
        programs: expanded,
        asked_for: BTreeSet::new(),
        containers,
        needs: BTreeMap::new(),
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
    let programs = Programs::within(documents.budget());
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
    let Expansion { mut program, uses, readers, .. } = expander.finish();
    program.tie_made_images();
    programs.budget().report(&mut diagnostics);
    let mut checker = Checker { surroundings, sources: &sources, settings, judges: true, live: None };
    checker.lint(&program, &uses, None, &mut diagnostics);
    for judge in &settings.judges {
        let judged = Judged { sources: &sources, documents: &documents, programs: std::slice::from_ref(&program) };
        judge.judge(&judged, &mut diagnostics);
    }
    checker.judges = false;
    let Everything { containers: all, programs: entries, .. } = checker.everything(&mut Diagnostics::default());
    let needs = needs::needs(&entries);
    let rules = rules::with_judges(settings);
    let judging = Judging { sources: &sources, documents: &documents, settings, rules: &rules, loader, whole: false };
    let (mut diagnostics, mut suppressed) = suppression::apply(diagnostics.finish(), &judging);
    quiet(diagnostics.iter_mut().chain(suppressed.iter_mut().map(|it| &mut it.diagnostic)), &sources);
    Ok(Ok(Compilation {
        sources,
        documents,
        program,
        programs: Vec::new(),
        asked_for,
        containers: all,
        needs,
        uses,
        readers,
        catalogue,
        diagnostics,
        suppressed,
    }))
}
