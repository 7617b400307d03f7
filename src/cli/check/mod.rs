//! `pt check`: every fault that can be found without running anything.

mod files;
mod fixes;
mod live;
mod work;
mod write;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::arguments::{Global, Levels};
use super::failure::Failure;
use super::findings::settings;
use super::terminal::Terminal;
use crate::diagnostic::Level;
use crate::report::Format;

/// Arguments of `pt check`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pt check                                this project
  pt check services/ other/polytope.yml   every polytope.yml below a directory, and one file
  pt check --output sarif > pt.sarif      for code scanning
  pt check --fix                          mends what can be mended without a question
  pt check --unsafe-fixes --diff          shows what else could be mended
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
    /// Ask the engine too: what its volumes were made with, who holds ports, which images there are
    #[arg(long)]
    live: bool,
    #[command(flatten)]
    fixes: fixes::FixFlags,
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
    let files = files::files(&arguments.paths, global)?;
    let level = match arguments.fail_on {
        FailOn::Error => Level::Error,
        FailOn::Warning => Level::Warning,
        FailOn::Info => Level::Info,
    };
    let work = work::Work { global, settings: &settings, live: arguments.live };
    let mut checked = work.check_all(&files)?;
    let changes = match arguments.fixes.mode() {
        Some(mode) => fixes::fix_all(&files, &mut checked, &work, mode, terminal)?,
        None => 0,
    };
    if arguments.fixes.is_diff() {
        let failed = changes > 0 || checked.iter().flatten().any(|it| it.has(level));
        return Ok(u8::from(failed));
    }
    let collected = work::collect(checked);
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
