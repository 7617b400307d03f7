//! `pt plan`: what would change, and why.

use std::io::Write;

use clap::{Args, ValueEnum};

use super::adoption;
use super::arguments::Global;
use super::checkout::settle;
use super::choice::connect;
use super::failure::Failure;
use super::job::Jobs;
use super::ownership::refuse_foreign;
use super::planning::{PlanFlags, Refresh, prepare};
use super::project::Located;
use super::session::runtime;
use super::task::foresee;
use super::terminal::Terminal;
use crate::plan::Planned;

/// Arguments of `pt plan`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pt plan                          what `pt run` would do to the template `stack`
  pt plan api worker
  pt plan stack --exit-code        2 when there is something to do, for scripts")]
pub struct PlanArguments {
    /// Form of the output
    #[arg(short, long, value_name = "FORM", default_value = "text")]
    output: Output,
    /// Exit with 2 when there is something to do
    #[arg(long)]
    exit_code: bool,
    #[command(flatten)]
    jobs: Jobs,
    #[command(flatten)]
    flags: PlanFlags,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Output {
    /// For people
    Text,
    /// For machines
    Json,
}

/// Prints the plan; changes nothing.
pub fn run(arguments: &PlanArguments, global: &Global, terminal: &Terminal) -> Result<u8, Failure> {
    let located = Located::find(global)?;
    refuse_foreign(&located, None)?;
    adoption::tell(&located, terminal)?;
    let foreseen = foresee(arguments.jobs.compile(global, terminal)?, terminal)?;
    let compiled = &foreseen.compiled;
    refuse_foreign(&compiled.located, Some(&compiled.compilation.sources))?;
    let prepared = runtime()?.block_on(async {
        let engine = connect(global, Some(&compiled.located)).await?;
        settle(&compiled.located, &engine).await?;
        prepare(&engine, compiled, &arguments.flags, arguments.jobs.allows_outside(), Refresh::Planned).await
    })?;
    let text = match arguments.output {
        Output::Text => format!("{}\n{}", prepared.plan, foreseen.tasks_text()),
        Output::Json => {
            let place = |span| Some(compiled.compilation.sources.place(span));
            let planned =
                Planned { plan: prepared.plan.clone(), obstacles: prepared.obstacles.clone(), ..Planned::default() };
            let mut json = planned.to_json(&place);
            if !foreseen.tasks.is_empty() {
                json["tasks"] = foreseen.tasks_json();
            }
            format!("{json:#}\n")
        }
    };
    let mut out = Terminal::out();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    let prepared = prepared.refuse_obstacles(compiled, terminal)?;
    Ok(if arguments.exit_code && (!prepared.plan.is_empty() || foreseen.changes()) { 2 } else { 0 })
}
