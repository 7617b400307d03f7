//! The order of a template's steps: which container waits for which.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::program::Edge;
use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix, Level, did_you_mean, one_of};
use crate::model::{After, Condition, DUPLICATE_ID, Step, TemplateKind};
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

/// The steps of one template with what each came down to.
#[derive(Debug, Default)]
pub(super) struct StepGraph {
    steps: Vec<GraphStep>,
    /// Where the steps of a name stand in `steps`: several only where none of them was given it.
    positions: BTreeMap<String, Vec<usize>>,
    /// The names as a sentence lists them, once all steps are there.
    listed: OnceCell<String>,
}

#[derive(Debug)]
struct GraphStep {
    id: Spanned<String>,
    /// Ids of its containers and tasks.
    nodes: Vec<String>,
    after: Vec<After>,
}

impl StepGraph {
    /// Adds a step. Two steps of one name are a fault, for `after` could mean either; only tools may call the same thing in
    /// two nameless steps. `asked` are steps whose outputs it needs.
    pub(super) fn add(
        &mut self,
        step: &Step,
        nodes: Vec<String>,
        asked: Vec<Spanned<String>>,
        kind: TemplateKind,
        diagnostics: &mut Diagnostics,
    ) {
        let positions = self.positions.entry(step.id.value.clone()).or_default();
        if let Some(earlier) = positions.first().map(|first| &self.steps[*first])
            && (step.named || kind == TemplateKind::Template)
        {
            diagnostics
                .report(&DUPLICATE_ID, step.id.span, format!("there are two steps `{}`", step.id.value))
                .also(earlier.id.span, "the first one")
                .help("give one of them another name: `{id: NAME, module: …}`");
        }
        positions.push(self.steps.len());
        let mut after = step.after.clone();
        after.extend(asked.into_iter().map(|step| After { span: step.span, step, condition: Condition::Success }));
        self.steps.push(GraphStep { id: step.id.clone(), nodes, after });
    }

    /// How many steps have this name.
    pub(super) fn count(&self, id: &str) -> usize {
        self.positions.get(id).map_or(0, Vec::len)
    }

    /// Ids of the containers and tasks of the steps with this name.
    pub(super) fn nodes(&self, id: &str) -> Vec<&str> {
        let positions = self.positions.get(id).into_iter().flatten();
        positions.flat_map(|index| &self.steps[*index].nodes).map(String::as_str).collect()
    }

    /// What a call of the template waits for: the steps that `await` names, or all. Names that no step has are ignored, as
    /// many files have such.
    pub(super) fn awaited(
        &self,
        awaits: &[Spanned<String>],
        complete: bool,
        diagnostics: &mut Diagnostics,
    ) -> Vec<String> {
        let mut nodes = Vec::new();
        for name in awaits {
            if complete && self.count(name) == 0 {
                diagnostics.at_most(Level::Warning, |diagnostics| self.report_unknown(name, diagnostics));
            }
            nodes.extend(self.nodes(name).into_iter().map(str::to_owned));
        }
        if nodes.is_empty() { self.steps.iter().flat_map(|step| step.nodes.clone()).collect() } else { nodes }
    }

    /// Everything of a step waits for everything of the steps that it comes after. A step that a document lacks is only held
    /// against a `complete` one.
    pub(super) fn edges(&self, complete: bool, diagnostics: &mut Diagnostics) -> Vec<Edge> {
        let mut waits = Vec::new();
        for (index, step) in self.steps.iter().enumerate() {
            for after in &step.after {
                match self.positions.get(&after.step.value) {
                    Some(targets) => waits.extend(targets.iter().map(|target| (index, *target, after))),
                    None if complete => self.report_unknown(&after.step, diagnostics),
                    None => {}
                }
            }
        }
        let pairs: Vec<(usize, usize)> = waits.iter().map(|(step, target, _)| (*step, *target)).collect();
        let rounds = closing_edges(&pairs);
        for (closing, round) in &rounds {
            let mut round = round.clone();
            let least = round.iter().enumerate().min_by_key(|(_, step)| **step).map_or(0, |(at, _)| at);
            round.rotate_left(least);
            let names: Vec<&str> = round.iter().map(|index| self.steps[*index].id.value.as_str()).collect();
            let first = waits.iter().find(|(step, target, _)| *step == round[0] && round.contains(target));
            report_round(&names, first.map_or(waits[*closing].2, |(_, _, after)| after).step.span, diagnostics);
        }
        let in_round: BTreeSet<usize> = rounds.into_values().flatten().collect();
        waits.retain(|(step, _, _)| !in_round.contains(step));
        waits.into_iter().flat_map(|(step, target, after)| self.waits(step, after, target)).collect()
    }

