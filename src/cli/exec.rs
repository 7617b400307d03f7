//! `pt exec`: a program in a running container.

use std::io::{self, IsTerminal};

use clap::Args;

use super::arguments::Global;
use super::failure::{Class, Failure};
use super::observed::Holding;
use super::session::runtime;
use super::terminal::Terminal;
use crate::engine::{Engine, ExecRequest, Failure as EngineFailure};
use crate::plan::State;

/// Arguments of `pt exec`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pt exec db -- psql -U postgres
  pt exec api -- sh -c 'ls /app'
  echo 'select 1' | pt exec db -- psql -U postgres")]
pub struct Exec {
    /// The container
    #[arg(add = clap_complete::ArgValueCandidates::new(super::names::containers))]
    container: String,
    /// Allocate no terminal
    #[arg(short = 'T', long)]
    no_tty: bool,
    /// User to run as
    #[arg(short, long, value_name = "USER")]
    user: Option<String>,
    /// Working directory
    #[arg(short, long, value_name = "DIR")]
    workdir: Option<String>,
    /// Environment variable, NAME=VALUE
    #[arg(short, long = "env", value_name = "NAME=VALUE")]
    environment: Vec<String>,
    /// Program and arguments
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<String>,
}

/// Runs the program; its exit code is ours.
pub fn run(arguments: &Exec, global: &Global, _terminal: &Terminal) -> Result<u8, Failure> {
    /// What shells and docker give when the engine itself failed.
    const ENGINE_ERROR: u8 = 125;
    runtime()?.block_on(async {
        let holding = Holding::look(global).await?;
        let containers = holding.select(std::slice::from_ref(&arguments.container))?;
        let Some(seen) = containers.iter().find(|seen| matches!(seen.state, State::Running | State::Stopping)) else {
            return Err(Failure::new(Class::No, format!("`{}` does not run", arguments.container))
                .help("`pt ps` shows what does; `pt run -d` starts it"));
        };
        let terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
        let request = ExecRequest {
            command: arguments.command.clone(),
            tty: terminal && !arguments.no_tty,
            stdin: true,
            user: arguments.user.clone(),
            workdir: arguments.workdir.clone(),
            environment: arguments.environment.clone(),
            input: None,
        };
        match holding.engine.exec(&seen.engine_id, &request).await {
            Ok(0) => Ok(0),
            Ok(code) => Err(Failure::with_code(u8::try_from(code).unwrap_or(1))),
            Err(error) if matches!(error.failure, EngineFailure::Unreachable(_)) => Err(error.into()),
            Err(error) => Err(Failure::from(error).coded(ENGINE_ERROR)),
        }
    })
}
