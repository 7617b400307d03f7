//! A run that is watched: logs on the terminal, and Ctrl-C stops everything in reverse order.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::sync::{mpsc, watch};

use super::failure::{Class, Failure};
use super::interrupt::Interrupts;
use super::job::Compiled;
use super::lock::ProjectLock;
use super::log_printer::{Form, LogPrinter};
use super::outcome::{tell, tell_failure, tell_notes, was_overtaken};
use super::planning::Prepared;
use super::progress::Progress;
use super::run::{Attempt, masked};
use super::session::engine_project;
use super::terminal::Terminal;
use crate::engine::{
    Ending, Engine, EngineError, Event, EventState, Execution, Failure as EngineFailure, LogLine, LogRequest, Report,
    execute,
};
use crate::expand::Role;
use crate::plan::{Action, State, Teardown, teardown};
use crate::store::Redactor;

/// What is watched.
pub struct Followed<'a, E> {
    /// The engine.
    pub engine: &'a E,
    /// The jobs.
    pub compiled: &'a Compiled,
    /// The plan.
    pub prepared: &'a Prepared,
}

impl<E: Engine> Followed<'_, E> {
    /// Names in the engine of the containers of a subject.
    fn containers_of(&self, subject: &str) -> BTreeSet<String> {
        let nodes = self.prepared.plan.nodes.iter().filter(|node| node.subject == subject);
        nodes
            .filter_map(|node| match &node.action {
                Action::AwaitReady { container, .. } | Action::AwaitExit { container, .. } => Some(container.clone()),
                _ => None,
            })
            .collect()
    }

    /// Whether the plan makes a container for a subject.
    fn makes(&self, subject: &str) -> bool {
        let mut nodes = self.prepared.plan.nodes.iter().filter(|node| node.subject == subject);
        nodes.any(|node| matches!(node.action, Action::CreateContainer(_)))
    }

    fn subjects(&self) -> Vec<String> {
        self.compiled.compilation.program.containers.keys().cloned().collect()
    }

    fn has_services(&self) -> bool {
        self.compiled.compilation.program.containers.values().any(|container| container.role == Role::Service)
    }

    /// A single job is like a program that was called: its output alone, and its exit code.
    fn form(&self) -> Form {
        if self.subjects().len() == 1 && !self.has_services() { Form::Bare } else { Form::Prefixed }
    }

    /// The rows that are shown while the plan is done.
    fn progress(&self, terminal: &Terminal) -> Progress {
        let nodes = self.prepared.plan.nodes.iter();
        match self.form() {
            // Only what takes long is worth a word besides the output of a program.
            Form::Bare => {
                let pulls = nodes.filter(|node| matches!(node.action, Action::Pull { .. }));
                Progress::only(pulls.map(|node| node.subject.as_str()), terminal)
            }
            _ => Progress::new(nodes.map(|node| node.subject.as_str()), terminal),
        }
    }
}

/// How a log came to its end.
enum LogEnd {
    /// The container of this subject wrote its last line.
    Ended(String),
    /// Nobody reads any more.
    Closed,
}

/// Why the watching is over.
enum Over {
    /// Everything was done, or has ended by itself.
    Done(Report),
    /// The user said stop.
    Interrupted(Report),
    /// Nobody reads any more.
    Closed,
}

/// Carries the plan out, shows all logs, and stays until everything has ended or the user says stop.
pub async fn attend<E: Engine>(
    followed: &Followed<'_, E>,
    options: &Execution,
    lock: &mut Option<ProjectLock>,
    last: bool,
    interrupts: &Interrupts,
    terminal: &Terminal,
) -> Result<Attempt, Failure> {
    let redactor = followed.prepared.secrets.redactor()?;
    if followed.form() != Form::Bare || terminal.verbose > 0 {
        tell_notes(followed.prepared, followed.compiled, terminal);
    }
    let watched = Watched {
        followed,
        printer: LogPrinter::new(followed.subjects(), followed.form(), redactor.clone(), terminal),
        progress: Mutex::new(followed.progress(terminal)),
        redactor,
        terminal,
        failed: AtomicBool::new(false),
    };
    let over = match watched.watch(options, lock, interrupts).await {
        Over::Closed => Ok(0),
        Over::Interrupted(report) => {
            let told = tell(&report, followed.prepared, followed.compiled, interrupts, terminal);
            watched.stop_all(lock, interrupts).await?;
            told
        }
        Over::Done(report) if !last && was_overtaken(&report, followed.prepared, followed.compiled) => {
            return Ok(Attempt::Overtaken);
        }
        Over::Done(report) => watched.end(&report, interrupts),
    };
    over.map(Attempt::Over)
}

