//! Looking at many files on all cores.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::super::arguments::Global;
use super::super::failure::{Class, Failure};
use super::super::project::Located;
use super::super::settings::{Configurations, Configured};
use super::changed::{Changed, LookedAt, Recording};
use super::files::Target;
use super::live;
use crate::compiler::{self, Compilation};
use crate::config;
use crate::diagnostic::{Diagnostic, Diagnostics, INTERNAL_ERROR, Level, Rule, Suppressed, isolated};
use crate::ide::Given;
use crate::lint::Live;
use crate::source::{DiskLoader, LoadError, Loader, SourceFile, Sources, Span};
use crate::syntax::UNRENDERED_TEMPLATE;

/// What came of one file.
pub struct Checked {
    /// All files that were read, unless nothing was found in them.
    pub sources: Sources,
    /// What was found.
    pub diagnostics: Vec<Diagnostic>,
    /// Number of infos that were found and that nobody will look at.
    pub hidden: usize,
    /// What is to be left alone.
    pub suppressed: Vec<Suppressed>,
    /// The settings that it was judged by.
    pub configured: Arc<Configured>,
    /// The file itself, without links.
    real: PathBuf,
    /// The files that it includes, directly or through others, without links.
    includes: Vec<PathBuf>,
    /// Whether anything that was looked at for it is among what changed.
    is_concerned: bool,
}

impl Checked {
    /// A file of which nothing is known but that it could not be checked.
    fn of_finding(target: &Target, rule: &'static Rule, message: String, configured: Arc<Configured>) -> Self {
        let mut sources = Sources::default();
        let file = sources.add(SourceFile::new(&target.path, ""));
        let mut found = Diagnostics::new(configured.settings.levels.clone());
        found
            .report(rule, Span::start_of(file), message)
            .help("report it, with this message; other files were checked");
        Self {
            sources,
            diagnostics: found.finish(),
            hidden: 0,
            suppressed: Vec::new(),
            configured,
            real: DiskLoader.follow(&target.path),
            includes: Vec::new(),
            is_concerned: true,
        }
    }
}

/// How files are looked at.
pub struct Work<'a> {
    /// The flags of every command.
    pub global: &'a Global,
    /// Settings of all projects.
    pub configurations: &'a Configurations<'a>,
    /// Where files come from.
    pub loader: &'a dyn Loader,
    /// Only what differs counts.
    pub changed: Option<&'a Changed>,
    /// Whether the engine is asked too.
    pub live: bool,
    /// Whether nobody wants to see infos: they are counted only, or a thousand files would hold some ten thousand of them.
    pub hides_infos: bool,
}

impl Work<'_> {
    /// Checks files on all cores; the result is in the order of `files`, whichever core was faster, and `None` for a file whose
    /// findings come with another one, or that did not change.
    pub fn check_all(&self, files: &[Target]) -> Result<Vec<Option<Checked>>, Failure> {
        let next = AtomicUsize::new(0);
        let results: Mutex<Vec<Option<Result<Checked, Failure>>>> =
            Mutex::new((0..files.len()).map(|_| None).collect());
        let work = || {
            while let Some((index, target)) =
                Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|i| Some((i, files.get(i)?)))
            {
                let result = self.check_one(target);
                if let Ok(mut results) = results.lock() {
                    results[index] = Some(result);
                }
            }
        };
        let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(files.len());
        std::thread::scope(|scope| {
            for _ in 1..workers {
                // Where there is no room for another thread, there are fewer.
                if std::thread::Builder::new().spawn_scoped(scope, work).is_err() {
                    break;
                }
            }
            work();
        });
        let mut checked = Vec::new();
        for result in results.into_inner().unwrap_or_default() {
            let Some(result) = result else { return Err(Failure::new(Class::No, "a check did not finish")) };
            checked.push(result?);
        }
        let mut checked: Vec<Option<Checked>> = checked.into_iter().map(Some).collect();
        for it in &mut checked {
            it.take_if(|it| !it.is_concerned);
        }
        let there: Vec<&Checked> = checked.iter().flatten().collect();
        let mut told = told_by_themselves(&there).into_iter();
        for it in checked.iter_mut().filter(|it| it.is_some()) {
            it.take_if(|_| !told.next().unwrap_or(true));
        }
        Ok(checked)
    }

    /// Checks a file; a fault of ours is a finding in it, and the others are checked all the same.
    fn check_one(&self, target: &Target) -> Result<Checked, Failure> {
        isolated(|| self.check_openly(target)).unwrap_or_else(|error| {
            let configured = self.configurations.of(&Located::at(target.entry().to_path_buf(), self.global)?)?;
            Ok(Checked::of_finding(target, &INTERNAL_ERROR, error.to_string(), configured))
        })
    }

    fn check_openly(&self, target: &Target) -> Result<Checked, Failure> {
        let project = TargetProject::of(target, self)?;
        let compile = |loader: &dyn Loader| project.compile(loader).or_else(|error| project.unreadable(target, error));
        let Some(changed) = self.changed else {
            return Ok(self.finish(target, compile(self.loader)?, project.configured));
        };
        let recording = Recording::new(self.loader);
        let compilation = compile(&recording)?;
        let is_concerned = project.is_concerned(recording.seen(), &target.path, changed);
        let checked = self.finish(target, compilation, project.configured);
        Ok(Checked { is_concerned, ..checked })
    }

    /// What of a compilation is told of a file.
    pub fn finish(&self, target: &Target, compilation: Compilation, configured: Arc<Configured>) -> Checked {
        let (path, loader) = (&target.path, self.loader);
        let mut diagnostics = compilation.diagnostics;
        let mut suppressed = compilation.suppressed;
        let real = loader.follow(path);
        let mut includes = Vec::new();
        if target.root.is_some() {
            let own = |it: &Diagnostic| loader.follow(compilation.sources.path(it.primary.span)) == real;
            diagnostics.retain(own);
            suppressed.retain(|it| own(&it.diagnostic));
        } else {
            if target.found && is_template(path) {
                note_template(&mut diagnostics);
            }
            let files = compilation.documents.files().iter().skip(1);
            includes = files.map(|document| loader.follow(&compilation.sources.file(document.file).path)).collect();
        }
        let found = diagnostics.len();
        let settings = &configured.effective;
        if self.hides_infos && settings.fail_on.value > Level::Info && settings.baseline.is_none() {
            diagnostics.retain(|finding| finding.level > Level::Info);
            diagnostics.shrink_to_fit();
        }
        let hidden = found - diagnostics.len();
        // The sources of a clean file are needed only to tell which of its old findings are gone.
        let quiet = diagnostics.is_empty() && suppressed.is_empty() && settings.baseline.is_none();
        let sources = if quiet { Sources::default() } else { compilation.sources };
        Checked { sources, diagnostics, hidden, suppressed, configured, real, includes, is_concerned: true }
    }
}

