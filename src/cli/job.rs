//! Jobs as they are named on the command line, compiled and judged: what `plan`, `run` and `render` start from.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use super::arguments::{Global, Levels};
use super::check::Baseline;
use super::door::{Door, is_danger};
use super::failure::{Class, Failure};
use super::findings::Collected;
use super::host_ports;
use super::project::{Located, based};
use super::settings::{Asked, Configurations, Configured};
use super::terminal::Terminal;
use crate::compiler::{self, Compilation, JobCall};
use crate::diagnostic::Level;
use crate::expand::{HOST_PATH_OUTSIDE_PROJECT, Outputs, Program, Task, TaskKind};
use crate::expr::{Known, Use, UseKind};
use crate::ide::Given;
use crate::lint::Settings;
use crate::report::Format;
use crate::rules;
use crate::source::{DiskLoader, Loader};

/// Which jobs, with which arguments.
#[derive(Debug, Args)]
pub struct Jobs {
    /// Templates or modules, with arguments in braces: `api "migrate{to: 12}"` [default: stack]
    #[arg(value_name = "JOB", add = clap_complete::ArgValueCandidates::new(super::names::jobs))]
    jobs: Vec<String>,
    /// Argument of the job, such as port=8080; of all, where several are named
    #[arg(long = "param", value_name = "NAME=VALUE")]
    params: Vec<String>,
    /// Arguments of the job, from a YAML or JSON file; `-` is standard input
    // In a file they are no argument of a process, which others of this machine can see.
    #[arg(long = "args", value_name = "FILE", conflicts_with = "params")]
    arguments: Option<PathBuf>,
    #[command(flatten)]
    levels: Levels,
}

/// Compiled jobs of a project.
#[derive(Debug)]
pub struct Compiled {
    /// The project.
    pub located: Located,
    /// What is set for it.
    pub known: Given,
    /// What came of compiling.
    pub compilation: Compilation,
    /// What the jobs are called, for labels and messages.
    pub name: String,
    /// Ids of the containers that an earlier stage of the same run settled.
    pub settled: BTreeSet<String>,
    /// Whether secrets have to be set for what is done with it.
    pub needs_secrets: bool,
    /// How to go on when it is refused.
    door: Option<Door>,
    calls: Vec<JobCall>,
    settings: Settings,
    /// The file of findings that were there before.
    baseline: Option<PathBuf>,
}

impl Jobs {
    /// Compiles the jobs; errors are drawn on standard error and end the command, as does anything that is not set.
    pub fn compile(&self, global: &Global, terminal: &Terminal) -> Result<Compiled, Failure> {
        self.compile_for(true, global, terminal)
    }

    /// As [`Self::compile`]; where secrets are only named, none needs to be set.
    pub fn compile_for(&self, needs_secrets: bool, global: &Global, terminal: &Terminal) -> Result<Compiled, Failure> {
        let located = Located::find(global)?;
        let configurations = Configurations::new(&self.levels, Asked::default(), global)?;
        let configured = configurations.of(&located)?;
        refuse_settings(&configured, terminal)?;
        let mut compiled = Compiled::new(located, self.calls(global)?, configured.settings.clone(), &Outputs::new())?;
        if compiled.compilation.program.tasks.values().any(is_load_config) {
            // Steps beside it use what it loads: its files count as loaded from the beginning.
            let located = Located { loads_config: true, ..compiled.located };
            compiled = Compiled::new(located, compiled.calls, compiled.settings, &Outputs::new())?;
        }
        compiled.needs_secrets = needs_secrets;
        refuse_faulty_policies(&configured, terminal)?;
        compiled.door = Some(Door::new(&self.levels, global));
        compiled = compiled.since(&configured)?;
        compiled.refuse_errors(terminal)?;
        // What a task may still set is asked for when it is needed.
        if compiled.compilation.program.tasks.is_empty() {
            compiled.refuse_missing(|_| true)?;
        }
        Ok(compiled)
    }

