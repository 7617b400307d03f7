//! Looking at many files on all cores.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::super::arguments::Global;
use super::super::failure::{Class, Failure};
use super::super::findings::Collected;
use super::super::project::Located;
use super::files::Target;
use crate::compiler;
use crate::diagnostic::{Diagnostic, Level, Suppressed};
use crate::lint::Settings;
use crate::source::{DiskLoader, Loader, Sources};
use crate::syntax::UNRENDERED_TEMPLATE;

/// What came of one file.
struct Checked {
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
    suppressed: Vec<Suppressed>,
    /// The file itself, without links.
    real: PathBuf,
    /// The files that it includes, directly or through others, without links.
    includes: Vec<PathBuf>,
}

/// Checks files on all cores; the result is in the order of `files`, whichever core was faster.
pub fn check_all(files: &[Target], global: &Global, settings: &Settings) -> Result<Collected, Failure> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<Option<Result<Checked, Failure>>>> = Mutex::new((0..files.len()).map(|_| None).collect());
    let work = || {
        while let Some((index, target)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|i| Some((i, files.get(i)?)))
        {
            let result = check_one(target, global, settings);
            if let Ok(mut results) = results.lock() {
                results[index] = Some(result);
            }
        }
    };
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(files.len());
    std::thread::scope(|scope| {
        for _ in 1..workers {
            scope.spawn(work);
        }
        work();
    });
    let mut checked = Vec::new();
    for result in results.into_inner().unwrap_or_default() {
        let Some(result) = result else { return Err(Failure::new(Class::No, "a check did not finish")) };
        checked.push(result?);
    }
    let mut collected = Collected::default();
    let told = told_by_themselves(&checked);
    for (Checked { sources, diagnostics, suppressed, .. }, told) in checked.into_iter().zip(told) {
        if told {
            collected.add(sources, diagnostics, suppressed);
        }
    }
    Ok(collected)
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

fn check_one(target: &Target, global: &Global, settings: &Settings) -> Result<Checked, Failure> {
    let path = &target.path;
    let entry = target.root.as_ref().unwrap_or(path);
    let located = Located::at(entry.clone(), global)?;
    let project = located.known()?;
    let compilation = compiler::check(&DiskLoader, entry, &project, settings);
    let compilation = compilation.map_err(|error| Failure::load(entry, error))?;
    let mut diagnostics = compilation.diagnostics;
    let mut suppressed = compilation.suppressed;
    if target.root.is_some() {
        let real = DiskLoader.follow(path);
        let own = |it: &Diagnostic| DiskLoader.follow(compilation.sources.path(it.primary.span)) == real;
        diagnostics.retain(own);
        suppressed.retain(|it| own(&it.diagnostic));
        return Ok(Checked { sources: compilation.sources, diagnostics, suppressed, real, includes: Vec::new() });
    }
    if target.found && is_template(path) {
        note_template(&mut diagnostics);
    }
    let files = compilation.documents.files().iter().skip(1);
    let includes = files.map(|document| DiskLoader.follow(&compilation.sources.file(document.file).path)).collect();
    // The sources of a clean file are not needed any more.
    let sources =
        if diagnostics.is_empty() && suppressed.is_empty() { Sources::default() } else { compilation.sources };
    Ok(Checked { sources, diagnostics, suppressed, real: DiskLoader.follow(path), includes })
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