/// A plan that is carried out under the user's eyes.
struct Watched<'a, E> {
    followed: &'a Followed<'a, E>,
    printer: LogPrinter,
    progress: Mutex<Progress>,
    redactor: Redactor,
    terminal: &'a Terminal,
    /// Whether a service has ended badly.
    failed: AtomicBool,
}

impl<E: Engine> Watched<'_, E> {
    async fn watch(&self, options: &Execution, lock: &mut Option<ProjectLock>, interrupts: &Interrupts) -> Over {
        let followed = self.followed;
        let (stop, stopping) = watch::channel(false);
        let (seen, mut events) = mpsc::unbounded_channel::<Event>();
        let mut sink = move |event: Event| {
            // Nobody listens only when everything is over.
            let _ = seen.send(event);
        };
        let walk =
            execute(followed.engine, &followed.prepared.plan, &followed.prepared.secrets, options, stopping, &mut sink);
        let mut walk = std::pin::pin!(walk);
        let mut logs = FuturesUnordered::new();
        let mut following: BTreeSet<String> = BTreeSet::new();
        let mut report = None;
        loop {
            tokio::select! {
                biased;
                Some(event) = events.recv() => logs.extend(self.hear(event, &mut following)),
                ended = &mut walk, if report.is_none() => {
                    while let Ok(event) = events.try_recv() {
                        logs.extend(self.hear(event, &mut following));
                    }
                    self.progress().finish();
                    if !ended.is_success() || !followed.has_services() {
                        // What the containers wrote before they ended is still on its way.
                        let rest = async { while logs.next().await.is_some() {} };
                        if !followed.has_services() {
                            tokio::select! { () = rest => {}, () = interrupts.reached(1) => {} }
                        }
                        return Over::Done(ended);
                    }
                    report = Some(ended);
                    // Others may work on the project while this one only watches.
                    lock.take();
                }
                () = interrupts.reached(1) => {
                    let _ = stop.send(true);
                    let report = match report {
                        Some(report) => report,
                        None => walk.await,
                    };
                    self.progress().finish();
                    return Over::Interrupted(report);
                }
                Some(ended) = logs.next(), if !logs.is_empty() => match (ended, &report) {
                    (LogEnd::Closed, None) => {
                        let _ = stop.send(true);
                        walk.await;
                        return Over::Closed;
                    }
                    (LogEnd::Closed, Some(_)) => return Over::Closed,
                    (LogEnd::Ended(subject), Some(_)) => self.tell_end(&subject).await,
                    (LogEnd::Ended(_), None) => {}
                },
            }
            // All containers have ended by themselves.
            if logs.is_empty()
                && let Some(report) = report.take_if(|_| events.is_empty())
            {
                return Over::Done(report);
            }
        }
    }

    /// Shows an event; the logs to follow from now on.
    fn hear(&self, event: Event, following: &mut BTreeSet<String>) -> Vec<impl Future<Output = LogEnd> + use<'_, E>> {
        let mut logs = Vec::new();
        if begins_to_run(&event.state) {
            for container in self.followed.containers_of(&event.subject) {
                if following.insert(container.clone()) {
                    let subject = event.subject.clone();
                    logs.push(async move {
                        let open = self.follow(&container, &subject).await;
                        if open { LogEnd::Ended(subject) } else { LogEnd::Closed }
                    });
                }
            }
        }
        self.progress().show(&masked(event, &self.redactor));
        logs
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows the log of a container until it ends, or until nobody reads: then `false`.
    async fn follow(&self, container: &str, subject: &str) -> bool {
        // Of a new container every line is wanted; one that ran before shows only its latest.
        const LATEST: usize = 1000;
        let tail = (!self.followed.makes(subject)).then_some(LATEST);
        let request = LogRequest { follow: true, tail, ..LogRequest::default() };
        let mut open = true;
        let mut print = |line: LogLine| {
            self.progress().interrupt(|| open = self.printer.print(subject, &line));
            open
        };
        let read = self.followed.engine.logs(container, &request, &mut print).await;
        if let Err(error) = read {
            tell_failure(subject, &error, None, &self.redactor, self.terminal);
        }
        open
    }

    /// Says how a service ended that should go on.
    async fn tell_end(&self, subject: &str) {
        let names = self.followed.containers_of(subject);
        let project = engine_project(&self.followed.compiled.located);
        let Ok(observed) = self.followed.engine.observe(&project, &[], &[], &[]).await else { return };
        for seen in
            observed.containers.iter().filter(|seen| names.contains(&seen.name) || names.contains(&seen.engine_id))
        {
            if let State::Exited(code) = seen.state {
                self.failed.fetch_or(code != 0, Ordering::Relaxed);
                let words = format!("`{subject}` ended with exit code {code}");
                if code == 0 { self.terminal.note(&words) } else { self.terminal.error(&words) }
            }
        }
    }

    /// What came of it, told; the exit code.
    fn end(&self, report: &Report, interrupts: &Interrupts) -> Result<u8, Failure> {
        let followed = self.followed;
        if followed.form() == Form::Bare
            && let Some((error, code)) = end_of_job(report)
        {
            // Its own last lines were just seen; a code that means something is put into words.
            if EngineFailure::Ended(format!("exit code {code}")) != error.failure {
                let subject = followed.subjects().into_iter().next().unwrap_or_default();
                let bare = EngineError {
                    doing: error.doing.clone(),
                    failure: error.failure.clone(),
                    help: None,
                    log: Vec::new(),
                    exit_code: error.exit_code,
                };
                let place = super::outcome::place(&subject, error, followed.compiled);
                tell_failure(&subject, &bare, place.as_deref(), &self.redactor, self.terminal);
            }
            return Err(Failure::with_code(u8::try_from(code).unwrap_or(1)));
        }
        let code = tell(report, followed.prepared, followed.compiled, interrupts, self.terminal)?;
        if self.failed.load(Ordering::Relaxed) { Err(Failure::told(Class::No)) } else { Ok(code) }
    }

    /// Stops what this run started, in reverse order; at once when the user insists.
    async fn stop_all(&self, lock: &mut Option<ProjectLock>, interrupts: &Interrupts) -> Result<(), Failure> {
        let followed = self.followed;
        let project = engine_project(&followed.compiled.located);
        self.terminal.note("stopping; press Ctrl-C again to kill");
        // Whoever works on the project now comes first, unless the user insists.
        if lock.is_none() {
            *lock = tokio::select! {
                lock = ProjectLock::take(&project, "run", false, self.terminal) => Some(lock?),
                () = interrupts.reached(2) => None,
            };
        }
        let observed = followed.engine.observe(&project, &[], &[], &[]).await?;
        let containers: BTreeSet<String> = followed.compiled.compilation.program.containers.keys().cloned().collect();
        let wanted = Teardown { only_stop: true, containers: Some(containers), ..Teardown::default() };
        let gentle = teardown(&project, &observed, &wanted);
        let report = tokio::select! {
            report = self.carry_out(&gentle) => report,
            () = interrupts.reached(2) => {
                self.terminal.note("killing what is left");
                let now = Teardown { seconds: Some(0), ..wanted };
                self.carry_out(&teardown(&project, &observed, &now)).await
            }
        };
        for (index, error) in report.failures() {
            let subject = report_subject(&gentle, index);
            tell_failure(subject, error, None, &self.redactor, self.terminal);
        }
        Ok(())
    }

    async fn carry_out(&self, plan: &crate::plan::Plan) -> Report {
        let mut progress = Progress::new(plan.nodes.iter().map(|node| node.subject.as_str()), self.terminal);
        let (_keep, go_on) = watch::channel(false);
        let mut show = |event: Event| progress.show(&event);
        let secrets = &self.followed.prepared.secrets;
        let report = execute(self.followed.engine, plan, secrets, &Execution::default(), go_on, &mut show).await;
        progress.finish();
        report
    }
}

fn report_subject(plan: &crate::plan::Plan, index: usize) -> &str {
    plan.nodes.get(index).map_or("", |node| node.subject.as_str())
}

fn begins_to_run(state: &EventState) -> bool {
    matches!(state, EventState::Working("running" | "getting ready") | EventState::Done("ready" | "done" | "unchanged"))
}

/// The only failure of a plan, if it is a job that ended with another code than 0.
fn end_of_job(report: &Report) -> Option<(&EngineError, i64)> {
    let mut failed = report.endings.iter().filter_map(|ending| match ending {
        Ending::Failed(error) => Some(error),
        _ => None,
    });
    let error = failed.next()?;
    let code = error.exit_code.filter(|_| matches!(error.failure, EngineFailure::Ended(_)))?;
    failed.next().is_none().then_some((error, code))
}
