//! A job in stages: containers that wait for no task, the tasks that this makes ready, everything compiled anew, and so on.
//!
//! All stages but the last run detached; the last one is run as the user asked.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::future::LocalBoxFuture;
use tokio::sync::watch;

use super::secrecy::Keeper;
use super::{builtin, consent, program};
use crate::cli::failure::{Class, Failure};
use crate::cli::job::{Compiled, is_load_config};
use crate::cli::lock::ProjectLock;
use crate::cli::order;
use crate::cli::outcome::tell_failure;
use crate::cli::run::{Ended, Session};
use crate::cli::session::engine_project;
use crate::engine::{Engine, Event, Execution, execute};
use crate::expand::{Outputs, Role, Settled, Stage, Task, TaskKind};
use crate::expr::code::Datum;
use crate::plan::{Teardown, teardown};
use crate::report::sanitize;
use crate::source::Span;
use crate::store::Redactor;

/// More stages than any job has: a program that makes new tasks without end has to end.
const MOST: usize = 256;

/// How deep programs may call tools whose programs call tools.
const DEEPEST: usize = 32;

/// Why a task came to no good end.
#[derive(Debug)]
pub enum TaskError {
    /// The user said stop.
    Stopped,
    /// It failed.
    Failed(TaskFailure),
}

/// What a failed task has to say; nothing of it holds a secret's content.
#[derive(Debug, Default)]
pub struct TaskFailure {
    /// What went wrong.
    pub message: String,
    /// Where in the file, if that is closer than the step.
    pub span: Option<Span>,
    /// Lines that belong to it.
    pub notes: Vec<String>,
    /// What to type.
    pub help: Option<String>,
}

impl TaskError {
    /// A failure with these words.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::Failed(TaskFailure { message: message.into(), ..TaskFailure::default() })
    }
}

impl From<Failure> for TaskError {
    fn from(failure: Failure) -> Self {
        let help = failure.advice().map(str::to_owned);
        let notes = failure.lines();
        Self::Failed(TaskFailure { message: failure.to_string(), notes, help, span: None })
    }
}

/// Runs jobs that have tasks.
pub struct Runner<'a, E> {
    /// The engine and the terminal.
    pub session: &'a Session<'a, E>,
    /// Contents of secrets, and what masks them.
    pub keeper: &'a Keeper,
    /// Ids of all containers that this command has brought up, those of called jobs included: none of them is an orphan.
    up: &'a Mutex<BTreeSet<String>>,
    /// How many programs have called each other to get here.
    depth: usize,
}

/// How far a job has come.
#[derive(Default)]
struct Progress {
    settled: Settled,
    outputs: Outputs,
    failure: Option<Failure>,
}

/// What came of a job that a program called.
pub struct Called {
    /// What its last task with an output gave.
    pub output: Option<Datum>,
    /// Ids of its containers.
    pub containers: Vec<String>,
}

impl<'a, E: Engine> Runner<'a, E> {
    /// For one command.
    pub fn new(session: &'a Session<'a, E>, keeper: &'a Keeper, up: &'a Mutex<BTreeSet<String>>) -> Self {
        Self { session, keeper, up, depth: 0 }
    }

    fn up(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.up.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a job. `attended` is the lock of a run whose logs are shown in the end; without it, it ends when everything is
    /// ready or done. The exit code.
    pub async fn run(&self, compiled: Compiled, mut attended: Option<&mut Option<ProjectLock>>) -> Result<u8, Failure> {
        let mut progress = Progress::default();
        let is_attended = attended.is_some();
        let project = engine_project(&compiled.located);
        let told = match self.stages(compiled, &mut progress, attended.as_deref_mut()).await {
            Ok(code) => progress.failure.take().map_or(Ok(code), Err),
            Err(failure) => Err(failure),
        };
        // The last stage stops what it shows by itself, and gives its lock back before.
        let interrupted = is_attended && self.session.interrupts.count() > 0;
        let up = self.up().clone();
        if interrupted && !up.is_empty() && attended.is_some_and(|lock| lock.is_some()) {
            self.stop(&project, &up).await;
        }
        told
    }

    /// Runs a job that a program calls, to its end.
    pub fn call(&self, mut compiled: Compiled) -> LocalBoxFuture<'_, Result<Called, Failure>> {
        Box::pin(async move {
            if self.depth >= DEEPEST {
                let message = format!("programs call each other more than {DEEPEST} deep here");
                return Err(Failure::new(Class::No, message));
            }
            let inner = Self { session: self.session, keeper: self.keeper, up: self.up, depth: self.depth + 1 };
            let mut progress = Progress::default();
            run_jobs_anew(&mut compiled);
            let containers: Vec<String> = compiled.compilation.program.containers.keys().cloned().collect();
            inner.stages(compiled, &mut progress, None).await?;
            let output = progress.outputs.into_values().next_back();
            progress.failure.map_or(Ok(Called { output, containers }), Err)
        })
    }