    /// Whether the user allows host paths outside of the project.
    pub fn allows_outside(&self) -> bool {
        self.levels.allow.iter().any(|name| HOST_PATH_OUTSIDE_PROJECT.is_called(name.trim()))
    }

    fn calls(&self, global: &Global) -> Result<Vec<JobCall>, Failure> {
        if let Some(file) = &self.arguments {
            return self.calls_with(&arguments_from(file, global)?);
        }
        let mut params = Vec::new();
        for param in &self.params {
            let Some((name, value)) = param.split_once('=') else {
                return Err(Failure::usage(format!("`--param {param}` has no `=`")).help("write `--param NAME=VALUE`"));
            };
            // A value that YAML would read as something else than one scalar is text.
            let plain = value.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_./".contains(letter));
            let value = if plain && !value.is_empty() { value.to_owned() } else { json_text(value) };
            params.push(format!("{}: {value}", json_text(name)));
        }
        let call = |job: &str| {
            // `pt run "a, b"` names two jobs, as does `pt run a b`.
            let (name, written) = job.find('{').map_or((job, ""), |brace| job.split_at(brace));
            let inner = written.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or_default();
            if !written.is_empty() && !written.trim_end().ends_with('}') {
                return Err(Failure::usage(format!("the brace of `{job}` is not closed"))
                    .help("quote it for the shell: \"job{name: value}\""));
            }
            let all: Vec<&str> = std::iter::once(inner.trim())
                .filter(|inner| !inner.is_empty())
                .chain(params.iter().map(String::as_str))
                .collect();
            let args = if all.is_empty() { String::new() } else { format!("{{{}}}", all.join(", ")) };
            Ok(JobCall { name: name.trim().to_owned(), args, values: None })
        };
        if self.jobs.is_empty() {
            return Ok(vec![call("")?]);
        }
        let mut calls = Vec::new();
        for job in &self.jobs {
            if job.contains('{') {
                calls.push(call(job)?);
            } else {
                for name in job.split(',').filter(|name| !name.trim().is_empty()) {
                    calls.push(call(name)?);
                }
            }
        }
        Ok(calls)
    }

    /// The jobs, each with the arguments of a file.
    fn calls_with(&self, args: &str) -> Result<Vec<JobCall>, Failure> {
        let main = [String::new()];
        let names = if self.jobs.is_empty() { &main[..] } else { &self.jobs };
        let call = |name: &String| {
            if name.contains(['{', ',']) {
                return Err(Failure::usage(format!("`{name}` is not the name of a job"))
                    .help("with `--args FILE` all arguments stand in the file"));
            }
            Ok(JobCall { name: name.clone(), args: args.to_owned(), values: None })
        };
        names.iter().map(call).collect()
    }
}

/// The text of a file of arguments.
fn arguments_from(file: &Path, global: &Global) -> Result<String, Failure> {
    let unreadable = || Failure::usage(format!("{} cannot be read", file.display()));
    if file != Path::new("-") {
        return DiskLoader.read(&based(global, file)).map_err(|error| unreadable().because(error));
    }
    std::io::read_to_string(std::io::stdin().lock()).map_err(|error| unreadable().because(error))
}

/// Draws what is wrong with the settings on standard error; what could not be understood ends the command.
pub fn refuse_settings(configured: &Configured, terminal: &Terminal) -> Result<(), Failure> {
    let mut diagnostics = configured.diagnostics.clone();
    diagnostics.retain(|finding| finding.level > Level::Info);
    if !diagnostics.is_empty() && !terminal.quiet || configured.is_broken() {
        let mut collected = Collected::default();
        collected.add(configured.sources.clone(), diagnostics, Vec::new());
        let mut drawn = Vec::new();
        collected.render(Format::Human, &rules::ALL, &mut drawn, terminal.render_options(), terminal.verbose > 0)?;
        let _ = std::io::stderr().lock().write_all(&drawn);
    }
    if configured.is_broken() { Err(Failure::told(Class::Usage)) } else { Ok(()) }
}