/// The project of a file, and what is known around it.
pub struct TargetProject<'a> {
    /// Where it is.
    pub located: Located,
    known: Given,
    live: Option<Live>,
    entry: &'a Path,
    configured: Arc<Configured>,
}

impl<'a> TargetProject<'a> {
    /// Looks at the store, and at the engine where that is asked for.
    pub fn of(target: &'a Target, work: &Work<'_>) -> Result<Self, Failure> {
        let entry = target.entry();
        let located = Located::at(entry.to_path_buf(), work.global)?;
        let configured = work.configurations.of(&located)?;
        let known = located.known()?;
        let mut project = Self { located, known, live: None, entry, configured };
        if work.live {
            let compilation = project.compile(work.loader).map_err(|error| Failure::load(entry, error))?;
            project.live = Some(live::look(&project.located, &project.known, &compilation, work.global)?);
        }
        Ok(project)
    }

    /// Whether a change concerns what was looked at for it: its files, those that are gone, and what its settings name.
    fn is_concerned(&self, mut looked_at: LookedAt, path: &Path, changed: &Changed) -> bool {
        let Configured { effective, sources, .. } = &*self.configured;
        looked_at.add(path);
        looked_at.add(self.entry);
        for file in sources.iter().map(|(_, file)| file.path.as_path()) {
            looked_at.add(file);
        }
        for file in effective.baseline.iter().map(|baseline| baseline.value.as_path()) {
            looked_at.add(file);
        }
        changed.holds_above(&self.located.root, config::FILE_NAME) || looked_at.is_in(changed)
    }

    /// A file that cannot be read is one finding, and no reason not to look at others; one that was named and is not there is a
    /// mistake of who called.
    fn unreadable(&self, target: &Target, error: LoadError) -> Result<Compilation, Failure> {
        if matches!(error, LoadError::NotFound) && !target.found {
            return Err(Failure::load(self.entry, error));
        }
        let settings = &self.configured.settings;
        compiler::unreadable(self.entry, &error, &self.known, settings)
            .map_err(|error| Failure::load(self.entry, error))
    }

    /// Checks it as a loader shows it.
    pub fn compile(&self, loader: &dyn Loader) -> Result<Compilation, LoadError> {
        compiler::check_with(loader, self.entry, &self.known, &self.configured.settings, self.live.as_ref())
    }
}

/// Which files are told of by themselves: the findings of one that another includes come with that one.
fn told_by_themselves(checked: &[&Checked]) -> Vec<bool> {
    let included: BTreeSet<&Path> = checked.iter().flat_map(|it| &it.includes).map(PathBuf::as_path).collect();
    let mut told: Vec<bool> = checked.iter().map(|it| !included.contains(it.real.as_path())).collect();
    let all = |it: &Checked| -> Vec<PathBuf> { it.includes.iter().chain([&it.real]).cloned().collect() };
    let roots = checked.iter().copied().zip(&told).filter(|(_, told)| **told);
    let mut covered: BTreeSet<PathBuf> = roots.flat_map(|(it, _)| all(it)).collect();
    // What is left includes itself in a round: the first one tells of the others.
    for (index, it) in checked.iter().copied().enumerate() {
        if !covered.contains(&it.real) {
            told[index] = true;
            covered.extend(all(it));
        }
    }
    told
}

/// Whether a file lies where templates lie.
fn is_template(path: &Path) -> bool {
    let mut parents = path.parent().into_iter().flat_map(Path::components);
    parents.any(|part| matches!(part.as_os_str().to_str(), Some("template" | "templates")))
}

/// That a file which was met among templates is one is worth a note, unless someone asked for more.
fn note_template(diagnostics: &mut [Diagnostic]) {
    for finding in diagnostics.iter_mut().filter(|finding| *finding.rule == UNRENDERED_TEMPLATE) {
        if finding.level == UNRENDERED_TEMPLATE.level {
            finding.level = Level::Info;
        }
    }
}
