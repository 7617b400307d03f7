//! Looking at many files on all cores.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::super::arguments::Global;
use super::super::failure::{Class, Failure};
use super::super::project::Located;
use super::super::settings::{Configurations, Configured};
use super::changed::Changed;
use super::files::Target;
use crate::compiler;
use crate::diagnostic::{Diagnostic, Level, Suppressed};
use crate::source::{Loader, Sources};
use crate::syntax::UNRENDERED_TEMPLATE;

/// What every file is checked with.
pub struct Work<'a> {
    /// Flags of every command.
    pub global: &'a Global,
    /// Settings of all projects.
    pub configurations: &'a Configurations,
    /// Where files come from.
    pub loader: &'a dyn Loader,
    /// Only what differs counts.
    pub changed: Option<&'a Changed>,
}

/// What came of one file.
pub struct Checked {
    /// The files that findings point into.
    pub sources: Sources,
    /// What was found.
    pub diagnostics: Vec<Diagnostic>,
    /// What is left alone.
    pub suppressed: Vec<Suppressed>,
    /// The settings that it was judged by.
    pub configured: Arc<Configured>,
    /// The file itself, without links.
    real: PathBuf,
    /// The files that it includes, directly or through others, without links.
    includes: Vec<PathBuf>,
}

/// Checks files on all cores; the result is in the order of `files`, whichever core was faster, and holds those that are told
/// of by themselves.
pub fn check_all(files: &[Target], work: &Work<'_>) -> Result<Vec<Checked>, Failure> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<Option<Result<Checked, Failure>>>> = Mutex::new((0..files.len()).map(|_| None).collect());
    let one_by_one = || {
        while let Some((index, target)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|i| Some((i, files.get(i)?)))
        {
            let result = check_one(target, work);
            if let Ok(mut results) = results.lock() {
                results[index] = Some(result);
            }
        }
    };
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(files.len());
    std::thread::scope(|scope| {
        for _ in 1..workers {
            scope.spawn(one_by_one);
        }
        one_by_one();
    });
    let mut checked = Vec::new();
    for result in results.into_inner().unwrap_or_default() {
        let Some(result) = result else { return Err(Failure::new(Class::No, "a check did not finish")) };
        checked.push(result?);
    }
    if let Some(changed) = work.changed {
        checked.retain(|it| it.concerns(changed));
    }
    let mut told = told_by_themselves(&checked).into_iter();
    checked.retain(|_| told.next().unwrap_or(true));
    Ok(checked)
}

impl Checked {
    /// Whether the file, one that it includes, or its settings are among those that changed.
    fn concerns(&self, changed: &Changed) -> bool {
        let files = self.includes.iter().chain([&self.real]).chain(&self.configured.file);
        files.into_iter().any(|file| changed.holds(file))
    }
}

/// Which files are told of by themselves: the findings of one that another includes come with that one.
fn told_by_themselves(checked: &[Checked]) -> Vec<bool> {
    let included: BTreeSet<&Path> = checked.iter().flat_map(|it| &it.includes).map(PathBuf::as_path).collect();
    let mut told: Vec<bool> = checked.iter().map(|it| !included.contains(it.real.as_path())).collect();
    let all = |it: &Checked| -> Vec<PathBuf> { it.includes.iter().chain([&it.real]).cloned().collect() };
    let roots = checked.iter().zip(&told).filter(|(_, told)| **told);
    let mut covered: BTreeSet<PathBuf> = roots.flat_map(|(it, _)| all(it)).collect();
    // What is left includes itself in a round: the first one tells of the others.
    for (index, it) in checked.iter().enumerate() {
        if !covered.contains(&it.real) {
            told[index] = true;
            covered.extend(all(it));
        }
    }
    told
}

fn check_one(target: &Target, work: &Work<'_>) -> Result<Checked, Failure> {
    let (path, loader) = (&target.path, work.loader);
    let entry = target.root.as_ref().unwrap_or(path);
    let located = Located::at(entry.clone(), work.global)?;
    let configured = work.configurations.of(&located)?;
    let project = located.known()?;
    let compilation = compiler::check(loader, entry, &project, &configured.settings);
    let compilation = compilation.map_err(|error| Failure::load(entry, error))?;
    let mut diagnostics = compilation.diagnostics;
    let mut suppressed = compilation.suppressed;
    if target.root.is_some() {
        let real = loader.follow(path);
        let own = |it: &Diagnostic| loader.follow(compilation.sources.path(it.primary.span)) == real;
        diagnostics.retain(own);
        suppressed.retain(|it| own(&it.diagnostic));
        let includes = Vec::new();
        return Ok(Checked { sources: compilation.sources, diagnostics, suppressed, configured, real, includes });
    }
    if target.found && is_template(path) {
        note_template(&mut diagnostics);
    }
    let files = compilation.documents.files().iter().skip(1);
    let includes = files.map(|document| loader.follow(&compilation.sources.file(document.file).path)).collect();
    // The sources of a clean file are needed only to tell which of its old findings are gone.
    let quiet = diagnostics.is_empty() && suppressed.is_empty() && configured.effective.baseline.is_none();
    let sources = if quiet { Sources::default() } else { compilation.sources };
    Ok(Checked { sources, diagnostics, suppressed, configured, real: loader.follow(path), includes })
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
