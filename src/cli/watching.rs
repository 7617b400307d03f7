//! Watching: a plan is carried out while the logs of its containers are shown, and stopped again when the user says so.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::stream::FuturesUnordered;
use futures_util::{Stream, StreamExt as _};
use tokio::sync::{mpsc, watch};

use super::failure::Failure;
use super::foreground::Followed;
use super::interrupt::Interrupts;
use super::lock::ProjectLock;
use super::log_printer::LogPrinter;
use super::order;
use super::outcome::{tell, tell_failure};
use super::progress::Progress;
use super::revival::revived;
use super::run::masked;
use super::session::engine_project;
use super::terminal::Terminal;
use crate::engine::{Engine, Event, EventState, Execution, LogLine, LogRequest, Report, execute};
use crate::plan::{Plan, State, Teardown, teardown};
use crate::store::Redactor;

/// Why the watching is over.
pub enum Over {
    /// Everything was done, or has ended by itself.
    Done(Report),
    /// The user said stop, and everything was told.
    Interrupted(Result<u8, Failure>),
    /// Nobody reads any more.
    Closed,
}

/// How a log came to its end.
enum LogEnd {
    /// The container of this subject wrote its last line.
    Ended(String),
    /// Nobody reads any more.
    Closed,
}

/// A plan that is carried out under the user's eyes.
pub struct Watched<'a, E> {
    /// What is watched.
    pub followed: &'a Followed<'a, E>,
    /// Where log lines go.
    pub printer: LogPrinter,
    /// Where rows go; log lines keep clear of them.
    pub progress: Mutex<Progress>,
    /// Masks secrets.
    pub redactor: Redactor,
    /// Where everything else goes.
    pub terminal: &'a Terminal,
    /// Whether a service has ended badly.
    pub failed: AtomicBool,
    /// Whether this run changes something itself: what ends meanwhile ends because of it.
    pub works: AtomicBool,
    /// When it began: what was written before is of an earlier run.
    pub begun: jiff::Timestamp,
}

