//! `pt stop` and `pt down`: what runs comes to its end, in reverse order.

use std::collections::BTreeSet;
use std::time::Duration;

use clap::Args;

use super::arguments::Global;
use super::content::confirm;
use super::failure::Failure;
use super::observed::Holding;
use super::proof::prove;
use super::run::seconds;
use super::session::{Secrets, runtime};
use super::standing::{carry_out, locked};
use super::terminal::Terminal;
use super::volume;
use crate::engine::{Engine, Execution};
use crate::plan::{ObservedVolume, Teardown, is_unproved, labels, teardown};
use crate::report::sanitize::visible;

/// Arguments of `pt stop`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pt stop                      everything; `pt run -d` starts it again
  pt stop api")]
pub struct Stop {
    /// Only these containers
    #[arg(add = clap_complete::ArgValueCandidates::new(super::names::containers))]
    containers: Vec<String>,
    /// Seconds that each has to stop before it is killed [default: what its blueprint says]
    #[arg(short, long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,
}

/// Arguments of `pt down`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pt down                      volumes stay, with all their data
  pt down --volumes            asks, and removes them too")]
pub struct Down {
    /// Remove the project's volumes too, with all their data; asks first
    #[arg(long)]
    volumes: bool,
    /// Seconds that each container has to stop before it is killed [default: what its blueprint says]
    #[arg(short, long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,
}

/// How often it is looked whether anything is there again.
const ROUNDS: usize = 3;

/// Stops containers and keeps them.
pub fn stop(arguments: &Stop, global: &Global, terminal: &Terminal) -> Result<u8, Failure> {
    runtime()?.block_on(async {
        let (holding, _lock) = locked(global, "stop", terminal).await?;
        let chosen = holding.select(&arguments.containers)?;
        let ids: BTreeSet<String> = chosen.iter().map(|seen| seen.container.clone()).collect();
        let wanted = Teardown {
            only_stop: true,
            containers: Some(ids),
            seconds: whole_seconds(arguments.timeout),
            ..Teardown::default()
        };
        let plan = teardown(&holding.project, &holding.observed, &wanted);
        carry_out(&holding, &plan, &Secrets::default(), &Execution::default(), terminal).await
    })
}

/// Stops and removes everything but volumes, and with `--volumes` those too.
pub fn down(arguments: &Down, global: &Global, terminal: &Terminal) -> Result<u8, Failure> {
    runtime()?.block_on(async {
        let (holding, _lock) = locked(global, "down", terminal).await?;
        let kept = volumes(&holding);
        if arguments.volumes && !kept.is_empty() {
            let details = volume::details(&holding, &kept).await;
            let things: Vec<String> =
                kept.iter().map(|volume| volume::described(volume, details.get(&volume.name))).collect();
            let folder = holding.located.root.display().to_string();
            let question = format!("Remove {} of {} with all data?", things.join(" and "), visible(&folder));
            if !confirm(&question, "--yes", terminal)? {
                terminal.say("nothing was removed");
                return Ok(1);
            }
        }
        let wanted =
            Teardown { volumes: arguments.volumes, seconds: whole_seconds(arguments.timeout), ..Teardown::default() };
        let mut plan = teardown(&holding.project, &holding.observed, &wanted);
        let mut code = carry_out(&holding, &plan, &Secrets::default(), &Execution::default(), terminal).await?;
        // What a run had asked for that was killed a moment ago may only be there by now.
        let mut seen: BTreeSet<String> = BTreeSet::new();
        for _ in 0..ROUNDS {
            seen.extend(plan.nodes.iter().map(|node| node.subject.clone()));
            let mut left = holding.engine.observe(&holding.project, &[], &[], &[]).await?;
            prove(&holding.located, &holding.project, &mut left)?;
            plan = teardown(&holding.project, &left, &wanted);
            if plan.nodes.iter().all(|node| seen.contains(&node.subject)) {
                break;
            }
            code = carry_out(&holding, &plan, &Secrets::default(), &Execution::default(), terminal).await?;
        }
        for volume in holding.observed.volumes.iter().filter(|volume| is_unproved(volume)) {
            let name = visible(&volume.name);
            terminal.note(&format!(
                "left `{name}`: nothing proves that it is this project's; `pt volume adopt {name}` takes it over"
            ));
        }
        if !arguments.volumes && !kept.is_empty() {
            let names: Vec<&str> = kept.iter().map(|volume| volume.name.as_str()).collect();
            terminal.note(&format!("kept {}; `pt down --volumes` removes {}", names.join(", "), it(names.len())));
        }
        Ok(code)
    })
}

pub fn whole_seconds(timeout: Option<Duration>) -> Option<u32> {
    timeout.map(|timeout| u32::try_from(timeout.as_secs()).unwrap_or(u32::MAX))
}

fn it(count: usize) -> &'static str {
    if count == 1 { "it" } else { "them" }
}

/// Volumes of project scope that people would miss; marks of ours are none.
fn volumes(holding: &Holding) -> Vec<&ObservedVolume> {
    let of_project = |volume: &&ObservedVolume| {
        let label = |name: &str| volume.labels.get(name).map(String::as_str);
        label(labels::PROJECT) == Some(&holding.project)
            && label(labels::SCOPE) == Some("project")
            && label(labels::KIND) == Some("volume")
    };
    holding.observed.volumes.iter().filter(of_project).collect()
}
