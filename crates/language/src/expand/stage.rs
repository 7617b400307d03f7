//! A program in stages: what can run now, while some tasks have yet to come.
//!
//! A task may set values that later steps read, or start modules that nobody knew of. So a job with tasks is run in stages:
//! everything that waits for no task, then the tasks that this makes ready, then what waited for them, compiled anew.

use std::collections::{BTreeMap, BTreeSet};

use super::program::{Container, Edge, Program};
use super::task::Task;
use crate::model::Condition;

/// How the tasks and containers of earlier stages ended, by their ids. Containers that serve and are ready have ended well.
#[derive(Debug, Clone, Default)]
pub struct Settled {
    /// What went well.
    pub well: BTreeSet<String>,
    /// What failed, or was not begun because of that.
    pub badly: BTreeSet<String>,
}

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

impl Settled {
    /// Whether something ended otherwise than an edge asks: then what waits is never begun.
    fn is_against(&self, edge: &Edge) -> bool {
        match edge.condition {
            Condition::Success => self.badly.contains(&edge.waits_for),
            Condition::Failed => self.well.contains(&edge.waits_for),
            Condition::Always => false,
        }
    }

    /// Whether something has ended already, or will never begin because of a failure.
    pub fn holds(&self, id: &str) -> bool {
        self.well.contains(id) || self.badly.contains(id)
    }
}

impl Program {
    /// The stage that comes after what has ended already.
    pub fn stage(&self, settled: &Settled) -> Stage {
        let left_out = self.left_out(settled);
        let pending = |id: &&str| !settled.holds(id) && !left_out.contains(*id);
        let waiting: BTreeSet<&str> = self.tasks.keys().map(String::as_str).filter(pending).collect();
        let blocked = self.dependants(waiting.iter().copied());
        let is_free = |id: &str| !waiting.contains(id) && !blocked.contains(id);
        let ready: Vec<Task> = self
            .tasks
            .values()
            .filter(|task| {
                waiting.contains(task.id.as_str()) && self.edges_of(&task.id).all(|edge| is_free(&edge.waits_for))
            })
            .cloned()
            .collect();
        let runs = |id: &str| is_free(id) && !left_out.contains(id) && !settled.badly.contains(id);
        let last = ready.is_empty();
        Stage { program: self.only(runs), ready, last }
    }

    /// The containers that `keep` wants, with their volumes and their order, without tasks.
    #[must_use]
    pub fn only(&self, keep: impl Fn(&str) -> bool) -> Program {
        let containers = self.containers.iter().filter(|(id, _)| keep(id));
        let containers: indexmap::IndexMap<_, _> =
            containers.map(|(id, container)| (id.clone(), container.clone())).collect();
        let inside = |id: &str| containers.contains_key(id);
        let after = self.after.iter().filter(|edge| inside(&edge.container) && inside(&edge.waits_for));
        let after = after.cloned().collect();
        let mounted: BTreeSet<&str> = containers.values().flat_map(Container::volumes).collect();
        let volumes = self.volumes.iter().filter(|(id, _)| mounted.contains(id.as_str()));
        let volumes = volumes.map(|(id, volume)| (id.clone(), volume.clone())).collect();
        let made_images = self.made_images.clone();
        Program { containers, volumes, after, made_images, ..Program::default() }
    }

    /// Containers and tasks that are never begun, because something that they wait for ended otherwise; each with that.
    pub fn unneeded(&self, settled: &Settled) -> Vec<(&str, &str)> {
        let left_out = self.left_out(settled);
        let ids = self.containers.keys().chain(self.tasks.keys()).map(String::as_str);
        let cause = |id: &str| {
            let mut edges = self.edges_of(id);
            edges.find(|edge| settled.badly.contains(&edge.waits_for) && settled.is_against(edge))
        };
        ids.filter(|id| left_out.contains(id) && !settled.holds(id))
            .filter_map(|id| self.edges_of(id).next().map(|first| (id, cause(id).unwrap_or(first).waits_for.as_str())))
            .collect()
    }