    async fn stages(
        &self,
        mut compiled: Compiled,
        progress: &mut Progress,
        mut attended: Option<&mut Option<ProjectLock>>,
    ) -> Result<u8, Failure> {
        for _ in 0..MOST {
            let stage = compiled.compilation.program.stage(&progress.settled);
            let first = comes_first(&stage, &compiled, &progress.settled);
            if first.is_empty() {
                let last = stage.last;
                let lock = attended.as_deref_mut().filter(|_| last && progress.failure.is_none());
                if let Some(code) = self.containers(&mut compiled, stage, progress, lock).await? {
                    return Ok(code);
                }
                if last {
                    self.tell_left_out(&compiled, progress);
                    return Ok(0);
                }
                let ready = compiled.compilation.program.stage(&progress.settled).ready;
                self.tasks(&ready, &compiled, progress).await?;
            } else {
                self.tasks(&first, &compiled, progress).await?;
            }
            compiled = compiled.again(&progress.outputs, self.session.terminal)?;
            if self.depth > 0 {
                run_jobs_anew(&mut compiled);
            }
        }
        Err(Failure::new(Class::No, format!("after {MOST} stages the job still has new tasks")))
    }

    /// Brings up the containers of a stage; the exit code where that was the end of the run.
    async fn containers(
        &self,
        compiled: &mut Compiled,
        stage: Stage,
        progress: &mut Progress,
        attended: Option<&mut Option<ProjectLock>>,
    ) -> Result<Option<u8>, Failure> {
        let nodes: Vec<String> = stage.program.containers.keys().cloned().collect();
        let missing: Vec<&str> = nodes.iter().map(String::as_str).collect();
        compiled.refuse_missing_of(&missing)?;
        let settled = &mut progress.settled;
        self.up().extend(nodes.iter().cloned());
        compiled.compilation.containers.extend(self.up().iter().cloned());
        compiled.settled = settled.well.union(&settled.badly).cloned().collect();
        let whole = std::mem::replace(&mut compiled.compilation.program, stage.program);
        if let Some(lock) = attended.filter(|_| !nodes.is_empty()) {
            return self.session.attended(compiled, lock).await.map(Some);
        }
        // What earlier stages brought up is there: with nothing new there is nothing to look at.
        let new = nodes.iter().any(|node| !settled.holds(node));
        let ended = if new { self.session.detached(compiled).await } else { Ended::nothing() };
        compiled.compilation.program = whole;
        if let Err(failure) = ended.told {
            if ended.failed.is_empty() {
                return Err(failure);
            }
            progress.failure = Some(failure);
        }
        settled.well.extend(nodes.into_iter().filter(|node| !ended.failed.contains(node)));
        settled.badly.extend(ended.failed);
        Ok(None)
    }