impl<E: Engine> Watched<'_, E> {
    /// Carries the plan out and shows all logs, until everything has ended or the user says stop.
    pub async fn watch(&self, options: &Execution, lock: &mut Option<ProjectLock>, interrupts: &Interrupts) -> Over {
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
                    self.works.store(false, Ordering::Relaxed);
                    // Others may work on the project while this one only watches.
                    lock.take();
                }
                () = interrupts.reached(1) => {
                    self.works.store(true, Ordering::Relaxed);
                    let _ = stop.send(true);
                    let stopping = async {
                        let report = match report {
                            Some(report) => report,
                            None => walk.await,
                        };
                        self.progress().finish();
                        let told = tell(&report, followed.prepared, followed.compiled, interrupts, self.terminal);
                        self.stop_all(lock, interrupts).await.and(told)
                    };
                    return Over::Interrupted(with_last_words(stopping, logs).await);
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

    /// Shows an event; the log to follow from now on.
    fn hear(
        &self,
        event: Event,
        following: &mut BTreeSet<String>,
    ) -> Option<impl Future<Output = LogEnd> + use<'_, E>> {
        let mut log = None;
        if begins_to_run(&event.state)
            && !(event.state == EventState::Done("unchanged") && self.followed.is_job(&event.subject))
            && let Some(container) = self.followed.container_of(&event.subject)
            && following.insert(container.clone())
        {
            let subject = event.subject.clone();
            log = Some(async move {
                let open = self.follow(&container, &subject).await;
                if open { LogEnd::Ended(subject) } else { LogEnd::Closed }
            });
        }
        self.progress().show(&masked(event, &self.redactor));
        log
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows the log of a container until it ends, or until nobody reads: then `false`.
    async fn follow(&self, container: &str, subject: &str) -> bool {
        // Of a new container every line is wanted; one that ran before shows only its latest.
        const LATEST: usize = 1000;
        let tail = (!self.followed.makes(subject)).then_some(LATEST);
        // Of one that is started again, what it writes from then on; clocks of other machines are not ours.
        let again = self.followed.starts(subject) && self.followed.engine.capabilities().local;
        let after = again.then_some(self.begun);
        let mut request = LogRequest { follow: true, tail, after, ..LogRequest::default() };
        let project = engine_project(&self.followed.compiled.located);
        let mut open = true;
        loop {
            let mut last: Option<jiff::Timestamp> = None;
            let mut print = |line: LogLine| {
                last = last.max(line.timestamp.parse().ok());
                self.progress().interrupt(|| open = self.printer.print(subject, &line));
                open
            };
            let read = self.followed.engine.logs(container, &request, &mut print).await;
            if let Err(error) = read {
                tell_failure(subject, &error, None, &self.redactor, self.terminal);
            }
            request.after = last.or(request.after);
            if !open || self.works.load(Ordering::Relaxed) || self.followed.is_job(subject) {
                return open;
            }
            let back = revived(self.followed.engine, &project, |seen| seen.name == container, || false).await;
            if back.is_none() {
                return open;
            }
        }
    }

    /// Says how a service ended that should go on.
    async fn tell_end(&self, subject: &str) {
        let Some(name) = self.followed.container_of(subject) else { return };
        let project = engine_project(&self.followed.compiled.located);
        let Ok(observed) = self.followed.engine.observe(&project, &[], &[], &[]).await else { return };
        for seen in observed.containers.iter().filter(|seen| seen.name == name) {
            if let State::Exited(code) = seen.state {
                self.failed.fetch_or(code != 0, Ordering::Relaxed);
                let words = format!("`{subject}` ended with exit code {code}");
                if code == 0 { self.terminal.note(&words) } else { self.terminal.error(&words) }
            }
        }
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
        let mut observed = followed.engine.observe(&project, &[], &[], &[]).await?;
        order::apply(&project, &mut observed);
        let containers: BTreeSet<String> = followed.compiled.compilation.program.containers.keys().cloned().collect();
        let wanted = Teardown { only_stop: true, containers: Some(containers), ..Teardown::default() };
        let gentle = teardown(&project, &observed, &wanted);
        tokio::select! {
            () = self.carry_out(&gentle) => {}
            () = interrupts.reached(2) => {
                self.terminal.note("killing what is left");
                let now = Teardown { seconds: Some(0), ..wanted };
                self.carry_out(&teardown(&project, &observed, &now)).await;
            }
        }
        Ok(())
    }

    async fn carry_out(&self, plan: &Plan) {
        *self.progress() = Progress::new(plan.nodes.iter().map(|node| node.subject.as_str()), self.terminal);
        let (_keep, go_on) = watch::channel(false);
        let mut show = |event: Event| self.progress().show(&event);
        let secrets = &self.followed.prepared.secrets;
        let report = execute(self.followed.engine, plan, secrets, &Execution::default(), go_on, &mut show).await;
        self.progress().finish();
        for (index, error) in report.failures() {
            tell_failure(&plan.nodes[index].subject, error, None, &self.redactor, self.terminal);
        }
    }
}

/// Waits for the containers to stop, while what they say to it is shown.
async fn with_last_words<T>(stopping: impl Future<Output = T>, mut logs: impl Stream<Item = LogEnd> + Unpin) -> T {
    /// How long the last words of what has stopped may be on their way.
    const LAST_WORDS: Duration = Duration::from_secs(1);
    let mut stopping = std::pin::pin!(stopping);
    let stopped = loop {
        tokio::select! {
            stopped = &mut stopping => break stopped,
            Some(_) = logs.next() => {}
        }
    };
    let rest = async { while logs.next().await.is_some() {} };
    let _ = tokio::time::timeout(LAST_WORDS, rest).await;
    stopped
}

fn begins_to_run(state: &EventState) -> bool {
    matches!(state, EventState::Working("running" | "getting ready") | EventState::Done("ready" | "done" | "unchanged"))
}
