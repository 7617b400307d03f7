//! `pt doctor`: what this machine has, in one page to read or to send along with a question.

use std::io::Write;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::arguments::Global;
use super::choice::{EngineChoice, docker, is_docker_named, process};
use super::failure::{Class, Failure};
use super::project::{Located, environment};
use super::session::{engine_project, runtime};
use super::terminal::Terminal;
use crate::diagnostic::Level;
use crate::engine::docker::Fact;
use crate::engine::process::postgres;
use crate::engine::{EngineError, Failure as EngineFailure};
use crate::report::sanitize;
use crate::store::Paths;

/// Arguments of `pt doctor`.
#[derive(Debug, Args)]
pub struct Doctor {
    /// Form of the output
    #[arg(short, long, value_name = "FORM", default_value = "text")]
    output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    /// For people
    Text,
    /// One JSON document
    Json,
}

/// One thing that was looked at.
struct Finding {
    topic: &'static str,
    good: bool,
    text: String,
    /// What to type, where something is wrong.
    help: Option<String>,
}

impl Finding {
    fn good(topic: &'static str, text: impl Into<String>) -> Self {
        Self { topic, good: true, text: text.into(), help: None }
    }

    fn bad(topic: &'static str, text: impl Into<String>, help: Option<String>) -> Self {
        Self { topic, good: false, text: text.into(), help }
    }
}

/// Looks at everything that `pt run` needs; 3 when there is no engine, 1 when something else is wrong.
pub fn run(arguments: &Doctor, global: &Global, terminal: &Terminal) -> Result<u8, Failure> {
    let mut findings = vec![Finding::good("pt", format!("{} ({})", env!("CARGO_PKG_VERSION"), std::env::consts::ARCH))];
    let located = Located::find(global);
    findings.push(match &located {
        Ok(located) => Finding::good(
            "project",
            format!("{} in {}, `{}` in the engine", located.name, located.root.display(), engine_project(located)),
        ),
        Err(failure) => Finding::bad("project", failure.to_string(), failure.advice().map(str::to_owned)),
    });
    if let Ok(located) = &located {
        findings.push(store(located));
    }
    let paths = Paths::from_environment(environment());
    findings.push(match paths.runtime() {
        Some(runtime) => Finding::good("secret files", format!("in memory, below {}", runtime.display())),
        None => Finding::good("secret files", "in memory, below /dev/shm (XDG_RUNTIME_DIR is not set)"),
    });
    let docker = runtime()?.block_on(engine(global));
    let processes = processes();
    let (has_docker, has_processes) = (is_good(&docker), is_good(&processes));
    let reached = match global.engine {
        EngineChoice::Process => has_processes,
        EngineChoice::Auto if !is_docker_named(global) => has_docker || has_processes,
        EngineChoice::Auto | EngineChoice::Docker => has_docker,
    };
    // What is not needed is not held against the machine.
    let needless = reached && !has_docker;
    findings.extend(docker.into_iter().map(|finding| Finding { good: finding.good || needless, ..finding }));
    findings.extend(processes.into_iter().map(|finding| Finding { good: finding.good || has_docker, ..finding }));
    print(&findings, arguments.output, terminal)?;
    match (reached, findings.iter().all(|finding| finding.good)) {
        (false, _) => Err(Failure::told(Class::Engine)),
        (true, good) => Ok(u8::from(!good)),
    }
}

fn is_good(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.good)
}

/// What there is to run modules as processes with.
fn processes() -> Vec<Finding> {
    let engine = match process() {
        Ok(engine) => engine,
        Err(failure) => {
            return vec![Finding::bad("processes", failure.to_string(), failure.advice().map(str::to_owned))];
        }
    };
    let servers = match postgres::look(None, &engine.postgres_surroundings()) {
        Ok(()) => "PostgreSQL is installed".to_owned(),
        Err(error) => error.to_string(),
    };
    let places = engine.places();
    let place = format!("kept below {}, volumes below {}", places.state.display(), places.data.display());
    vec![Finding::good("processes", place), Finding::good("servers", servers)]
}

fn store(located: &Located) -> Finding {
    let counted = located.known().and_then(|known| {
        let directory = located.store()?.directory();
        Ok((known.0.values().len(), known.0.secrets().len(), directory))
    });
    match counted {
        Ok((values, secrets, Some(directory))) => {
            Finding::good("store", format!("{values} values and {secrets} secrets set; {}", directory.display()))
        }
        Ok((.., None)) => Finding::bad(
            "store",
            "neither HOME nor XDG_DATA_HOME is set: nothing can be kept",
            Some("set HOME, or give values and secrets as PT_VALUE_<NAME> and PT_SECRET_<NAME>".to_owned()),
        ),
        Err(failure) => Finding::bad("store", failure.to_string(), failure.advice().map(str::to_owned)),
    }
}

async fn engine(global: &Global) -> Vec<Finding> {
    let asked = async {
        let engine = docker(global)?;
        Ok::<_, Failure>(engine.facts().await.map_err(EngineTrouble))
    };
    match asked.await {
        Ok(Ok(facts)) => facts
            .into_iter()
            .map(|Fact { name, value, problem }| match problem {
                None => Finding::good(name, value),
                Some(problem) => Finding::bad(name, value, Some(problem)),
            })
            .collect(),
        Ok(Err(EngineTrouble(error))) => {
            let mut findings = vec![Finding::bad("engine", error.failure.to_string(), error.help.clone())];
            if let EngineFailure::Unreachable(tried) = &error.failure {
                findings.extend(tried.iter().map(|line| Finding::bad("tried", line.clone(), None)));
            }
            findings
        }
        Err(failure) => vec![Finding::bad("engine", failure.to_string(), failure.advice().map(str::to_owned))],
    }
}

/// Keeps an engine's error whole on its way to the page.
struct EngineTrouble(EngineError);

fn print(findings: &[Finding], output: Output, terminal: &Terminal) -> Result<(), Failure> {
    let mut out = Terminal::out();
    if output == Output::Json {
        let rows: Vec<_> = findings
            .iter()
            .map(|finding| json!({ "topic": finding.topic, "good": finding.good, "text": finding.text, "help": finding.help }))
            .collect();
        writeln!(out, "{:#}", json!({ "version": 1, "findings": rows }))?;
        return Ok(out.flush()?);
    }
    let palette = terminal.out_palette();
    let widest = findings.iter().map(|finding| finding.topic.len()).max().unwrap_or_default();
    for finding in findings {
        let (mark, style) = if finding.good { ("ok ", palette.good()) } else { ("bad", palette.level(Level::Error)) };
        writeln!(out, "{style}{mark}{style:#}  {:widest$}  {}", finding.topic, sanitize::visible(&finding.text))?;
        if let Some(help) = &finding.help {
            writeln!(out, "     {:widest$}  = help: {}", "", sanitize::visible(help))?;
        }
    }
    Ok(out.flush()?)
}