/// Draws what is wrong with the policies; what a faulty one would have said is not known.
fn refuse_faulty_policies(configured: &Configured, terminal: &Terminal) -> Result<(), Failure> {
    let Some(policies) = &configured.policies else { return Ok(()) };
    let (sources, faults) = policies.faults();
    if faults.is_empty() {
        return Ok(());
    }
    let mut collected = Collected::default();
    collected.add(sources, faults, Vec::new());
    let mut drawn = Vec::new();
    collected.render(Format::Human, &rules::ALL, &mut drawn, terminal.render_options(), terminal.verbose > 0)?;
    let _ = std::io::stderr().lock().write_all(&drawn);
    Err(Failure::told(Class::Usage))
}

/// Whether a task loads the project's `config` files.
pub fn is_load_config(task: &Task) -> bool {
    matches!(&task.kind, TaskKind::Builtin { name, .. } if name == "load-config")
}

fn json_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

impl Compiled {
    /// Compiles calls; what was found is for the caller to judge.
    pub fn new(located: Located, calls: Vec<JobCall>, settings: Settings, outputs: &Outputs) -> Result<Self, Failure> {
        let known = located.known()?;
        let mut compilation = compiler::compile_after(&DiskLoader, &located.file, &calls, &known, &settings, outputs)
            .map_err(|error| Failure::load(&located.file, error))??;
        host_ports::put(&located, &mut compilation.program)?;
        let name = calls.iter().map(|call| call.name.as_str()).collect::<Vec<_>>().join(" ");
        Ok(Self {
            located,
            known,
            compilation,
            name,
            settled: BTreeSet::new(),
            needs_secrets: true,
            door: None,
            calls,
            settings,
            baseline: None,
        })
    }

    /// The same jobs once more, with what the tasks gave and what is set by now.
    pub fn again(&self, outputs: &Outputs, terminal: &Terminal) -> Result<Self, Failure> {
        // By now the store holds what the files of the project say, and what programs made of it.
        let located = Located { loads_config: false, ..self.located.clone() };
        let compiled = Self::new(located, self.calls.clone(), self.settings.clone(), outputs)?;
        let compiled = Self { door: self.door.clone(), baseline: self.baseline.clone(), ..compiled }.sifted()?;
        if compiled.compilation.has_errors() {
            compiled.refuse_errors(terminal)?;
        }
        Ok(compiled)
    }

    /// Another job of the same project.
    pub fn other(&self, call: JobCall) -> Result<Self, Failure> {
        let located = Located { loads_config: false, ..self.located.clone() };
        let compiled = Self::new(located, vec![call], self.settings.clone(), &Outputs::new())?;
        Self { door: self.door.clone(), baseline: self.baseline.clone(), ..compiled }.sifted()
    }

    /// The same jobs under other settings.
    pub fn judged_by(&self, configured: &Configured) -> Result<Self, Failure> {
        let compiled =
            Self::new(self.located.clone(), self.calls.clone(), configured.settings.clone(), &Outputs::new())?;
        compiled.since(configured)
    }

    /// Leaves alone what the project's baseline holds.
    pub fn since(self, configured: &Configured) -> Result<Self, Failure> {
        let baseline = configured.effective.baseline.as_ref().map(|baseline| baseline.value.clone());
        Self { baseline, ..self }.sifted()
    }

    fn sifted(mut self) -> Result<Self, Failure> {
        if let Some(path) = &self.baseline {
            let Compilation { sources, diagnostics, suppressed, .. } = &mut self.compilation;
            // What cannot be understood cannot be run, since when ever it is there.
            let mut dangers: Vec<_> = diagnostics.extract_if(.., |finding| is_danger(finding.rule)).collect();
            Baseline::read(path)?.sift(sources, &mut dangers, suppressed);
            diagnostics.append(&mut dangers);
            diagnostics.sort_by_key(|finding| (finding.primary.span, finding.rule.code));
        }
        Ok(self)
    }

    /// The arguments of a single job, in braces, if it has any.
    pub fn arguments(&self) -> Option<&str> {
        match self.calls.as_slice() {
            [call] if !call.args.is_empty() && call.args.trim() != "{}" => Some(&call.args),
            _ => None,
        }
    }

