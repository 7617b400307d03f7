//! What takes a project down again: everything in the reverse order of starting.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::Graph;
use super::judge::lives;
use super::rescue::stop_action;
use super::{Action, Observed, ObservedContainer, ObservedVolume, Plan, PlanNode, labels};

/// What shall go.
#[derive(Debug, Clone, Default)]
pub struct Teardown {
    /// Stop the containers, and keep everything.
    pub only_stop: bool,
    /// Remove volumes of the project too, with all their data.
    pub volumes: bool,
    /// Only these containers, by id; network and volumes stay.
    pub containers: Option<BTreeSet<String>>,
    /// Seconds to stop, instead of each container's own.
    pub seconds: Option<u32>,
}

/// Plans to stop or remove what an engine holds of a project; what lacks the project's label is not touched.
pub fn teardown(project: &str, observed: &Observed, wanted: &Teardown) -> Plan {
    let ours = |found: &BTreeMap<String, String>| found.get(labels::PROJECT).is_some_and(|of| of == project);
    let chosen = |seen: &&ObservedContainer| {
        ours(&seen.labels) && wanted.containers.as_ref().is_none_or(|ids| ids.contains(&seen.container))
    };
    let mut graph = Graph::default();
    let containers: Vec<&ObservedContainer> = observed.containers.iter().filter(chosen).collect();
    let removals = take_down(&mut graph, containers, wanted);
    if wanted.only_stop || wanted.containers.is_some() {
        return Plan { project: project.to_owned(), nodes: graph.into_nodes(), notes: Vec::new() };
    }
    for network in observed.networks.iter().filter(|network| ours(&network.labels)) {
        let action = Action::RemoveNetwork { engine_id: network.engine_id.clone() };
        graph.push(PlanNode::new(format!("network {}", network.name), action).after(removals.clone()));
    }
    for volume in observed.volumes.iter().filter(|volume| ours(&volume.labels)) {
        let of_job = volume.labels.get(labels::SCOPE).is_some_and(|scope| scope == "job");
        if wanted.volumes || of_job {
            let action = Action::RemoveVolume { name: volume.name.clone() };
            graph.push(PlanNode::new(format!("volume {}", volume.name), action).after(removals.clone()));
        }
    }
    Plan { project: project.to_owned(), nodes: graph.into_nodes(), notes: Vec::new() }
}

/// Plans to remove volumes of a project by their names, with the marks that say what they were made with.
pub fn remove_volumes(project: &str, observed: &Observed, names: &[String]) -> Plan {
    let mut graph = Graph::default();
    let ours =
        observed.volumes.iter().filter(|volume| volume.labels.get(labels::PROJECT).is_some_and(|of| of == project));
    let (chosen, others): (Vec<&ObservedVolume>, Vec<&ObservedVolume>) =
        ours.partition(|volume| names.contains(&volume.name));
    for volume in chosen {
        let remove =
            |name: &str| PlanNode::new(format!("volume {name}"), Action::RemoveVolume { name: name.to_owned() });
        let removed = graph.push(remove(&volume.name));
        let id = volume.labels.get(labels::VOLUME);
        let is_mark = |other: &&&ObservedVolume| {
            other.labels.get(labels::KIND).is_some_and(|kind| kind == "mark") && other.labels.get(labels::VOLUME) == id
        };
        // Without the volume its marks say nothing; a mark without its volume would say something wrong of the next one.
        for mark in others.iter().filter(is_mark) {
            graph.push(remove(&mark.name).after(vec![removed]));
        }
    }
    Plan { project: project.to_owned(), nodes: graph.into_nodes(), notes: Vec::new() }
}

/// Stops and removes containers, those first that were started last; the steps after which all are gone.
fn take_down(graph: &mut Graph, mut containers: Vec<&ObservedContainer>, wanted: &Teardown) -> Vec<usize> {
    containers.sort_by(|one, other| level(other).cmp(&level(one)).then_with(|| one.name.cmp(&other.name)));
    let mut removals = Vec::new();
    let mut above: Vec<usize> = Vec::new();
    for of_level in containers.chunk_by(|one, other| level(one) == level(other)) {
        let mut stops = Vec::new();
        for seen in of_level {
            let subject = subject(seen, &containers);
            let mut before = Vec::new();
            if lives(seen) {
                let stop = PlanNode::new(&subject, stop(seen, wanted)).following(above.iter().copied());
                before = vec![graph.push(stop)];
                stops.extend(&before);
            }
            if !wanted.only_stop {
                let action = Action::RemoveContainer { container: seen.engine_id.clone() };
                removals.push(graph.push(PlanNode::new(&subject, action).after(before)));
            }
        }
        if !stops.is_empty() {
            above = stops;
        }
    }
    removals
}

fn stop(seen: &ObservedContainer, wanted: &Teardown) -> Action {
    match (stop_action(seen), wanted.seconds) {
        (Action::Stop { container, .. }, Some(seconds)) => Action::Stop { container, seconds },
        (action, _) => action,
    }
}

/// Depth in the order of starting; what has no label stops first.
pub(super) fn level(seen: &ObservedContainer) -> u32 {
    seen.labels.get(labels::ORDER).and_then(|order| order.parse().ok()).unwrap_or(u32::MAX)
}

/// The id, or the engine's name where there are several of that id.
pub(super) fn subject(seen: &ObservedContainer, all: &[&ObservedContainer]) -> String {
    let several = all.iter().filter(|other| other.container == seen.container).count() > 1;
    if several { seen.name.clone() } else { seen.container.clone() }
}
