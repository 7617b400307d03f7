//! `pt check`: every fault that can be found without running anything.

mod add_ignore;
mod baseline;
mod changed;
mod files;
mod fixes;
mod input;
mod live;
mod old_findings;
mod options;
mod outputs;
mod repository;
mod standard;
mod statistics;
mod work;
mod write;

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::arguments::{Global, Levels};
use super::failure::Failure;
use super::findings::Collected;
use super::project::based;
use super::settings::{Configurations, Configured};
use super::terminal::Terminal;
use crate::diagnostic::{INTERNAL_ERROR, Level};
use crate::lint::Judge;
use crate::policy::Policies;
use crate::standard::Census;
pub use baseline::Baseline;
use changed::Changed;
pub use changed::Git;
use old_findings::OldFindings;
use options::Options;
pub use repository::Repository;
use work::{Checked, Work};

/// Arguments of `pt check`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pt check                                this project
  pt check services/ other/polytope.yml   every polytope.yml below a directory, and one file
  pt check --output sarif > pt.sarif      for code scanning
  pt check -o human -o junit=pt.xml       for people here, and in a file for CI
  pt check --deny mutable-image --allow pg-trust-auth
  pt check --policy policies              and against rules of your own, in Rego
  pt check --standard cis-docker          which items of the benchmark are kept
  pt check --fix                          mends what can be mended without a question
  pt check --unsafe-fixes --diff          shows what else could be mended
  pt check --changed --locked --profile prod --config .ci/pt.toml

Exit codes: 0 nothing at or above `--fail-on`, 1 findings, 2 wrong usage, no file to look at,
a file that cannot be written, or settings that cannot be understood

Settings come from flags, PT_* variables, `--config`, pt.toml, and config.toml of the user and of
the machine, in this order; `pt config --show-origin` shows them, `pt config --help` says where
they are. In a file, a comment suppresses: `# pt: ignore[RULE] reason until 2027-01-31`.
With `--locked`, pt.toml and config.toml can only be stricter, and a comment cannot suppress what
makes a check fail by flags, variables, `--config` and their profile; what tries is told as
`locked-setting`.")]
pub struct Check {
    /// Files, or directories to search for polytope.yml; `-` is standard input [default: this project's]
    paths: Vec<PathBuf>,
    /// Form of the result, and the file to write it to; may be given several times [default: human, with annotations in
    /// GitHub Actions]
    #[arg(short, long, value_name = "FORM[=FILE]", visible_alias = "format", value_parser = outputs::FormParser)]
    output: Vec<outputs::Output>,
    /// Write the one form that has no file of its own to this file
    #[arg(long, value_name = "FILE")]
    output_file: Option<PathBuf>,
    /// Lowest level that makes the exit code 1 [default: error]
    #[arg(long, value_name = "LEVEL")]
    fail_on: Option<FailOn>,
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
    #[command(flatten)]
    options: Options,
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
    let guide = standard::guide(arguments.standard.as_deref());
    let census = Arc::new(Census::default());
    let judges: Vec<Arc<dyn Judge>> = guide.iter().map(|_| census.clone() as Arc<dyn Judge>).collect();
    let fail_on = arguments.fail_on.map(|level| match level {
        FailOn::Error => Level::Error,
        FailOn::Warning => Level::Warning,
        FailOn::Info => Level::Info,
    });
    let configurations =
        Configurations::with_judges(&arguments.levels, options.asked(fail_on), global, &arguments.policy, judges)?;
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
    let annotated = guide.is_none() && super::terminal::set("GITHUB_ACTIONS") && arguments.output_file.is_none();
    let outputs = outputs::Outputs::new(&arguments.output, arguments.output_file.as_deref(), annotated)?;
    let loader = input.loader();
    let work = Work {
        global,
        configurations: &configurations,
        loader: &*loader,
        changed: changed.as_ref(),
        live: arguments.live,
        hides_infos: arguments.wants_no_infos() && outputs.are_for_people() && terminal.verbose == 0,
    };
    let mut checked = work.check_all(&files)?;
    if let Some(changed) = changed.as_ref().filter(|_| checked.iter().all(Option::is_none)) {
        terminal.note(&format!("no blueprint changed since {}", changed.since));
    }
    if options.add_ignore {
        let found: Vec<&Checked> = checked.iter().flatten().collect();
        add_ignore::write(&found, options.reason.as_deref(), terminal)?;
        checked = work.check_all(&files)?;
    }
    let changes = match arguments.fixes.mode() {
        Some(_) if input.path.is_some() => return Err(Failure::usage("standard input cannot be mended")),
        Some(mode) => fixes::fix_all(&files, &mut checked, &work, mode, terminal)?,
        None => 0,
    };
    let mut checked: Vec<Checked> = checked.into_iter().flatten().collect();
    if arguments.fixes.is_diff() {
        let outcome = Outcome::of(checked);
        return Ok(if changes > 0 { outcome.code.max(1) } else { outcome.code });
    }
    let write_to = options.write_baseline.as_ref().map(|file| based(global, file));
    let mut old = OldFindings::new(write_to);
    old.sift(&mut checked)?;
    old.tell(terminal)?;
    let first = checked.first().map(|it| it.configured.clone());
    let mut outcome = Outcome::of(checked);
    outcome.collected.belongs_to(Repository::around(global), options.category.as_deref());
    outcome.add_faults(configurations.policies(), fail_on.unwrap_or(Level::Error));
    if let Some((guide, configured)) = guide.zip(first) {
        let (settings, level) = (&configured.settings, configured.effective.fail_on.value);
        let code = standard::write(guide, &census, &outcome.collected, settings, &outputs, level, terminal)?;
        return Ok(code.max(outcome.code & 2));
    }
    if options.statistics {
        statistics::print(&outcome.collected)?;
    } else {
        outputs.write(&outcome.collected, &configurations.rules(), arguments.max_findings, terminal)?;
    }
    Ok(outcome.code)
}