    /// The same with another program.
    pub fn with_program(self, program: Program) -> Self {
        Self { compilation: Compilation { program, ..self.compilation }, ..self }
    }

    /// Draws errors and warnings on standard error; an error ends the command.
    fn refuse_errors(&self, terminal: &Terminal) -> Result<(), Failure> {
        let unset = "unset-reference";
        let mut diagnostics = self.compilation.diagnostics.clone();
        // What is missing is told once, in a list of its own.
        diagnostics.retain(|finding| finding.rule.name != unset && finding.level > Level::Info);
        if !diagnostics.is_empty() && !terminal.quiet || self.compilation.has_errors() {
            let mut collected = Collected::default();
            collected.add(self.compilation.sources.clone(), diagnostics, Vec::new());
            let mut drawn = Vec::new();
            collected.render(
                Format::Human,
                &rules::ALL,
                &mut drawn,
                terminal.render_options(),
                terminal.verbose > 0,
            )?;
            let _ = std::io::stderr().lock().write_all(&drawn);
        }
        if !self.compilation.has_errors() {
            return Ok(());
        }
        if let Some(door) = &self.door {
            door.tell(self, terminal)?;
        }
        Err(Failure::told(Class::Usage))
    }

    /// Whether a container or task lacks something that is not set.
    pub fn lacks(&self, node: &str) -> bool {
        let uses = &self.compilation.uses;
        let readers = self.compilation.readers.get(node);
        readers.is_some_and(|read| read.iter().any(|index| uses.get(*index).is_some_and(|used| self.is_missing(used))))
    }

    /// Whether something is needed and not set.
    fn is_missing(&self, used: &Use) -> bool {
        (self.needs_secrets || used.kind == UseKind::Value) && !self.known.is_set(used)
    }

    /// Every value and secret that these containers and tasks need and that is not set.
    pub fn refuse_missing_of(&self, nodes: &[&str]) -> Result<(), Failure> {
        let read: BTreeSet<usize> =
            nodes.iter().filter_map(|node| self.compilation.readers.get(*node)).flatten().copied().collect();
        self.refuse_missing(|index| read.contains(&index))
    }

    /// Every value and secret that is not set, with where each is used and the command that sets it. `concerns` says which
    /// of the uses count.
    fn refuse_missing(&self, concerns: impl Fn(usize) -> bool) -> Result<(), Failure> {
        let uses = self.compilation.uses.iter().enumerate();
        let mut uses: Vec<&Use> =
            uses.filter(|(index, used)| concerns(*index) && self.is_missing(used)).map(|(_, used)| used).collect();
        if uses.is_empty() {
            return Ok(());
        }
        uses.sort_by_key(|used| (used.kind == UseKind::Value, used.name.value.clone(), used.name.span));
        uses.dedup_by(|a, b| a.kind == b.kind && a.name == b.name && a.name.span == b.name.span);
        let groups: Vec<&[&Use]> = uses.chunk_by(|a, b| a.kind == b.kind && a.name == b.name).collect();
        let values = groups.iter().filter(|group| group[0].kind == UseKind::Value).count();
        let what = [(groups.len() - values, "secret"), (values, "value")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}{}", if count == 1 { "" } else { "s" }))
            .collect::<Vec<_>>()
            .join(" and ");
        let be = if groups.len() == 1 { "is" } else { "are" };
        let mut failure = Failure::new(Class::Missing, format!("{what} {be} not set"));
        for group in groups {
            let name = &group[0].name.value;
            let places: Vec<String> = group.iter().map(|used| self.compilation.sources.place(used.name.span)).collect();
            let (what, command) = match group[0].kind {
                UseKind::Value => ("value", format!("pt values set {name} VALUE")),
                UseKind::Secret => ("secret", format!("pt secrets set {name}")),
            };
            failure = failure.note(format!("{what} `{name}`, used at {}: `{command}`", places.join(", ")));
        }
        Err(failure.help("`pt secrets generate NAME` makes a secret up; in CI set PT_SECRET_<NAME>"))
    }
}