    fn waits<'a>(&'a self, step: usize, after: &'a After, target: usize) -> impl Iterator<Item = Edge> + 'a {
        let edge = |node: &String, other: &String| Edge {
            container: node.clone(),
            waits_for: other.clone(),
            condition: after.condition,
            span: after.step.span,
        };
        self.steps[step].nodes.iter().flat_map(move |node| {
            let others = self.steps[target].nodes.iter().filter(move |other| *other != node);
            others.map(move |other| edge(node, other))
        })
    }

    fn report_unknown<'a>(&'a self, name: &Spanned<String>, diagnostics: &mut Diagnostics) {
        let first = |(index, step): (usize, &'a GraphStep)| {
            let positions = self.positions.get(&step.id.value)?;
            (positions.first() == Some(&index)).then_some(step.id.value.as_str())
        };
        let names = || self.steps.iter().enumerate().filter_map(first);
        let near = did_you_mean(name, names());
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the steps here are {}", self.listed.get_or_init(|| one_of(names()))),
        };
        diagnostics
            .report(&UNKNOWN_STEP, name.span, format!("there is no step `{}`", name.value))
            .help(help)
            .maybe_fix(near.map(|near| Fix::respell(name.span, near)));
    }
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
    diagnostics.report(&DEPENDENCY_CYCLE, span, message).help("remove one of these `after`");
}

/// Reports containers that wait for each other through templates that call templates, and takes away the edge that closes
/// each round; and those that two calls of one template gave twice.
pub(super) fn settle(edges: &mut Vec<Edge>, diagnostics: &mut Diagnostics) {
    let mut seen = BTreeSet::new();
    edges.retain(|edge| seen.insert((edge.container.clone(), edge.waits_for.clone(), edge.condition as u8)));
    let pairs: Vec<(&str, &str)> =
        edges.iter().map(|edge| (edge.container.as_str(), edge.waits_for.as_str())).collect();
    let closing: BTreeMap<usize, Vec<String>> = closing_edges(&pairs)
        .into_iter()
        .map(|(edge, names)| (edge, names.into_iter().map(str::to_owned).collect()))
        .collect();
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

/// The edges that lead back to something on the way to them, each with what lies on its round.
fn closing_edges<T: Ord + Copy>(edges: &[(T, T)]) -> BTreeMap<usize, Vec<T>> {
    let mut from: BTreeMap<T, Vec<usize>> = BTreeMap::new();
    for (index, (waits, _)) in edges.iter().enumerate() {
        from.entry(*waits).or_default().push(index);
    }
    let mut closing = BTreeMap::new();
    let mut done: BTreeSet<T> = BTreeSet::new();
    for start in from.keys() {
        // What lies on the way, each with the number of its edges that were followed; and where each stands on it.
        let mut way: Vec<(T, usize)> = if done.contains(start) { Vec::new() } else { vec![(*start, 0)] };
        let mut places: BTreeMap<T, usize> = BTreeMap::from([(*start, 0)]);
        while let Some((name, followed)) = way.last_mut() {
            let Some(index) = from.get(name).and_then(|edges| edges.get(*followed)) else {
                places.remove(name);
                done.insert(*name);
                way.pop();
                continue;
            };
            *followed += 1;
            let next = edges[*index].1;
            if let Some(place) = places.get(&next) {
                closing.insert(*index, way[*place..].iter().map(|(name, _)| *name).collect());
            } else if !done.contains(&next) {
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

    fn rounds(edges: &[(usize, usize)]) -> Vec<Vec<usize>> {
        closing_edges(edges).into_values().collect()
    }

    #[test]
    fn finds_each_round_once() {
        assert!(rounds(&[(0, 1), (1, 2), (0, 2)]).is_empty());
        assert_eq!(rounds(&[(0, 0)]), [[0]]);
        assert_eq!(rounds(&[(0, 1), (1, 2), (2, 1)]), [[1, 2]]);
        assert_eq!(rounds(&[(0, 3), (1, 2), (2, 1), (3, 4), (4, 3)]), [[1, 2], [3, 4]]);
    }

    #[test]
    fn a_long_chain_takes_no_longer_per_step() {
        let chain: Vec<(usize, usize)> = (1..200_000).map(|step| (step - 1, step)).collect();
        assert!(rounds(&chain).is_empty());
    }
}