impl Check {
    /// Whether nothing is done with findings but to show them, to whom infos are not shown.
    fn wants_no_infos(&self) -> bool {
        let Options { write_baseline, add_ignore, statistics, .. } = &self.options;
        write_baseline.is_none() && !add_ignore && !statistics && self.standard.is_none() && self.fixes.mode().is_none()
    }
}

/// Exit code of a fault in `pt` itself.
const INTERNAL: u8 = 101;

/// What all files come to.
struct Outcome {
    collected: Collected,
    code: u8,
}

impl Outcome {
    /// Takes in what is wrong with policies, each once: those of two projects may share files.
    fn add_faults(&mut self, policies: Vec<Arc<Policies>>, level: Level) {
        for policies in policies {
            let (sources, faults) = policies.faults();
            if faults.iter().any(|finding| finding.level >= level) {
                self.code = self.code.max(1);
            }
            self.collected.add_settings(sources, faults);
        }
    }

    fn of(checked: Vec<Checked>) -> Self {
        let mut collected = Collected::default();
        let (mut failed, mut broken, mut unchecked) = (false, false, false);
        let mut told: Vec<*const Configured> = Vec::new();
        for Checked { sources, diagnostics, hidden, suppressed, configured, .. } in checked {
            let level = configured.effective.fail_on.value;
            let new = !told.contains(&Arc::as_ptr(&configured));
            failed |= diagnostics.iter().any(|finding| finding.level >= level);
            unchecked |= diagnostics.iter().any(|finding| *finding.rule == INTERNAL_ERROR);
            if new {
                told.push(Arc::as_ptr(&configured));
                failed |= configured.diagnostics.iter().any(|finding| finding.level >= level);
                broken |= configured.is_broken();
                collected.add_settings(configured.sources.clone(), configured.diagnostics.clone());
            }
            collected.hide(hidden);
            collected.add(sources, diagnostics, suppressed);
        }
        let code = match (unchecked, broken) {
            (true, _) => INTERNAL,
            (_, true) => 2,
            _ => u8::from(failed),
        };
        Self { collected, code }
    }
}
