//! Which engine: Docker, or processes of this machine.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::ValueEnum;

use super::arguments::{Global, Levels};
use super::failure::{Class, Failure};
use super::project::{Located, environment};
use super::session::engine_project;
use super::settings::{Asked, Configurations};
use super::terminal::Terminal;
use crate::config::PreferredEngine;
use crate::engine::docker::DockerEngine;
use crate::engine::process::{Places, ProcessEngine};
use crate::engine::{AnyEngine, EngineError, Failure as EngineFailure};
use crate::store::Paths;

/// `--engine`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EngineChoice {
    /// Docker where an engine answers, else processes
    Auto,
    /// Containers of a Docker engine
    Docker,
    /// Processes of this machine
    Process,
}

/// Where root keeps what programs of other users have to reach: its home lets nobody pass.
const ROOT: &str = "/var/lib/pt";

/// Connects to the engine that the flags and the environment name.
pub async fn connect(global: &Global, located: Option<&Located>) -> Result<AnyEngine, Failure> {
    let preferred = located.filter(|_| global.engine == EngineChoice::Auto && !is_docker_named(global));
    match preferred.map_or(global.engine, |located| preference(located, global)) {
        EngineChoice::Docker => docker(global).map(|engine| AnyEngine::Docker(Box::new(engine))),
        EngineChoice::Process if global.host.is_some() => {
            Err(Failure::usage("`--host` is for a Docker engine, and `--engine process` needs none"))
        }
        EngineChoice::Process => process().map(AnyEngine::Process),
        EngineChoice::Auto => auto(global, located).await,
    }
}

/// The engine that the project's settings name. Settings that cannot be read are told by whoever judges by them.
fn preference(located: &Located, global: &Global) -> EngineChoice {
    let configurations = Configurations::new(&Levels::default(), Asked::default(), global);
    let configured = configurations.and_then(|configurations| configurations.of(located));
    let Ok(Some(engine)) = configured.map(|configured| configured.effective.engine.clone()) else {
        return EngineChoice::Auto;
    };
    match engine.value {
        PreferredEngine::Auto => EngineChoice::Auto,
        PreferredEngine::Docker => EngineChoice::Docker,
        PreferredEngine::Process => EngineChoice::Process,
    }
}

/// An engine that somebody named is meant, whether it answers or not.
async fn auto(global: &Global, located: Option<&Located>) -> Result<AnyEngine, Failure> {
    if is_docker_named(global) {
        return Ok(AnyEngine::Docker(Box::new(docker(global)?)));
    }
    let terminal = Terminal::new(global);
    let remembered = located.and_then(|located| located.known.as_ref()).map_or("", |known| known.engine.as_str());
    if remembered == "process" {
        return process().map(AnyEngine::Process);
    }
    let variables = variables();
    let engine = match DockerEngine::connect(None, &variables) {
        Ok(engine) => engine,
        // Where no engine is installed, there is not even a socket.
        Err(error) if may_fall_back(&error, remembered, &variables) => {
            let Ok(process) = process() else { return Err(error.into()) };
            terminal.note("no Docker engine answers: using processes of this machine (`--engine docker` insists)");
            return Ok(AnyEngine::Process(process));
        }
        Err(error) => return Err(kept_away(error, remembered)),
    };
    match engine.answers().await {
        Err(error) if matches!(error.failure, EngineFailure::Unreachable(_)) => {
            if !may_fall_back(&error, remembered, &variables) {
                return Err(kept_away(error, remembered));
            }
            let Ok(process) = process() else { return Ok(AnyEngine::Docker(Box::new(engine))) };
            terminal.note("no Docker engine answers: using processes of this machine (`--engine docker` insists)");
            Ok(AnyEngine::Process(process))
        }
        _ => {
            let held = process().ok().zip(located);
            if held.is_some_and(|(process, located)| process.holds(&engine_project(located))) {
                terminal.note("this project has processes too: `--engine process` sees them");
            }
            Ok(AnyEngine::Docker(Box::new(engine)))
        }
    }
}

/// Whether processes may do instead: not beside containers that run where this user may not look.
fn may_fall_back(error: &EngineError, remembered: &str, variables: &BTreeMap<String, String>) -> bool {
    let unreachable = matches!(error.failure, EngineFailure::Unreachable(_));
    unreachable && remembered.is_empty() && !DockerEngine::is_closed_to_us(variables)
}

fn kept_away(error: EngineError, remembered: &str) -> Failure {
    let failure = Failure::from(error);
    let why = match remembered {
        "" => "a Docker engine is there and this user may not use it",
        _ => "this project runs in containers",
    };
    failure.note(format!("{why}: no processes are started beside it; `--engine process` insists"))
}

/// Whether the user says which Docker engine is meant.
pub fn is_docker_named(global: &Global) -> bool {
    global.host.is_some() || ["DOCKER_HOST", "DOCKER_CONTEXT"].iter().any(|name| is_set(name))
}

fn is_set(name: &str) -> bool {
    variables().get(name).is_some_and(|value| !value.is_empty())
}

/// The Docker engine; nothing is sent to it yet.
pub fn docker(global: &Global) -> Result<DockerEngine, Failure> {
    Ok(DockerEngine::connect(global.host.as_deref(), &variables())?)
}

/// The engine of processes.
pub fn process() -> Result<ProcessEngine, Failure> {
    let paths = Paths::from_environment(environment());
    let variables = variables();
    let root = rustix::process::geteuid().is_root();
    let own = |variable: &str| (root && !is_set(variable)).then(|| PathBuf::from(ROOT).join("process"));
    let state = own("XDG_STATE_HOME").or_else(|| paths.state().map(|state| state.join("process")));
    // Beside the directory of values and secrets, which nobody else may pass through: a server may be somebody else.
    let data = own("XDG_DATA_HOME").or_else(|| paths.data().map(|data| data.with_file_name("pt-process")));
    let places = state.zip(data);
    let Some((state, data)) = places else {
        let help = "set HOME, or XDG_STATE_HOME and XDG_DATA_HOME";
        return Err(Failure::new(Class::Engine, "there is no place to keep processes: HOME is not set").help(help));
    };
    let runtime = variables.get("XDG_RUNTIME_DIR").filter(|path| !path.is_empty()).map(PathBuf::from);
    let executable = std::env::current_exe()
        .map_err(|error| Failure::new(Class::Engine, "this program does not know where it is").because(error))?;
    Ok(ProcessEngine::new(Places { state, data, runtime }, executable, variables))
}

fn variables() -> BTreeMap<String, String> {
    let pairs = environment().for_children();
    pairs.filter_map(|(name, value)| Some((name.to_str()?.to_owned(), value.to_str()?.to_owned()))).collect()
}
