//! `pt run`: what the jobs describe, running.

use std::io::Write as _;
use std::time::Duration;

use clap::Args;
use tokio::sync::watch;

use super::arguments::Global;
use super::failure::Failure;
use super::foreground::{Followed, attend};
use super::interrupt::Interrupts;
use super::job::{Compiled, Jobs};
use super::lock::ProjectLock;
use super::outcome::{tell, tell_notes, was_overtaken};
use super::planning::{PlanFlags, Prepared, Refresh, prepare};
use super::progress::Progress;
use super::session::{connect, engine_project, runtime};
use super::terminal::Terminal;
use crate::engine::docker::DockerEngine;
use crate::engine::{Engine, Event, Execution, execute};

/// Arguments of `pt run`.
#[derive(Debug, Args)]
#[command(after_help = "Without -d the logs are shown, and Ctrl-C stops everything in reverse order (twice: at once).
With -d it returns when everything is ready or done.

Examples:
  pt run                          the template `stack`
  pt run stack -d                 in the background
  pt run api worker               two modules
  pt run \"migrate{to: 12}\"        a job with an argument
  pt run stack --dry-run          what would change")]
#[allow(clippy::struct_excessive_bools, reason = "each flag is a switch of its own")]
pub struct Run {
    #[command(flatten)]
    jobs: Jobs,
    /// Return when everything is ready or done
    #[arg(short, long)]
    detach: bool,
    /// Seconds that a container may take to get ready
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    wait_timeout: Duration,
    /// Seconds that a job may take to end [default: without -d no limit, with -d an hour]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    job_timeout: Option<Duration>,
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
    /// Give up at once when another pt works on this project
    #[arg(long)]
    no_wait: bool,
    #[command(flatten)]
    flags: PlanFlags,
}

/// `90`, `90s`, `5m` to a time.
pub fn seconds(text: &str) -> Result<Duration, String> {
    let plain = text.parse::<f64>().ok().filter(|seconds| seconds.is_finite() && *seconds >= 0.0);
    let seconds = plain.map(Duration::from_secs_f64);
    let written = || crate::value::scalar::duration(text).map(Duration::from_millis);
    seconds.or_else(written).ok_or_else(|| "expected a number of seconds, or a time such as `90s` or `5m`".to_owned())
}

/// Compiles, plans, and carries the plan out.
pub fn run(arguments: &Run, global: &Global, terminal: &Terminal) -> Result<u8, Failure> {
    let compiled = arguments.jobs.compile(global, terminal)?;
    runtime()?.block_on(async {
        let engine = connect(global)?;
        if arguments.dry_run {
            let prepared = plan(&engine, &compiled, arguments, terminal).await?;
            let mut out = Terminal::out();
            writeln!(out, "{}", prepared.plan)?;
            out.flush()?;
            return Ok(0);
        }
        let mut lock =
            Some(ProjectLock::take(&engine_project(&compiled.located), "run", arguments.no_wait, terminal).await?);
        let interrupts = Interrupts::listen()?;
        let options = execution(arguments);
        let mut attempts = 0;
        loop {
            let prepared = plan(&engine, &compiled, arguments, terminal).await?;
            let followed = Followed { engine: &engine, compiled: &compiled, prepared: &prepared };
            attempts += 1;
            let last = attempts == ATTEMPTS;
            let attempt = if arguments.detach {
                detached(&followed, &options, last, &interrupts, terminal).await?
            } else {
                attend(&followed, &options, &mut lock, last, &interrupts, terminal).await?
            };
            match attempt {
                Attempt::Over(code) => return Ok(code),
                Attempt::Overtaken => {
                    terminal.note("somebody else was faster: looking again");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    })
}

/// How often a plan is made where somebody else was faster than the ones before.
const ATTEMPTS: usize = 3;

/// Pause before it is made anew: whoever was faster may be in the middle of something.
const PAUSE: Duration = Duration::from_millis(500);

/// What came of carrying out a plan.
pub enum Attempt {
    /// It is over, and everything was told; the exit code.
    Over(u8),
    /// Somebody else was faster: another plan may do.
    Overtaken,
}

async fn plan(
    engine: &DockerEngine,
    compiled: &Compiled,
    arguments: &Run,
    terminal: &Terminal,
) -> Result<Prepared, Failure> {
    let refresh = if arguments.dry_run { Refresh::Planned } else { Refresh::Now(terminal) };
    let prepared = prepare(engine, compiled, &arguments.flags, arguments.jobs.allows_outside(), refresh).await?;
    prepared.refuse_obstacles(compiled, terminal)
}

fn execution(arguments: &Run) -> Execution {
    /// A detached run has to end some time, even when nobody looks.
    const HOUR: Duration = Duration::from_secs(3600);
    let exit_within = arguments.job_timeout.or(arguments.detach.then_some(HOUR));
    Execution { ready_within: arguments.wait_timeout, exit_within, ..Execution::default() }
}

async fn detached<E: Engine>(
    followed: &Followed<'_, E>,
    options: &Execution,
    last: bool,
    interrupts: &Interrupts,
    terminal: &Terminal,
) -> Result<Attempt, Failure> {
    let Followed { engine, compiled, prepared } = followed;
    tell_notes(prepared, compiled, terminal);
    let subjects = prepared.plan.nodes.iter().map(|node| node.subject.as_str());
    let mut progress = Progress::new(subjects, terminal);
    let redactor = prepared.secrets.redactor()?;
    let (stop, stopping) = watch::channel(false);
    let mut show = |event: Event| progress.show(&masked(event, &redactor));
    let report = {
        let mut walk = Box::pin(execute(*engine, &prepared.plan, &prepared.secrets, options, stopping, &mut show));
        tokio::select! {
            report = &mut walk => report,
            () = interrupts.reached(1) => {
                terminal.say("stopping after the current step; what is there stays, and `pt run` goes on from it");
                let _ = stop.send(true);
                walk.await
            }
        }
    };
    progress.finish();
    if interrupts.count() > 0 {
        return Err(Failure::with_code(interrupts.code()));
    }
    if !last && was_overtaken(&report, prepared, compiled) {
        return Ok(Attempt::Overtaken);
    }
    tell(&report, prepared, compiled, interrupts, terminal).map(Attempt::Over)
}

/// An event whose words hold no secret, whatever the engine put into them.
pub fn masked(event: Event, redactor: &crate::store::Redactor) -> Event {
    use crate::engine::{EventState, ProgressEvent};
    let state = match event.state {
        EventState::Failed(text) => EventState::Failed(redactor.redact(&text).into_owned()),
        EventState::Progress(ProgressEvent::Note(text)) => {
            EventState::Progress(ProgressEvent::Note(redactor.redact(&text).into_owned()))
        }
        other => other,
    };
    Event { state, ..event }
}
