//! A program in stages: what can run now, while some tasks have yet to come.
//!
//! A task may set values that later steps read, or start modules that nobody knew of. So a job with tasks is run in stages:
//! everything that waits for no task, then the tasks that this makes ready, then what waited for them, compiled anew.

use std::collections::{BTreeMap, BTreeSet};

use super::program::Program;
use super::task::Task;

/// What can be run now.
#[derive(Debug, Default)]
pub struct Stage {
    /// The containers that wait for no task, with their order; it has no tasks.
    pub program: Program,
    /// The tasks that are ready once these containers are, in their order.
    pub ready: Vec<Task>,
    /// Whether this is everything: no task and no container is left for a later stage.
    pub last: bool,
}

impl Program {
    /// The stage that comes after the tasks in `done`.
    pub fn stage(&self, done: &BTreeSet<String>) -> Stage {
        let waiting: BTreeSet<&str> = self.tasks.keys().map(String::as_str).filter(|id| !done.contains(*id)).collect();
        let blocked = self.blocked(&waiting);
        let runs = |id: &str| !waiting.contains(id) && !blocked.contains(id);
        let ready = self.tasks.values().filter(|task| {
            waiting.contains(task.id.as_str())
                && self.after.iter().filter(|edge| edge.container == task.id).all(|edge| runs(&edge.waits_for))
        });
        let ready: Vec<Task> = ready.cloned().collect();
        let containers = self.containers.iter().filter(|(id, _)| runs(id));
        let containers: indexmap::IndexMap<_, _> =
            containers.map(|(id, container)| (id.clone(), container.clone())).collect();
        let inside = |id: &str| containers.contains_key(id);
        let after = self.after.iter().filter(|edge| inside(&edge.container) && inside(&edge.waits_for));
        let after = after.cloned().collect();
        let mounted: BTreeSet<&str> = containers.values().flat_map(|container| container.volumes()).collect();
        let volumes = self.volumes.iter().filter(|(id, _)| mounted.contains(id.as_str()));
        let volumes = volumes.map(|(id, volume)| (id.clone(), volume.clone())).collect();
        let last = ready.is_empty();
        Stage { program: Program { containers, volumes, after, ..Program::default() }, ready, last }
    }

    /// The whole program as if every task had been done.
    pub fn without_tasks(&self) -> Program {
        self.stage(&self.tasks.keys().cloned().collect()).program
    }

    /// What waits, directly or through others, for something in `waiting`.
    fn blocked<'a>(&'a self, waiting: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
        let mut dependants: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for edge in &self.after {
            dependants.entry(&edge.waits_for).or_default().push(&edge.container);
        }
        let mut blocked = BTreeSet::new();
        let mut queue: Vec<&str> = waiting.iter().copied().collect();
        while let Some(id) = queue.pop() {
            for next in dependants.get(id).into_iter().flatten() {
                if blocked.insert(*next) {
                    queue.push(next);
                }
            }
        }
        blocked
    }
}
