//! `pt check`: every fault that can be found without running anything.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use clap::{Args, ValueEnum};

use super::arguments::{Global, Levels};
use super::failure::{Class, Failure};
use super::findings::{Collected, settings};
use super::project::{Located, project_of};
use super::terminal::Terminal;
use crate::compiler;
use crate::diagnostic::{Diagnostic, Level, Suppressed};
use crate::include::{FILE_NAMES, INCLUDE_FOLDER};
use crate::lint::Settings;
use crate::report::Format;
use crate::source::{DiskLoader, Loader, Sources};
use crate::syntax::UNRENDERED_TEMPLATE;

/// Arguments of `pt check`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pt check                                this project
  pt check services/ other/polytope.yml   every polytope.yml below a directory, and one file
  pt check --output sarif > pt.sarif      for code scanning
  pt check --deny mutable-image --allow pg-trust-auth")]
pub struct Check {
    /// Files, or directories to search for polytope.yml [default: this project's]
    paths: Vec<PathBuf>,
    /// Form of the result
    #[arg(short, long, value_name = "FORM", default_value = "human", visible_alias = "format")]
    output: Output,
    /// Write the result to a file
    #[arg(long, value_name = "FILE")]
    output_file: Option<PathBuf>,
    /// Lowest level that makes the exit code 1
    #[arg(long, value_name = "LEVEL", default_value = "error")]
    fail_on: FailOn,
    /// Show at most this many findings; 0 shows all
    #[arg(long, value_name = "N")]
    max_findings: Option<usize>,
    #[command(flatten)]
    levels: Levels,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Output {
    /// With excerpts, for people
    Human,
    /// A line per finding
    Concise,
    /// One JSON document
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Info,
}

/// Checks all files and draws what was found.
pub fn run(arguments: &Check, global: &Global, terminal: &Terminal) -> Result<u8, Failure> {
    let settings = settings(&arguments.levels)?;
    let files = files(arguments, global)?;
    let collected = check_all(&files, global, &settings)?;
    let level = match arguments.fail_on {
        FailOn::Error => Level::Error,
        FailOn::Warning => Level::Warning,
        FailOn::Info => Level::Info,
    };
    let failed = collected.has(level);
    let format = match arguments.output {
        Output::Human => Format::Human,
        Output::Concise => Format::Concise,
        Output::Json => Format::Json,
        Output::Sarif => Format::Sarif,
        Output::Github => Format::Github,
    };
    let mut out: Box<dyn Write> = match &arguments.output_file {
        None => Box::new(Terminal::out()),
        Some(path) => Box::new(BufWriter::new(
            File::create(path)
                .map_err(|error| Failure::usage(format!("{} cannot be written", path.display())).because(error))?,
        )),
    };
    collected.render(format, &mut out, arguments.max_findings, terminal)?;
    out.flush()?;
    Ok(u8::from(failed))
}

/// A file to check.
struct Target {
    path: PathBuf,
    /// Whether it was found in a directory rather than named.
    found: bool,
    /// The file that includes it, where that one is not looked at itself.
    root: Option<PathBuf>,
}

/// The files to check, in the order in which they were named, those of a directory by name.
fn files(arguments: &Check, global: &Global) -> Result<Vec<Target>, Failure> {
    if arguments.paths.is_empty() {
        return Ok(vec![Target { path: Located::find(global)?.file, found: false, root: None }]);
    }
    let mut files = Vec::new();
    for path in &arguments.paths {
        let path = super::project::based(global, path);
        if !path.is_dir() {
            let root = project_of(&path);
            files.push(Target { path, found: false, root });
            continue;
        }
        let before = files.len();
        // What a project above includes can only be judged with it; mostly there is none.
        let above = Located::around(&path);
        files.extend(below(&path).into_iter().map(|path| Target {
            root: if above { project_of(&path) } else { None },
            path,
            found: true,
        }));
        if files.len() == before {
            return Err(Failure::usage(format!("there is no polytope.yml below {}", path.display()))
                .help("name a file, or let `pt init` write one"));
        }
    }
    Ok(files)
}

/// Every blueprint below a directory; what git ignores and what was fetched is left out.
fn below(directory: &Path) -> Vec<PathBuf> {
    let mut walk = ignore::WalkBuilder::new(directory);
    walk.hidden(false)
        .sort_by_file_name(std::cmp::Ord::cmp)
        .filter_entry(|entry| entry.file_name() != ".git" && !entry.path().ends_with(INCLUDE_FOLDER));
    let is_blueprint =
        |path: &Path| path.file_name().and_then(|name| name.to_str()).is_some_and(|name| FILE_NAMES.contains(&name));
    walk.build().flatten().map(ignore::DirEntry::into_path).filter(|path| is_blueprint(path)).collect()
}

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
fn check_all(files: &[Target], global: &Global, settings: &Settings) -> Result<Collected, Failure> {
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