    /// Runs tasks, one after the other. A failure is told and leaves the others alone.
    async fn tasks(&self, tasks: &[Task], compiled: &Compiled, progress: &mut Progress) -> Result<(), Failure> {
        // A task before may have written programs into the project that nobody has read yet.
        if tasks.iter().any(|task| matches!(task.kind, TaskKind::Code(_))) {
            consent::obtain(compiled, self.session.trust, self.session.terminal)?;
        }
        for task in tasks {
            compiled.refuse_missing_of(&[&task.id])?;
            let result = match &task.kind {
                TaskKind::Code(code) => program::run(self, task, code, compiled).await,
                TaskKind::Builtin { name, arguments } => {
                    builtin::run(self, name, arguments, task, compiled).await.map(|()| None)
                }
            };
            match result {
                Ok(output) => {
                    self.session.terminal.note(&format!("{}  done", task.id));
                    progress.settled.well.insert(task.id.clone());
                    progress.outputs.extend(output.map(|output| (task.id.clone(), output)));
                }
                Err(TaskError::Stopped) => return Err(Failure::with_code(self.session.interrupts.code())),
                Err(TaskError::Failed(failure)) => {
                    self.tell(task, &failure, compiled)?;
                    progress.settled.badly.insert(task.id.clone());
                    progress.failure = Some(Failure::told(Class::No));
                }
            }
        }
        Ok(())
    }

    /// What failed, where in the program, and in which step.
    fn tell(&self, task: &Task, failure: &TaskFailure, compiled: &Compiled) -> Result<(), Failure> {
        let terminal = self.session.terminal;
        let redactor = self.keeper.redactor()?;
        let clean = |text: &str| sanitize::visible_lines(&redactor.redact(text)).into_owned();
        let sources = &compiled.compilation.sources;
        terminal.error(&clean(&format!("`{}` failed: {}", task.id, failure.message)));
        let span = failure.span.unwrap_or(task.origin);
        terminal.say(&format!(" --> {}", sources.place(span)));
        if failure.span.is_some() {
            let file = sources.file(span.file);
            let line = file.line_text(file.line_of(span.start as usize)).trim();
            terminal.say(&format!("    | {}", clean(line)));
            terminal.say(&format!("  = in the step at {}", sources.place(task.origin)));
        }
        for note in &failure.notes {
            terminal.say(&format!("  = {}", clean(note)));
        }
        if let Some(help) = &failure.help {
            terminal.say(&format!("  = help: {}", clean(help)));
        }
        Ok(())
    }

    fn tell_left_out(&self, compiled: &Compiled, progress: &Progress) {
        let program = &compiled.compilation.program;
        for (id, cause) in program.unneeded(&progress.settled) {
            if progress.failure.is_some() {
                self.session.terminal.say(&format!("`{id}` was not started, because `{cause}` failed"));
            }
        }
    }

    /// Stops what earlier stages of an attended run brought up, in reverse order.
    async fn stop(&self, project: &str, containers: &BTreeSet<String>) {
        let session = self.session;
        let Ok(mut observed) = session.engine.observe(project, &[], &[], &[]).await else { return };
        order::apply(project, &mut observed);
        session.terminal.note("stopping; press Ctrl-C again to kill");
        let wanted = Teardown { only_stop: true, containers: Some(containers.clone()), ..Teardown::default() };
        let plan = teardown(project, &observed, &wanted);
        let (_keep, go_on) = watch::channel(false);
        let mut silent = |_: Event| {};
        let nothing = crate::cli::session::Secrets::default();
        let report = execute(session.engine, &plan, &nothing, &Execution::default(), go_on, &mut silent).await;
        for (index, error) in report.failures() {
            tell_failure(&plan.nodes[index].subject, error, None, &Redactor::default(), session.terminal);
        }
    }
}

/// The tasks that run before the containers of their stage: those that load what all may use, and where something is
/// not set yet, those that may set it.
fn comes_first(stage: &Stage, compiled: &Compiled, settled: &Settled) -> Vec<Task> {
    let lacking = stage.program.containers.keys().any(|id| compiled.lacks(id));
    let program = &compiled.compilation.program;
    let is_free = |task: &Task| program.edges_of(&task.id).all(|edge| settled.holds(&edge.waits_for));
    let first = stage.ready.iter().filter(|task| is_free(task) && (lacking || is_load_config(task)));
    first.cloned().collect()
}

/// A program that calls a job wants it done now, not some time before.
fn run_jobs_anew(compiled: &mut Compiled) {
    let containers = compiled.compilation.program.containers.values();
    let jobs = containers.filter(|container| container.role == Role::Job).map(|container| container.id.value.clone());
    compiled.compilation.asked_for = jobs.collect();
}
