//! `pt check`: every fault that can be found without running anything.

mod files;
mod fixes;
mod live;
mod memory;
mod outputs;
mod policies;
mod standard;
mod work;
mod write;

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::arguments::{Global, Levels};
use super::failure::Failure;
use super::findings::settings;
use super::terminal::Terminal;
use crate::diagnostic::Level;
use crate::lint::Judge;
use crate::standard::Census;

/// Arguments of `pt check`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pt check                                this project
  pt check services/ other/polytope.yml   every polytope.yml below a directory, and one file
  pt check --output sarif > pt.sarif      for code scanning
  pt check -o human -o junit=pt.xml       for people here, and in a file for CI
  pt check --policy policies              and against rules of your own, in Rego
  pt check --standard cis-docker          which items of the benchmark are kept
  pt check --fix                          mends what can be mended without a question
  pt check --unsafe-fixes --diff          shows what else could be mended
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
    /// Policies to check against too: directories or files of Rego; see `pt explain policy-input`
    #[arg(long, value_name = "DIR", help_heading = "Rules")]
    policy: Vec<PathBuf>,
    /// Tell which items of a published guide are kept, instead of all findings
    #[arg(long, value_name = "NAME", value_parser = standard::names(), help_heading = "Rules")]
    standard: Option<String>,
    /// Ask the engine too: what its volumes were made with, who holds ports, which images there are
    #[arg(long)]
    live: bool,
    #[command(flatten)]
    fixes: fixes::FixFlags,
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
    let policies = policies::load(&arguments.policy, global)?;
    let rules = policies::rules(policies.as_deref());
    let mut settings = settings(&arguments.levels, &rules)?;
    settings.judges.extend(policies.clone().map(|policies| policies as Arc<dyn Judge>));
    let outputs = outputs::Outputs::new(&arguments.output, arguments.output_file.as_deref())?;
    let guide = standard::guide(arguments.standard.as_deref());
    let census = Arc::new(Census::default());
    settings.judges.extend(guide.map(|_| census.clone() as Arc<dyn Judge>));
    let files = files::files(&arguments.paths, global)?;
    let level = match arguments.fail_on {
        FailOn::Error => Level::Error,
        FailOn::Warning => Level::Warning,
        FailOn::Info => Level::Info,
    };
    let _watch = policies.as_ref().map(|_| memory::MemoryWatch::begin());
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
    let mut collected = work::collect(checked);
    if let Some(policies) = &policies {
        let (sources, faults) = policies.faults();
        collected.also(sources, faults);
    }
    if let Some(guide) = guide {
        return standard::write(guide, &census, &collected, &settings, &outputs, level, terminal);
    }
    let failed = collected.has(level);
    outputs.write(&collected, &rules, arguments.max_findings, terminal)?;
    Ok(u8::from(failed))
}
