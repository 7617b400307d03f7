//! `pt check`: every fault that can be found without running anything.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use clap::{Args, ValueEnum};

use super::arguments::{Global, Levels};
use super::failure::{Class, Failure};
use super::findings::{Collected, overrides};
use super::project::Located;
use super::terminal::Terminal;
use crate::compiler;
use crate::diagnostic::{Diagnostic, Level, LevelOverrides};
use crate::include::FILE_NAMES;
use crate::report::Format;
use crate::source::{DiskLoader, LoadError, Sources};

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
    let overrides = overrides(&arguments.levels)?;
    let files = files(arguments, global)?;
    let collected = check_all(&files, global, &overrides)?;
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

/// The files to check, in the order in which they were named, those of a directory by name.
fn files(arguments: &Check, global: &Global) -> Result<Vec<PathBuf>, Failure> {
    if arguments.paths.is_empty() {
        return Ok(vec![Located::find(global)?.file]);
    }
    let mut files = Vec::new();
    for path in &arguments.paths {
        let path = super::project::based(global, path);
        if !path.is_dir() {
            files.push(path);
            continue;
        }
        let before = files.len();
        files.extend(below(&path));
        if files.len() == before {
            return Err(Failure::usage(format!("there is no polytope.yml below {}", path.display()))
                .help("name a file, or let `pt init` write one"));
        }
    }
    Ok(files)
}

/// Every blueprint below a directory; what git ignores is left out.
fn below(directory: &Path) -> Vec<PathBuf> {
    let mut walk = ignore::WalkBuilder::new(directory);
    walk.hidden(false).sort_by_file_name(std::cmp::Ord::cmp).filter_entry(|entry| entry.file_name() != ".git");
    let is_blueprint =
        |path: &Path| path.file_name().and_then(|name| name.to_str()).is_some_and(|name| FILE_NAMES.contains(&name));
    walk.build().flatten().map(ignore::DirEntry::into_path).filter(|path| is_blueprint(path)).collect()
}

type Checked = Result<(Sources, Vec<Diagnostic>), LoadError>;

/// Checks files on all cores; the result is in the order of `files`, whichever core was faster.
fn check_all(files: &[PathBuf], global: &Global, overrides: &LevelOverrides) -> Result<Collected, Failure> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<Option<Result<Checked, Failure>>>> = Mutex::new((0..files.len()).map(|_| None).collect());
    let work = || {
        while let Some((index, path)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|i| Some((i, files.get(i)?)))
        {
            let result = check_one(path, global, overrides);
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
    let mut collected = Collected::default();
    for (path, result) in files.iter().zip(results.into_inner().unwrap_or_default()) {
        let Some(result) = result else { return Err(Failure::new(Class::No, "a check did not finish")) };
        let (sources, diagnostics) = result?.map_err(|error| Failure::load(path, error))?;
        collected.add(sources, diagnostics);
    }
    Ok(collected)
}

fn check_one(path: &Path, global: &Global, overrides: &LevelOverrides) -> Result<Checked, Failure> {
    let located = Located::at(path.to_path_buf(), global)?;
    let project = located.known()?;
    let checked = compiler::check(&DiskLoader, path, &project, overrides);
    Ok(checked.map(|compilation| {
        // The sources of a clean file are not needed any more.
        let diagnostics = compilation.diagnostics;
        let sources = if diagnostics.is_empty() { Sources::default() } else { compilation.sources };
        (sources, diagnostics)
    }))
}
