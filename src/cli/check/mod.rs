//! `pt check`: every fault that can be found without running anything.

mod files;
mod outputs;
mod work;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::arguments::{Global, Levels};
use super::failure::Failure;
use super::findings::settings;
use super::terminal::Terminal;
use crate::diagnostic::Level;

/// Arguments of `pt check`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pt check                                this project
  pt check services/ other/polytope.yml   every polytope.yml below a directory, and one file
  pt check --output sarif > pt.sarif      for code scanning
  pt check -o human -o junit=pt.xml       for people here, and in a file for CI
  pt check --deny mutable-image --allow pg-trust-auth")]
pub struct Check {
    /// Files, or directories to search for polytope.yml [default: this project's]
    paths: Vec<PathBuf>,
    /// Form of the result, and the file to write it to; may be given several times
    #[arg(short, long, value_name = "FORM[=FILE]", default_value = "human", visible_alias = "format",
        value_parser = outputs::FormParser)]
    output: Vec<outputs::Output>,
    /// Write the one form that has no file of its own to this file
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
enum FailOn {
    Error,
    Warning,
    Info,
}

/// Checks all files and draws what was found.
pub fn run(arguments: &Check, global: &Global, terminal: &Terminal) -> Result<u8, Failure> {
    let settings = settings(&arguments.levels)?;
    let outputs = outputs::Outputs::new(&arguments.output, arguments.output_file.as_deref())?;
    let files = files::files(&arguments.paths, global)?;
    let collected = work::check_all(&files, global, &settings)?;
    let level = match arguments.fail_on {
        FailOn::Error => Level::Error,
        FailOn::Warning => Level::Warning,
        FailOn::Info => Level::Info,
    };
    let failed = collected.has(level);
    outputs.write(&collected, arguments.max_findings, terminal)?;
    Ok(u8::from(failed))
}
