//! The order of a template's steps: which container waits for which.

use std::collections::{BTreeMap, BTreeSet};

use super::program::Edge;
use crate::declare_rule;
use crate::diagnostic::{Diagnostics, did_you_mean, one_of};
use crate::model::{After, DUPLICATE_ID, Step};
use crate::source::{Span, Spanned};

declare_rule! {
    /// `after` names a step that the template does not have
    ///
    /// The step would wait for nothing, or for ever.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - {id: init, module: polytope/container, args: {image: "busybox:1.36", cmd: "true"}}
    ///   - {id: api, module: polytope/container, args: {image: "busybox:1.36"}}
    /// templates:
    ///   - id: stack
    ///     run:
    ///       - init
    ///       - {module: api, run-when: {after: initt}}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - {id: init, module: polytope/container, args: {image: "busybox:1.36", cmd: "true"}}
    ///   - {id: api, module: polytope/container, args: {image: "busybox:1.36"}}
    /// templates:
    ///   - id: stack
    ///     run:
    ///       - init
    ///       - {module: api, run-when: {after: init}}
    /// ```
    pub static UNKNOWN_STEP = { name: "unknown-step", code: "PT108", level: Error, precision: VeryHigh };
}

declare_rule! {
    /// steps that wait for each other
    ///
    /// None of them would ever start.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - {id: a, module: polytope/container, args: {image: "busybox:1.36", cmd: "true"}}
    ///   - {id: b, module: polytope/container, args: {image: "busybox:1.36", cmd: "true"}}
    /// templates:
    ///   - id: stack
    ///     run:
    ///       - {module: a, run-when: {after: b}}
    ///       - {module: b, run-when: {after: a}}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - {id: a, module: polytope/container, args: {image: "busybox:1.36", cmd: "true"}}
    ///   - {id: b, module: polytope/container, args: {image: "busybox:1.36", cmd: "true"}}
    /// templates:
    ///   - id: stack
    ///     run:
    ///       - a
    ///       - {module: b, run-when: {after: a}}
    /// ```
    pub static DEPENDENCY_CYCLE = { name: "dependency-cycle", code: "PT109", level: Error, precision: VeryHigh };
}

/// The steps of one template with the containers that each came down to.
#[derive(Debug, Default)]
pub(super) struct StepGraph {
    steps: Vec<GraphStep>,
    /// Where a step stands in `steps`, by name; the first where there are two.
    positions: BTreeMap<String, usize>,
}

#[derive(Debug)]
struct GraphStep {
    id: Spanned<String>,
    containers: Vec<String>,
    after: Option<After>,
}

impl StepGraph {
    /// Adds a step; two steps of one name are a fault, for `after` could mean either.
    pub(super) fn add(&mut self, step: &Step, containers: Vec<String>, diagnostics: &mut Diagnostics) {
        let position = *self.positions.entry(step.id.value.clone()).or_insert(self.steps.len());
        if let Some(earlier) = self.steps.get(position) {
            diagnostics
                .report(&DUPLICATE_ID, step.id.span, format!("there are two steps `{}`", step.id.value))
                .also(earlier.id.span, "the first one")
                .help("give one of them another name: `{id: NAME, module: …}`");
        }
        self.steps.push(GraphStep { id: step.id.clone(), containers, after: step.after.clone() });
    }

    /// Every container of a step waits for every container of the step that it comes after. A step that a document lacks is
    /// only held against a `complete` one.
    pub(super) fn edges(&self, complete: bool, diagnostics: &mut Diagnostics) -> Vec<Edge> {
        let targets: Vec<Option<usize>> =
            self.steps.iter().map(|step| self.target(step, complete, diagnostics)).collect();
        let rounds = rounds(&targets);
        for round in &rounds {
            let names: Vec<&str> = round.iter().map(|index| self.steps[*index].id.value.as_str()).collect();
            let span =
                self.steps[round[0]].after.as_ref().map_or(self.steps[round[0]].id.span, |after| after.step.span);
            report_round(&names, span, diagnostics);
        }
        let in_round: BTreeSet<usize> = rounds.into_iter().flatten().collect();
        let mut edges = Vec::new();
        for (index, step) in self.steps.iter().enumerate().filter(|(index, _)| !in_round.contains(index)) {
            if let (Some(after), Some(target)) = (&step.after, targets[index]) {
                edges.extend(self.waits(step, after, target));
            }
        }
        edges
    }

