//! `pt wait`: until containers are ready, run, or have ended.

use std::time::Duration;

use clap::{Args, ValueEnum};

use super::arguments::Global;
use super::failure::{Class, Failure};
use super::observed::Holding;
use super::run::seconds;
use super::session::{Secrets, runtime};
use super::standing::carry_out;
use super::terminal::Terminal;
use crate::engine::Execution;
use crate::plan::{Goal, wait};

/// Arguments of `pt wait`.
#[derive(Debug, Args)]
#[command(after_help = "Exits with 0 when all have come to it, with 1 when one never will or has not in time.

Examples:
  pt wait                                until everything is ready
  pt wait db --timeout 30                until the database is
  pt wait migrate --for exited           until a job has ended, however")]
pub struct Wait {
    /// Only these containers
    containers: Vec<String>,
    /// What to wait for: healthy (ready, or ended well), running or exited
    #[arg(long = "for", value_name = "STATE", default_value = "healthy", hide_possible_values = true)]
    state: State,
    /// Seconds to wait at most
    #[arg(short, long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    timeout: Duration,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum State {
    Healthy,
    Running,
    Exited,
}

/// Waits; changes nothing, and keeps nobody from changing anything.
pub fn run(arguments: &Wait, global: &Global, terminal: &Terminal) -> Result<u8, Failure> {
    runtime()?.block_on(async {
        let holding = Holding::look(global).await?;
        let chosen = holding.select(&arguments.containers)?;
        if chosen.is_empty() {
            return Err(Failure::new(Class::No, holding.nothing()));
        }
        let goal = match arguments.state {
            State::Healthy => Goal::Healthy,
            State::Running => Goal::Running,
            State::Exited => Goal::Exited,
        };
        let plan = wait(&holding.project, &chosen, goal);
        let within = arguments.timeout;
        let options = Execution { ready_within: within, exit_within: Some(within), ..Execution::default() };
        carry_out(&holding, &plan, &Secrets::default(), &options, terminal).await
    })
}
