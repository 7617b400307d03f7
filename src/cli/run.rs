//! `pt run`: what the jobs describe, running.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::sync::Mutex;
use std::time::Duration;

use clap::Args;
use tokio::sync::watch;

use super::adoption;
use super::arguments::Global;
use super::checkout::{claim, settle};
use super::choice::connect;
use super::failure::Failure;
use super::foreground::{Followed, attend};
use super::host_ports::forget_replaced;
use super::interrupt::Interrupts;
use super::job::{Compiled, Jobs};
use super::lock::ProjectLock;
use super::order;
use super::outcome::{failed, tell, tell_notes, was_overtaken};
use super::ownership::refuse_foreign;
use super::planning::{PlanFlags, Prepared, Refresh, prepare};
use super::progress::Progress;
use super::project::Located;
use super::session::{engine_project, runtime};
use super::task::{Keeper, Runner, consent, foresee};
use super::terminal::Terminal;
use crate::engine::{Engine, Event, Execution, Report, execute};

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
    /// Run the programs in `code` steps without asking
    #[arg(long, env = "PT_TRUST", hide_env = true, value_parser = clap::builder::FalseyValueParser::new())]
    trust: bool,
    /// Serve the project's tools to a coding agent meanwhile, as `pt mcp` does
    #[arg(long, conflicts_with = "dry_run")]
    mcp: bool,
    // Flags of its own come first: these bring headings, which last.
    #[command(flatten)]
    jobs: Jobs,
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
    if arguments.mcp {
        return super::mcp::run_and_serve(arguments.detach, global, terminal);
    }
    refuse_foreign(&Located::find(global)?, None)?;
    adoption::offer(global, terminal)?;
    if arguments.flags.written_ports {
        forget_replaced(&Located::find(global)?)?;
    }
    let compiled = arguments.jobs.compile(global, terminal)?;
    refuse_foreign(&compiled.located, Some(&compiled.compilation.sources))?;
    runtime()?.block_on(async {
        let engine = connect(global, Some(&compiled.located)).await?;
        let place = settle(&compiled.located, &engine).await?;
        if arguments.dry_run {
            let foreseen = foresee(compiled, terminal)?;
            let compiled = &foreseen.compiled;
            let allow_outside = arguments.jobs.allows_outside();
            let prepared = prepare(&engine, compiled, &arguments.flags, allow_outside, Refresh::Planned).await?;
            let prepared = prepared.refuse_obstacles(compiled, terminal)?;
            let mut out = Terminal::out();
            write!(out, "{}\n{}", prepared.plan, foreseen.tasks_text())?;
            out.flush()?;
            return Ok(0);
        }
        let staged = !compiled.compilation.program.tasks.is_empty();
        if staged {
            consent::obtain(&compiled, arguments.trust, terminal)?;
        }
        let place = adoption::ask(&compiled.located, place, terminal)?;
        claim(&compiled.located, &place, &engine)?;
        let mut lock =
            Some(ProjectLock::take(&engine_project(&compiled.located), "run", arguments.no_wait, terminal).await?);
        let interrupts = Interrupts::listen()?;
        let session = Session {
            engine: &engine,
            flags: &arguments.flags,
            allow_outside: arguments.jobs.allows_outside(),
            trust: arguments.trust,
            options: execution(arguments),
            interrupts: &interrupts,
            terminal,
        };
        let (keeper, up) = (Keeper::default(), Mutex::default());
        let runner = Runner::new(&session, &keeper, &up);
        match (staged, arguments.detach) {
            (true, true) => runner.run(compiled, None).await,
            (true, false) => runner.run(compiled, Some(&mut lock)).await,
            (false, true) => session.detached(&compiled).await.told,
            (false, false) => session.attended(&compiled, &mut lock).await,
        }
    })
}

/// How often a plan is made where what it was made for has changed before it was done.
const ATTEMPTS: usize = 3;

/// Pause before it is made anew: whoever changed it may be in the middle of something.
const PAUSE: Duration = Duration::from_millis(500);

/// What came of carrying out a plan.
pub enum Attempt {
    /// It is over, and everything was told; the exit code.
    Over(u8),
    /// Somebody else was faster: another plan may do.
    Overtaken,
}

