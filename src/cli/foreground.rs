//! A run that is watched: logs on the terminal, and Ctrl-C stops everything in reverse order.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::failure::{Class, Failure};
use super::interrupt::Interrupts;
use super::job::Compiled;
use super::lock::ProjectLock;
use super::log_printer::{Form, LogPrinter};
use super::outcome::{place, tell, tell_failure, tell_notes, was_overtaken};
use super::planning::Prepared;
use super::progress::Progress;
use super::run::Attempt;
use super::session::engine_project;
use super::terminal::Terminal;
use super::watching::{Over, Watched};
use crate::engine::{Ending, Engine, EngineError, Execution, Failure as EngineFailure, Report};
use crate::expand::Role;
use crate::plan::{Action, container_name};

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
    /// Name in the engine of the container of a row, which may be one of several replicas.
    pub fn container_of(&self, subject: &str) -> Option<String> {
        let project = engine_project(&self.compiled.located);
        let containers = &self.compiled.compilation.program.containers;
        if containers.contains_key(subject) {
            return Some(container_name(&project, subject, 1));
        }
        let (id, replica) = subject.rsplit_once('-')?;
        let replica = replica.parse().ok().filter(|_| containers.contains_key(id))?;
        Some(container_name(&project, id, replica))
    }

    /// Whether the plan makes a container for a subject.
    pub fn makes(&self, subject: &str) -> bool {
        let mut nodes = self.prepared.plan.nodes.iter().filter(|node| node.subject == subject);
        nodes.any(|node| matches!(node.action, Action::CreateContainer(_)))
    }

    /// Whether the plan starts a container of a subject that was there before.
    pub fn starts(&self, subject: &str) -> bool {
        let mut nodes = self.prepared.plan.nodes.iter().filter(|node| node.subject == subject);
        !self.makes(subject) && nodes.any(|node| matches!(node.action, Action::Start { .. }))
    }

    /// Whether a row is a job.
    pub fn is_job(&self, subject: &str) -> bool {
        let container = self.compiled.compilation.program.containers.get(subject);
        container.is_some_and(|container| container.role == Role::Job)
    }

    /// Ids of the containers.
    pub fn subjects(&self) -> Vec<String> {
        self.compiled.compilation.program.containers.keys().cloned().collect()
    }

    /// Whether anything goes on until it is stopped.
    pub fn has_services(&self) -> bool {
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
        works: AtomicBool::new(true),
        begun: jiff::Timestamp::now(),
    };
    let over = match watched.watch(options, lock, interrupts).await {
        Over::Closed => Ok(0),
        Over::Interrupted(told) => told,
        Over::Done(report) if !last && was_overtaken(&report, followed.prepared, followed.compiled) => {
            return Ok(Attempt::Overtaken);
        }
        Over::Done(report) => end(&watched, &report, interrupts),
    };
    over.map(Attempt::Over)
}

/// What came of it, told; the exit code.
fn end<E: Engine>(watched: &Watched<'_, E>, report: &Report, interrupts: &Interrupts) -> Result<u8, Failure> {
    let followed = watched.followed;
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
            let place = place(&subject, error, followed.compiled);
            tell_failure(&subject, &bare, place.as_deref(), &watched.redactor, watched.terminal);
        }
        return Err(Failure::with_code(u8::try_from(code).unwrap_or(1)));
    }
    let code = tell(report, followed.prepared, followed.compiled, interrupts, watched.terminal)?;
    if watched.failed.load(Ordering::Relaxed) { Err(Failure::told(Class::No)) } else { Ok(code) }
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