    /// What `id` waits for.
    pub fn edges_of(&self, id: &str) -> impl Iterator<Item = &Edge> {
        self.after.iter().filter(move |edge| edge.container == id)
    }

    /// What waits, directly or through others, for one of `ids`.
    pub fn dependants<'a>(&'a self, ids: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
        let mut waiting: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for edge in &self.after {
            waiting.entry(&edge.waits_for).or_default().push(&edge.container);
        }
        let mut found = BTreeSet::new();
        let mut queue: Vec<&str> = ids.collect();
        while let Some(id) = queue.pop() {
            for next in waiting.get(id).into_iter().flatten() {
                if found.insert(*next) {
                    queue.push(next);
                }
            }
        }
        found
    }

    /// What is never begun: it waits for another ending of something, or for what is never begun itself.
    fn left_out(&self, settled: &Settled) -> BTreeSet<&str> {
        let against = self.after.iter().filter(|edge| settled.is_against(edge) && !settled.holds(&edge.container));
        let mut left_out: BTreeSet<&str> = against.map(|edge| edge.container.as_str()).collect();
        let further = self.dependants(left_out.iter().copied());
        left_out.extend(further.into_iter().filter(|id| !settled.holds(id)));
        left_out
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::expand::{Code, TaskKind};
    use crate::expr::Language;
    use crate::include::Home;
    use crate::source::{FileId, Span};
    use crate::syntax::Node;

    fn span() -> Span {
        Span::start_of(FileId(0))
    }

    fn task(id: &str) -> Task {
        let code = Code {
            language: Language::JavaScript,
            node: Node::missing(span()),
            start: 0,
            params: Vec::new(),
            home: Home::default(),
        };
        Task { id: id.to_owned(), kind: TaskKind::Code(code), origin: span(), call: span() }
    }

    /// Tasks by name, and who waits for whom.
    fn program(tasks: &[&str], edges: &[(&str, &str, Condition)]) -> Program {
        let edge = |(container, waits_for, condition): &(&str, &str, Condition)| Edge {
            container: (*container).to_owned(),
            waits_for: (*waits_for).to_owned(),
            condition: *condition,
            span: span(),
        };
        let after = edges.iter().map(edge).collect();
        let tasks = tasks.iter().map(|id| ((*id).to_owned(), task(id))).collect();
        Program { tasks, after, ..Program::default() }
    }

    fn ready(program: &Program, settled: &Settled) -> Vec<String> {
        program.stage(settled).ready.into_iter().map(|task| task.id).collect()
    }

    #[test]
    fn tasks_become_ready_one_after_the_other() {
        let program = program(&["a", "b", "c"], &[("b", "a", Condition::Success), ("c", "b", Condition::Success)]);
        let mut settled = Settled::default();
        for expected in ["a", "b", "c"] {
            assert_eq!(ready(&program, &settled), [expected]);
            settled.well.insert(expected.to_owned());
        }
        assert!(program.stage(&settled).last);
    }

    #[test]
    fn a_failure_leaves_out_what_waits_for_success_and_goes_on_with_the_rest() {
        let edges = [
            ("next", "bad", Condition::Success),
            ("far", "next", Condition::Always),
            ("if-bad", "bad", Condition::Failed),
            ("always", "bad", Condition::Always),
        ];
        let program = program(&["bad", "next", "far", "if-bad", "always"], &edges);
        let settled = Settled { badly: BTreeSet::from(["bad".to_owned()]), ..Settled::default() };
        assert_eq!(ready(&program, &settled), ["if-bad", "always"]);
        assert_eq!(program.unneeded(&settled), [("next", "bad"), ("far", "next")]);
    }

    #[test]
    fn what_waits_for_a_failure_is_left_out_after_a_success() {
        let program = program(&["good", "if-bad"], &[("if-bad", "good", Condition::Failed)]);
        let settled = Settled { well: BTreeSet::from(["good".to_owned()]), ..Settled::default() };
        assert!(program.stage(&settled).last);
    }
}
