//! `pt stop` and `pt down`: what runs comes to its end, in reverse order.

use std::collections::BTreeSet;
use std::time::Duration;

use clap::Args;
use tokio::sync::watch;

use super::arguments::Global;
use super::content::confirm;
use super::failure::{Class, Failure};
use super::interrupt::Interrupts;
use super::lock::ProjectLock;
use super::observed::Holding;
use super::outcome::tell_failure;
use super::progress::Progress;
use super::run::seconds;
use super::session::{Secrets, engine_project, runtime};
use super::terminal::Terminal;
use crate::engine::{Engine, Event, Execution, execute};
use crate::plan::{ObservedVolume, Plan, Teardown, labels, teardown};
use crate::store::Redactor;

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
        carry_out(&holding, &plan, terminal).await
    })
}

/// Stops and removes everything but volumes, and with `--volumes` those too.
pub fn down(arguments: &Down, global: &Global, terminal: &Terminal) -> Result<u8, Failure> {
    runtime()?.block_on(async {
        let (holding, _lock) = locked(global, "down", terminal).await?;
        let kept = volumes(&holding);
        if arguments.volumes && !kept.is_empty() {
            let names: Vec<&str> = kept.iter().map(|volume| volume.name.as_str()).collect();
            let question = format!("Remove {} with all data?", names.join(", "));
            if !confirm(&question, "--yes", terminal)? {
                terminal.say("nothing was removed");
                return Ok(1);
            }
        }
        let wanted =
            Teardown { volumes: arguments.volumes, seconds: whole_seconds(arguments.timeout), ..Teardown::default() };
        let mut plan = teardown(&holding.project, &holding.observed, &wanted);
        let mut code = carry_out(&holding, &plan, terminal).await?;
        // What a run had asked for that was killed a moment ago may only be there by now.
        let mut seen: BTreeSet<String> = BTreeSet::new();
        for _ in 0..ROUNDS {
            seen.extend(plan.nodes.iter().map(|node| node.subject.clone()));
            let left = holding.engine.observe(&holding.project, &[], &[], &[]).await?;
            plan = teardown(&holding.project, &left, &wanted);
            if plan.nodes.iter().all(|node| seen.contains(&node.subject)) {
                break;
            }
            code = carry_out(&holding, &plan, terminal).await?;
        }
        if !arguments.volumes && !kept.is_empty() {
            let names: Vec<&str> = kept.iter().map(|volume| volume.name.as_str()).collect();
            terminal.note(&format!("kept {}; `pt down --volumes` removes {}", names.join(", "), it(names.len())));
        }
        Ok(code)
    })
}

async fn locked(global: &Global, what: &str, terminal: &Terminal) -> Result<(Holding, ProjectLock), Failure> {
    let located = super::project::Located::find(global)?;
    let lock = ProjectLock::take(&engine_project(&located), what, false, terminal).await?;
    Ok((Holding::look(global).await?, lock))
}

fn whole_seconds(timeout: Option<Duration>) -> Option<u32> {
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

async fn carry_out(holding: &Holding, plan: &Plan, terminal: &Terminal) -> Result<u8, Failure> {
    if plan.is_empty() {
        terminal.note(&format!("nothing of project `{}` runs", holding.located.name));
        return Ok(0);
    }
    let interrupts = Interrupts::listen()?;
    let subjects = plan.nodes.iter().map(|node| node.subject.as_str());
    let mut progress = Progress::new(subjects, terminal);
    let (stop, stopping) = watch::channel(false);
    let (options, secrets) = (Execution::default(), Secrets::default());
    let mut show = |event: Event| progress.show(&event);
    let report = {
        let mut walk = Box::pin(execute(&holding.engine, plan, &secrets, &options, stopping, &mut show));
        tokio::select! {
            report = &mut walk => report,
            () = interrupts.reached(1) => {
                let _ = stop.send(true);
                walk.await
            }
        }
    };
    progress.finish();
    for warning in &report.warnings {
        terminal.warning(warning);
    }
    for (index, error) in report.failures() {
        tell_failure(&plan.nodes[index].subject, error, None, &Redactor::default(), terminal);
    }
    match (interrupts.count(), report.is_unreachable(), report.is_success()) {
        (1.., _, _) => Err(Failure::with_code(interrupts.code())),
        (_, true, _) => Err(Failure::told(Class::Engine)),
        (_, _, false) => Err(Failure::told(Class::No)),
        _ => Ok(0),
    }
}