    fn waits<'a>(&'a self, step: &'a GraphStep, after: &'a After, target: usize) -> impl Iterator<Item = Edge> + 'a {
        let edge = |container: &String, other: &String| Edge {
            container: container.clone(),
            waits_for: other.clone(),
            condition: after.condition,
            span: after.step.span,
        };
        step.containers.iter().flat_map(move |container| {
            let others = self.steps[target].containers.iter().filter(move |other| *other != container);
            others.map(move |other| edge(container, other))
        })
    }

    /// Position of the step that a step comes after.
    fn target(&self, step: &GraphStep, complete: bool, diagnostics: &mut Diagnostics) -> Option<usize> {
        let after = step.after.as_ref()?;
        let found = self.positions.get(&after.step.value).copied();
        if found.is_none() && complete {
            self.report_unknown(&after.step, diagnostics);
        }
        found
    }

    fn report_unknown(&self, name: &Spanned<String>, diagnostics: &mut Diagnostics) {
        let first = |(index, step): &(usize, &GraphStep)| self.positions.get(&step.id.value) == Some(index);
        let names = || self.steps.iter().enumerate().filter(first).map(|(_, step)| step.id.value.as_str());
        let help = match did_you_mean(name, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the steps of this template are {}", one_of(names())),
        };
        diagnostics.report(&UNKNOWN_STEP, name.span, format!("there is no step `{}`", name.value)).help(help);
    }
}

/// The rounds among steps that each wait for at most one other, each from its first step on.
fn rounds(targets: &[Option<usize>]) -> Vec<Vec<usize>> {
    let mut rounds = Vec::new();
    // The walk in which a step was first met.
    let mut met: Vec<Option<usize>> = vec![None; targets.len()];
    for start in 0..targets.len() {
        let mut way = Vec::new();
        let mut current = Some(start);
        while let Some(step) = current {
            if let Some(walk) = met[step] {
                // Met in this very walk: what comes after the first meeting is a round.
                if let Some(first) = way.iter().position(|other| *other == step).filter(|_| walk == start) {
                    let mut round: Vec<usize> = way.split_off(first);
                    let least = round.iter().enumerate().min_by_key(|(_, step)| **step).map_or(0, |(at, _)| at);
                    round.rotate_left(least);
                    rounds.push(round);
                }
                break;
            }
            met[step] = Some(start);
            way.push(step);
            current = targets[step];
        }
    }
    rounds
}

fn report_round(names: &[&str], span: Span, diagnostics: &mut Diagnostics) {
    const SHOWN: usize = 8;
    let mut said: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    if names.len() > SHOWN {
        said.push(format!("{} more", names.len() - SHOWN));
    }
    let message = match said.as_slice() {
        [only] => format!("{only} waits for itself"),
        _ => format!("{} wait for each other: none would ever start", said.join(" and ")),
    };
    diagnostics.report(&DEPENDENCY_CYCLE, span, message).help("remove one of these `run-when`");
}

/// Reports containers that wait for each other through templates that call templates, and takes away the edge that closes
/// each round; and those that two calls of one template gave twice.
pub(super) fn settle(edges: &mut Vec<Edge>, diagnostics: &mut Diagnostics) {
    let mut seen = BTreeSet::new();
    edges.retain(|edge| seen.insert((edge.container.clone(), edge.waits_for.clone(), edge.condition as u8)));
    let closing = closing_edges(edges);
    for (edge, names) in &closing {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        report_round(&names, edges[*edge].span, diagnostics);
    }
    let mut index = 0;
    edges.retain(|_| {
        index += 1;
        !closing.contains_key(&(index - 1))
    });
}

/// The edges that lead back to a container on the way to them, each with the containers of its round.
fn closing_edges(edges: &[Edge]) -> BTreeMap<usize, Vec<String>> {
    let mut from: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, edge) in edges.iter().enumerate() {
        from.entry(&edge.container).or_default().push(index);
    }
    let mut closing = BTreeMap::new();
    let mut done: BTreeSet<&str> = BTreeSet::new();
    for start in from.keys() {
        // Containers on the way, each with the number of its edges that were followed; and where each stands on it.
        let mut way: Vec<(&str, usize)> = if done.contains(start) { Vec::new() } else { vec![(start, 0)] };
        let mut places: BTreeMap<&str, usize> = BTreeMap::from([(*start, 0)]);
        while let Some((name, followed)) = way.last_mut() {
            let Some(index) = from.get(name).and_then(|edges| edges.get(*followed)) else {
                places.remove(name);
                done.insert(name);
                way.pop();
                continue;
            };
            *followed += 1;
            let next = edges[*index].waits_for.as_str();
            if let Some(place) = places.get(next) {
                closing.insert(*index, way[*place..].iter().map(|(name, _)| (*name).to_owned()).collect());
            } else if !done.contains(next) {
                places.insert(next, way.len());
                way.push((next, 0));
            }
        }
    }
    closing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_each_round_of_steps_once() {
        assert_eq!(rounds(&[Some(1), Some(2), None]), Vec::<Vec<usize>>::new());
        assert_eq!(rounds(&[Some(0)]), [[0]]);
        assert_eq!(rounds(&[Some(1), Some(2), Some(1)]), [[1, 2]]);
        assert_eq!(rounds(&[Some(3), Some(2), Some(1), Some(4), Some(3)]), [[3, 4], [1, 2]]);
    }

    #[test]
    fn a_long_chain_takes_no_longer_per_step() {
        let chain: Vec<Option<usize>> = (1..200_000).map(Some).chain([None]).collect();
        assert!(rounds(&chain).is_empty());
    }
}
