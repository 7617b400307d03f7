//! A run that is watched: logs on the terminal, and Ctrl-C stops everything in reverse order.

use std::cell::RefCell;
use std::collections::BTreeSet;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::sync::{mpsc, watch};

use super::failure::Failure;
use super::interrupt::Interrupts;
use super::job::Compiled;
use super::lock::ProjectLock;
use super::log_printer::{Form, LogPrinter};
use super::outcome::tell;
use super::planning::Prepared;
use super::progress::Progress;
use super::run::masked;
use super::session::engine_project;
use super::terminal::Terminal;
use crate::engine::{Engine, Event, EventState, Execution, LogLine, LogRequest, execute};
use crate::expand::Role;
use crate::plan::{Action, Teardown, teardown};

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

    fn subjects(&self) -> Vec<String> {
        self.compiled.compilation.program.containers.keys().cloned().collect()
    }

    fn has_services(&self) -> bool {
        self.compiled.compilation.program.containers.values().any(|container| container.role == Role::Service)
    }
}

/// Carries the plan out, shows all logs, and stays until everything has ended or the user says stop.
pub async fn attend<E: Engine>(
    followed: &Followed<'_, E>,
    options: &Execution,
    lock: ProjectLock,
    interrupts: &Interrupts,
    terminal: &Terminal,
) -> Result<u8, Failure> {
    let redactor = followed.prepared.secrets.redactor()?;
    let names = followed.subjects();
    // A single job is like a program that was called: its output alone.
    let form = if names.len() == 1 && !followed.has_services() { Form::Bare } else { Form::Prefixed };
    let printer = LogPrinter::new(names, form, redactor.clone(), terminal);
    let subjects = followed.prepared.plan.nodes.iter().map(|node| node.subject.as_str());
    let progress = RefCell::new(Progress::new(subjects, terminal));
    let (started, mut starting) = mpsc::unbounded_channel::<String>();
    let (stop, stopping) = watch::channel(false);

    let (seen, events) = mpsc::unbounded_channel::<Event>();
    let mut events = events;
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
    let mut lock = Some(lock);
    loop {
        let done = report.is_some();
        tokio::select! {
            biased;
            Some(event) = events.recv() => {
                if begins_to_run(&event.state) {
                    let _ = started.send(event.subject.clone());
                }
                progress.borrow_mut().show(&masked(event, &redactor));
            }
            Some(subject) = starting.recv() => {
                for container in followed.containers_of(&subject) {
                    if following.insert(container.clone()) {
                        logs.push(follow(followed.engine, container, subject.clone(), &printer, &progress));
                    }
                }
            }
            ended = &mut walk, if !done => {
                report = Some(ended);
                progress.borrow_mut().finish();
                // Others may work on the project while this one only watches.
                lock.take();
                if report.as_ref().is_some_and(|report| !report.is_success()) || !followed.has_services() {
                    break;
                }
            }
            () = interrupts.reached(1) => {
                let _ = stop.send(true);
                if !done {
                    report = Some((&mut walk).await);
                }
                break;
            }
            ended = logs.next(), if done && !logs.is_empty() => {
                // All containers have ended by themselves.
                if ended.is_some() && logs.is_empty() {
                    break;
                }
            }
        }
    }
    progress.borrow_mut().finish();
    let Some(report) = report else { return Err(super::run::failed()) };
    // What the containers wrote before they ended is still on its way.
    let rest = async { while logs.next().await.is_some() {} };
    if !followed.has_services() && interrupts.count() == 0 {
        let _ = tokio::time::timeout(std::time::Duration::from_secs(5), rest).await;
    }
    let told = tell(&report, followed.prepared, followed.compiled, interrupts, terminal);
    if interrupts.count() > 0 {
        drop(lock);
        stop_all(followed, interrupts, terminal).await?;
    }
    told
}

fn begins_to_run(state: &EventState) -> bool {
    matches!(state, EventState::Working("running" | "getting ready") | EventState::Done("ready" | "done" | "unchanged"))
}

async fn follow<E: Engine>(
    engine: &E,
    container: String,
    subject: String,
    printer: &LogPrinter,
    progress: &RefCell<Progress>,
) {
    // A container that ran before shows only its latest lines.
    const LATEST: usize = 1000;
    let request = LogRequest { follow: true, tail: Some(LATEST), ..LogRequest::default() };
    let (sender, mut receiver) = mpsc::unbounded_channel::<LogLine>();
    let mut sink = move |line: LogLine| sender.send(line).is_ok();
    let read = engine.logs(&container, &request, &mut sink);
    let print = async {
        while let Some(line) = receiver.recv().await {
            let mut open = true;
            progress.borrow().interrupt(|| open = printer.print(&subject, &line));
            if !open {
                return;
            }
        }
    };
    tokio::pin!(read);
    tokio::pin!(print);
    tokio::select! {
        _ = &mut read => {}
        () = &mut print => return,
    }
    print.await;
}

/// Stops what this run started, in reverse order; at once when the user insists.
async fn stop_all<E: Engine>(
    followed: &Followed<'_, E>,
    interrupts: &Interrupts,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let project = engine_project(&followed.compiled.located);
    let observed = followed.engine.observe(&project, &[], &[], &[]).await?;
    let containers: BTreeSet<String> = followed.compiled.compilation.program.containers.keys().cloned().collect();
    terminal.note("stopping; press Ctrl-C again to kill");
    let wanted = Teardown { only_stop: true, containers: Some(containers), ..Teardown::default() };
    let gentle = teardown(&project, &observed, &wanted);
    let subjects = gentle.nodes.iter().map(|node| node.subject.as_str());
    let mut progress = Progress::new(subjects, terminal);
    let (_keep, go_on) = watch::channel(false);
    let options = Execution::default();
    let mut show = |event: Event| progress.show(&event);
    let walk = execute(followed.engine, &gentle, &followed.prepared.secrets, &options, go_on.clone(), &mut show);
    let killed = tokio::select! {
        _ = walk => false,
        () = interrupts.reached(2) => true,
    };
    if killed {
        let plan = teardown(&project, &observed, &Teardown { seconds: Some(0), ..wanted });
        let mut show = |event: Event| progress.show(&event);
        execute(followed.engine, &plan, &followed.prepared.secrets, &options, go_on, &mut show).await;
    }
    progress.finish();
    Ok(())
}
