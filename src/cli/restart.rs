//! `pt restart`: containers that are there, stopped and started again.

use std::time::Duration;

use clap::Args;

use super::arguments::Global;
use super::down::whole_seconds;
use super::failure::Failure;
use super::run::seconds;
use super::session::{Secrets, runtime};
use super::standing::{carry_out, locked};
use super::terminal::Terminal;
use crate::engine::Execution;
use crate::plan::restart;

/// Arguments of `pt restart`.
#[derive(Debug, Args)]
#[command(after_help = "It is started again as it was made; `pt run` brings in what the file says by now.

Examples:
  pt restart              everything of the project, in order
  pt restart api worker   two containers")]
pub struct Restart {
    /// Only these containers
    containers: Vec<String>,
    /// Seconds that each has to stop before it is killed [default: what its blueprint says]
    #[arg(short, long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,
    /// Seconds that a container may take to get ready
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    wait_timeout: Duration,
}

/// Stops in reverse order and starts in order, each when what comes before it is ready.
pub fn run(arguments: &Restart, global: &Global, terminal: &Terminal) -> Result<u8, Failure> {
    runtime()?.block_on(async {
        let (holding, _lock) = locked(global, "restart", terminal).await?;
        let chosen = holding.select(&arguments.containers)?;
        super::stale::tell(&holding, &chosen, terminal).await;
        let plan = restart(&holding.project, &chosen, whole_seconds(arguments.timeout));
        // Which of them a container was made with is not known here; a process is given its own anew.
        let names = holding.located.known()?.0.secrets().into_keys().collect();
        let secrets = Secrets::open(&holding.located, &names)?;
        let options = Execution { ready_within: arguments.wait_timeout, ..Execution::default() };
        carry_out(&holding, &plan, &secrets, &options, terminal).await
    })
}
