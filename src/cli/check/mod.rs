//! `pt check`: every fault that can be found without running anything.

mod add_ignore;
mod baseline;
mod changed;
mod files;
mod input;
mod old_findings;
mod options;
mod statistics;
mod work;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::arguments::{Global, Levels};
use super::failure::Failure;
use super::findings::Collected;
use super::project::based;
use super::settings::{Configurations, Configured};
use super::terminal::Terminal;
use crate::diagnostic::Level;
use crate::report::Format;
use changed::Changed;
use old_findings::OldFindings;
use work::{Checked, Work};

/// Arguments of `pt check`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pt check                                this project
  pt check services/ other/polytope.yml   every polytope.yml below a directory, and one file
  pt check --output sarif > pt.sarif      for code scanning
  pt check --deny mutable-image --allow pg-trust-auth
  pt check --changed --locked --profile prod --config .ci/pt.toml

Exit codes: 0 nothing at or above `--fail-on`, 1 findings, 2 wrong usage, no file to look at,
a file that cannot be read, or settings that cannot be understood

Settings come from flags, PT_* variables, `--config`, pt.toml and the user's config.toml, in this order;
`pt config --show-origin` shows them. In a file, `# pt: ignore[RULE] reason until 2027-01-31` suppresses.
With `--locked`, pt.toml and the user's config.toml can only be stricter, and a comment cannot suppress what
flags, variables, `--config` or their profile make an error; what tries is told as `locked-setting`.")]
pub struct Check {
    /// Files, or directories to search for polytope.yml; `-` is standard input [default: this project's]
    paths: Vec<PathBuf>,
    /// Form of the result [default: human, and annotations too in GitHub Actions]
    #[arg(short, long, value_name = "FORM", visible_alias = "format")]
    output: Option<Output>,
    /// Write the result to a file
    #[arg(long, value_name = "FILE")]
    output_file: Option<PathBuf>,
    /// Lowest level that makes the exit code 1 [default: error]
    #[arg(long, value_name = "LEVEL")]
    fail_on: Option<FailOn>,
    /// Show at most this many findings; 0 shows all
    #[arg(long, value_name = "N")]
    max_findings: Option<usize>,
    #[command(flatten)]
    levels: Levels,
    #[command(flatten)]
    options: options::Options,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
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
    let options = &arguments.options;
    let fail_on = arguments.fail_on.map(|level| match level {
        FailOn::Error => Level::Error,
        FailOn::Warning => Level::Warning,
        FailOn::Info => Level::Info,
    });
    let configurations = Configurations::new(&arguments.levels, &options.asked(fail_on), global)?;
    if options.show_settings {
        return super::config::print(&configurations, global, true, false, terminal);
    }
    let changed = match &options.changed {
        Some(since) => Some(Changed::since(&based(global, std::path::Path::new("")), since.as_deref())?),
        None => None,
    };
    let input = input::Input::read(&arguments.paths, options.stdin_filename.as_deref(), global)?;
    let files = match &input.path {
        Some(path) => files::files(std::slice::from_ref(path), global)?,
        None if arguments.paths.is_empty() && changed.is_some() => files::files_below_here(global),
        None => files::files(&arguments.paths, global)?,
    };
    let loader = input.loader();
    let work = Work { global, configurations: &configurations, loader: &*loader, changed: changed.as_ref() };
    let mut checked = work::check_all(&files, &work)?;
    if let Some(changed) = changed.as_ref().filter(|_| checked.is_empty()) {
        terminal.note(&format!("no blueprint changed since {}", changed.since));
    }
    if options.add_ignore {
        add_ignore::write(&checked, options.reason.as_deref(), terminal)?;
        checked = work::check_all(&files, &work)?;
    }
    let write_to = options.write_baseline.as_ref().map(|file| based(global, file));
    let mut old = OldFindings::new(write_to);
    old.sift(&mut checked)?;
    old.tell(terminal)?;
    let outcome = Outcome::of(checked);
    draw(arguments, &outcome.collected, terminal)?;
    Ok(outcome.code)
}

/// What all files come to.
struct Outcome {
    collected: Collected,
    code: u8,
}

impl Outcome {
    fn of(checked: Vec<Checked>) -> Self {
        let mut collected = Collected::default();
        let (mut failed, mut broken) = (false, false);
        let mut told: Vec<*const Configured> = Vec::new();
        for Checked { sources, diagnostics, suppressed, configured, .. } in checked {
            let level = configured.effective.fail_on.value;
            let new = !told.contains(&std::sync::Arc::as_ptr(&configured));
            failed |= diagnostics.iter().any(|finding| finding.level >= level);
            if new {
                told.push(std::sync::Arc::as_ptr(&configured));
                failed |= configured.diagnostics.iter().any(|finding| finding.level >= level);
                broken |= configured.is_broken();
                collected.add_settings(configured.sources.clone(), configured.diagnostics.clone());
            }
            collected.add(sources, diagnostics, suppressed);
        }
        let code = if broken { 2 } else { u8::from(failed) };
        Self { collected, code }
    }
}

fn draw(arguments: &Check, collected: &Collected, terminal: &Terminal) -> Result<(), Failure> {
    if arguments.options.statistics {
        return statistics::print(collected);
    }
    let format = match arguments.output {
        None | Some(Output::Human) => Format::Human,
        Some(Output::Concise) => Format::Concise,
        Some(Output::Json) => Format::Json,
        Some(Output::Sarif) => Format::Sarif,
        Some(Output::Github) => Format::Github,
    };
    let mut options = terminal.render_options();
    if let Some(most) = arguments.max_findings {
        options.max_findings = most;
    }
    let verbose = terminal.verbose > 0;
    let mut out: Box<dyn Write> = match &arguments.output_file {
        None => Box::new(Terminal::out()),
        Some(path) => Box::new(BufWriter::new(
            File::create(path)
                .map_err(|error| Failure::usage(format!("{} cannot be written", path.display())).because(error))?,
        )),
    };
    collected.render(format, &mut out, options, verbose)?;
    if arguments.output.is_none() && arguments.output_file.is_none() && super::terminal::set("GITHUB_ACTIONS") {
        collected.render(Format::Github, &mut out, options, verbose)?;
    }
    out.flush()?;
    Ok(())
}
