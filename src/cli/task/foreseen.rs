//! A job with tasks before it runs: its containers as far as they are known, and the tasks as a list.

use serde_json::{Value, json};

use super::build::{Outdated, outdated};
use super::stages::TaskError;
use crate::cli::failure::Failure;
use crate::cli::job::Compiled;
use crate::cli::terminal::Terminal;
use crate::expand::{Program, Task, TaskKind, usual_reference};
use crate::model::Condition;

/// What can be said of a job without running it.
pub struct Foreseen {
    /// The job, without its tasks and without the containers that lack what a task may set.
    pub compiled: Compiled,
    /// Its tasks, in the order of their steps.
    pub tasks: Vec<Listed>,
}

/// A task as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    id: String,
    does: String,
    place: String,
    after: Vec<String>,
    /// Images that it builds from other sources than the last time.
    builds: Vec<Outdated>,
}

/// Takes the tasks out of a job, so that the rest can be planned.
pub fn foresee(compiled: Compiled, terminal: &Terminal) -> Result<Foreseen, Failure> {
    let program = &compiled.compilation.program;
    let mut tasks = Vec::new();
    for task in program.tasks.values() {
        let listed = list(task, program, &compiled, terminal);
        tell_users(&listed, program, terminal);
        tasks.push(listed);
    }
    Ok(Foreseen { compiled: without_tasks(compiled, terminal)?, tasks })
}

/// The part of a job that is known before its tasks have run: no tasks, and no containers that lack what a task may set.
pub fn without_tasks(compiled: Compiled, terminal: &Terminal) -> Result<Compiled, Failure> {
    let program = &compiled.compilation.program;
    if program.tasks.is_empty() {
        return Ok(compiled);
    }
    if !program.tasks.values().any(may_set) {
        let nodes: Vec<&str> = program.containers.keys().map(String::as_str).collect();
        compiled.refuse_missing_of(&nodes)?;
    }
    let lacking: Vec<String> = program.containers.keys().filter(|id| compiled.lacks(id)).cloned().collect();
    for id in &lacking {
        terminal.note(&format!("note: {id}: what it reads is not set yet; it is planned once a task has set it"));
    }
    let rest = program.only(|id| !lacking.iter().any(|lacking| lacking == id));
    Ok(compiled.with_program(rest))
}

/// Whether a task may set values and secrets that nobody knows before.
fn may_set(task: &Task) -> bool {
    matches!(task.kind, TaskKind::Code(_))
}

/// Says which containers get another image, since a plan cannot know it before it is built.
fn tell_users(task: &Listed, program: &Program, terminal: &Terminal) {
    for container in program.containers.values() {
        let (id, image) = (&container.id.value, &container.image.value);
        let anew = |build: &Outdated| !build.first && usual_reference(&build.tag) == usual_reference(image);
        if task.builds.iter().any(anew) {
            terminal.note(&format!(
                "note: {id}: `{}` builds `{image}` anew, from other sources than the last time; a running `{id}` is replaced",
                task.id
            ));
        }
    }
}

fn list(task: &Task, program: &Program, compiled: &Compiled, terminal: &Terminal) -> Listed {
    let after = program.edges_of(&task.id).map(|edge| match edge.condition {
        Condition::Success => format!("`{}`", edge.waits_for),
        Condition::Always => format!("the end of `{}`", edge.waits_for),
        Condition::Failed => format!("the failure of `{}`", edge.waits_for),
    });
    let place = compiled.compilation.sources.place(task.origin);
    // What cannot be read now is an error when it is built.
    let builds = outdated(task, compiled).unwrap_or_else(|error| {
        if let TaskError::Failed(failure) = error {
            terminal.warning(&format!("{}: {}", task.id, failure.message));
        }
        Vec::new()
    });
    Listed { id: task.id.clone(), does: does(task), place, after: after.collect(), builds }
}

/// What a task does, in words.
pub fn does(task: &Task) -> String {
    match &task.kind {
        TaskKind::Code(code) => match &code.home.repository {
            Some(repository) => format!("a {} program of {repository}", code.language.name()),
            None => format!("a {} program", code.language.name()),
        },
        TaskKind::Builtin { name, .. } => name.clone(),
    }
}

impl Foreseen {
    /// Whether a task makes something that was not there when it ran last.
    pub fn changes(&self) -> bool {
        self.tasks.iter().any(|task| !task.builds.is_empty())
    }

    /// The tasks as lines below a plan; nothing without any.
    pub fn tasks_text(&self) -> String {
        if self.tasks.is_empty() {
            return String::new();
        }
        let widest = self.tasks.iter().map(|task| task.id.chars().count()).max().unwrap_or_default();
        let line = |task: &Listed| {
            let after =
                if task.after.is_empty() { String::new() } else { format!(", after {}", task.after.join(" and ")) };
            let builds = match task.builds.as_slice() {
                [] => "",
                builds if builds.iter().all(|build| build.first) => ", for the first time here",
                _ => ", from changed sources",
            };
            format!("  {:widest$}  {} ({}){after}{builds}\n", task.id, task.does, task.place)
        };
        format!("\ntasks, which pt does itself:\n{}", self.tasks.iter().map(line).collect::<String>())
    }

    /// The tasks for machines.
    pub fn tasks_json(&self) -> Value {
        let entry = |task: &Listed| {
            let builds: Vec<&str> = task.builds.iter().map(|build| build.tag.as_str()).collect();
            json!({ "id": task.id, "does": task.does, "place": task.place, "after": task.after, "builds": builds })
        };
        self.tasks.iter().map(entry).collect()
    }
}