/// What stays the same while the jobs of one command are carried out.
pub struct Session<'a, E> {
    /// The engine.
    pub engine: &'a E,
    /// How plans are made.
    pub flags: &'a PlanFlags,
    /// Whether host paths outside of the project are allowed.
    pub allow_outside: bool,
    /// Whether programs run without asking.
    pub trust: bool,
    /// How plans are walked.
    pub options: Execution,
    /// What the user says meanwhile.
    pub interrupts: &'a Interrupts,
    /// Where everything is told.
    pub terminal: &'a Terminal,
}

/// What came of a detached run; everything was told.
pub struct Ended {
    /// The exit code, or a failure that has one.
    pub told: Result<u8, Failure>,
    /// Ids of the containers that failed or were not begun.
    pub failed: BTreeSet<String>,
}

impl Ended {
    /// Nothing had to be done.
    pub fn nothing() -> Self {
        Self { told: Ok(0), failed: BTreeSet::new() }
    }
}

impl From<Failure> for Ended {
    fn from(failure: Failure) -> Self {
        Self { told: Err(failure), failed: BTreeSet::new() }
    }
}

impl<E: Engine> Session<'_, E> {
    async fn plan(&self, compiled: &Compiled) -> Result<Prepared, Failure> {
        let refresh = Refresh::Now(self.terminal);
        let prepared = prepare(self.engine, compiled, self.flags, self.allow_outside, refresh).await?;
        let prepared = prepared.refuse_obstacles(compiled, self.terminal)?;
        order::remember(&engine_project(&compiled.located), &compiled.compilation.program);
        Ok(prepared)
    }

    /// Plans, carries out, and shows all logs until everything has ended or the user says stop.
    pub async fn attended(&self, compiled: &Compiled, lock: &mut Option<ProjectLock>) -> Result<u8, Failure> {
        for attempt in 1.. {
            let prepared = self.plan(compiled).await?;
            let followed = Followed { engine: self.engine, compiled, prepared: &prepared };
            let last = attempt == ATTEMPTS;
            match attend(&followed, &self.options, lock, last, self.interrupts, self.terminal).await? {
                Attempt::Over(code) => return Ok(code),
                Attempt::Overtaken => self.pause().await,
            }
        }
        Ok(0)
    }

    /// Plans and carries out, until everything is ready or done.
    pub async fn detached(&self, compiled: &Compiled) -> Ended {
        let mut attempt = 1;
        loop {
            let prepared = match self.plan(compiled).await {
                Ok(prepared) => prepared,
                Err(failure) => return failure.into(),
            };
            let report = match self.walk(compiled, &prepared).await {
                Ok(report) => report,
                Err(failure) => return failure.into(),
            };
            if attempt < ATTEMPTS && was_overtaken(&report, &prepared, compiled) {
                attempt += 1;
                self.pause().await;
                continue;
            }
            let failed = failed(&report, &prepared, compiled);
            return Ended { told: tell(&report, &prepared, compiled, self.interrupts, self.terminal), failed };
        }
    }

    async fn pause(&self) {
        self.terminal.note("what is there has changed meanwhile: looking again");
        tokio::time::sleep(PAUSE).await;
    }

    /// Carries a plan out, its rows on the terminal.
    async fn walk(&self, compiled: &Compiled, prepared: &Prepared) -> Result<Report, Failure> {
        tell_notes(prepared, compiled, self.terminal);
        let subjects = prepared.plan.nodes.iter().map(|node| node.subject.as_str());
        let mut progress = Progress::new(subjects, self.terminal);
        let redactor = prepared.secrets.redactor()?;
        let (stop, stopping) = watch::channel(false);
        let mut show = |event: Event| progress.show(&masked(event, &redactor));
        let report = {
            let walk = execute(self.engine, &prepared.plan, &prepared.secrets, &self.options, stopping, &mut show);
            let mut walk = Box::pin(walk);
            tokio::select! {
                report = &mut walk => report,
                () = self.interrupts.reached(1) => {
                    let words = "stopping after the current step; what is there stays, and `pt run` goes on from it";
                    self.terminal.say(words);
                    let _ = stop.send(true);
                    walk.await
                }
            }
        };
        progress.finish();
        if self.interrupts.count() > 0 {
            return Err(Failure::with_code(self.interrupts.code()));
        }
        Ok(report)
    }
}

fn execution(arguments: &Run) -> Execution {
    /// A detached run has to end some time, even when nobody looks.
    const HOUR: Duration = Duration::from_secs(3600);
    let exit_within = arguments.job_timeout.or(arguments.detach.then_some(HOUR));
    Execution { ready_within: arguments.wait_timeout, exit_within, ..Execution::default() }
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
