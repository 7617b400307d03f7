//! What is wanted and what is there, to a plan. Every decision is made here and in the files that this one calls.

use super::graph::Graph;
use super::ground;
use super::initialised;
use super::judge::{Judged, Verdict, judge};
use super::order::{Order, order};
use super::ports::{self, Assignment};
use super::steps::Weaver;
use super::want::Want;
use super::{
    Action, Capabilities, Cause, Note, Observed, ObservedContainer, Obstacle, Plan, PlanNode, Request, as_processes,
    checks, labels, peers,
};
use crate::expand::Condition;

/// A plan, and what keeps it from being done.
#[derive(Debug, Clone, Default)]
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// What has to be put right first; the plan must not be done while there is anything.
    pub obstacles: Vec<Obstacle>,
    /// Host ports that the file names and that somebody holds.
    pub taken_ports: Vec<u16>,
}

/// Plans what brings an engine from what it was observed to hold to what is wanted.
pub fn reconcile(request: &Request, observed: &Observed, capabilities: &Capabilities) -> Planned {
    let observed = &ours(request, observed);
    let order = order(request.program);
    let mut obstacles = checks::check(request, observed, capabilities, &order);
    let mut notes = checks::notes(request, observed);
    for container in request.program.containers.values() {
        notes.extend(as_processes::notes(capabilities, container));
    }
    let judged = judge_all(request, observed, &order);
    if judged.iter().any(Judged::will_start) {
        notes.extend(as_processes::difference(request, capabilities));
    }
    obstacles.extend(judged.iter().filter_map(checks::absent));
    notes.extend(judged.iter().flat_map(|judged| checks::notes_on(request, capabilities, judged)));

    let surplus = surplus(request, observed, &order);
    notes.extend(surplus.iter().filter(|surplus| surplus.stays).map(|surplus| orphan_note(surplus.seen)));
    let stopping: Vec<&str> = judged.iter().flat_map(Judged::stopping).chain(going(&surplus)).collect();
    let assignment = ports::assign(observed, &judged, &stopping, &mut obstacles, &mut notes);

    let mut graph = Graph::default();
    let ground = ground::lay(request, observed, &judged, &mut graph, &mut obstacles, &mut notes);
    let peers = if capabilities.containers { Vec::new() } else { peers::peers(&judged, &assignment) };
    let mut weaver = Weaver::new(request, &mut graph, &ground, &assignment, peers);
    for surplus in surplus.iter().filter(|surplus| !surplus.stays) {
        weaver.remove(&surplus.subject, surplus.seen, &[], vec![surplus.because.clone()]);
    }
    stop_holders(&mut weaver, observed, &judged, &assignment);
    for (index, judged) in judged.iter().enumerate() {
        let password = match judged.verdict {
            Verdict::Absent | Verdict::Unneeded => None,
            _ => initialised::check(request, observed, &judged.want, &mut obstacles, &mut notes),
        };
        weaver.weave(index, judged, password);
    }
    remove_second_networks(request, observed, &mut weaver);
    let plan = Plan { project: request.project.clone(), nodes: graph.into_nodes(), notes };
    Planned { plan, obstacles, taken_ports: assignment.taken }
}

/// What carries the project's label, and whatever stands in the way of its names.
fn ours(request: &Request, observed: &Observed) -> Observed {
    let mut ours = observed.clone();
    ours.containers.retain(|seen| seen.labels.get(labels::PROJECT) == Some(&request.project));
    ours
}

/// Judges every container, in the order of starting.
fn judge_all<'a>(request: &Request<'a>, observed: &'a Observed, order: &Order) -> Vec<Judged<'a>> {
    let network = ground::network(request, observed).map(|network| network.engine_id.as_str());
    let mut judged: Vec<Judged> = Vec::new();
    for id in &order.sequence {
        let Some(container) = request.program.containers.get(id) else { continue };
        let level = order.levels.get(id).copied().unwrap_or_default();
        let unmet = unmet(request, &judged, id);
        for want in Want::replicas(request, container, level) {
            let mut one = judge(request, observed, network, want);
            if let Some(waits_for) = &unmet {
                one.verdict = Verdict::Unneeded;
                one.because = vec![Cause::Unneeded(waits_for.clone())];
            }
            judged.push(one);
        }
    }
    judged
}

/// What a container waits for in vain: the failure of a job that has ended well, or something that waits in vain itself.
fn unmet(request: &Request, judged: &[Judged], id: &str) -> Option<String> {
    let edges = request.program.after.iter().filter(|edge| edge.container == id);
    let mut vain = edges.filter(|edge| {
        let mut awaited = judged.iter().filter(|judged| judged.want.id() == edge.waits_for);
        awaited.any(|awaited| match awaited.verdict {
            Verdict::Unneeded => true,
            _ => edge.condition == Condition::Failed && awaited.is_finished(),
        })
    });
    vain.next().map(|edge| edge.waits_for.clone())
}

/// A container of the project that nothing of the program is.
struct Surplus<'a> {
    seen: &'a ObservedContainer,
    subject: String,
    because: Cause,
    /// Whether it is only reported.
    stays: bool,
}

/// Replicas that are too many, and containers that no job of the file makes.
fn surplus<'a>(request: &Request, observed: &'a Observed, order: &Order) -> Vec<Surplus<'a>> {
    let mut surplus = Vec::new();
    for seen in &observed.containers {
        if let Some(container) = request.program.containers.get(&seen.container) {
            let planned = order.levels.contains_key(&seen.container);
            if planned && seen.replica > container.replicas {
                let because = Cause::Changed {
                    key: "scaling".to_owned(),
                    before: Some(seen.replica.to_string()),
                    after: Some(container.replicas.to_string()),
                };
                let subject = format!("{}-{}", seen.container, seen.replica);
                surplus.push(Surplus { seen, subject, because, stays: false });
            }
        } else if !request.known.contains(&seen.container) {
            let stays = !request.options.remove_orphans;
            surplus.push(Surplus { seen, subject: seen.container.clone(), because: Cause::NotWanted, stays });
        }
    }
    surplus.sort_by(|one, other| (&one.subject, &one.seen.name).cmp(&(&other.subject, &other.seen.name)));
    surplus
}

fn going<'a>(surplus: &[Surplus<'a>]) -> Vec<&'a str> {
    let going = surplus.iter().filter(|surplus| !surplus.stays);
    going.map(|surplus| surplus.seen.engine_id.as_str()).collect()
}

fn orphan_note(seen: &ObservedContainer) -> Note {
    Note {
        subject: seen.container.clone(),
        span: None,
        message: format!("`{}` is no longer in the file; `--remove-orphans` removes it", seen.name),
    }
}

/// Stops those first whose ports others take over: in whatever order the containers themselves come.
fn stop_holders(weaver: &mut Weaver, observed: &Observed, judged: &[Judged], assignment: &Assignment) {
    for holder in assignment.waits.values().flatten() {
        let Some(seen) = observed.containers.iter().find(|seen| seen.engine_id == *holder) else { continue };
        let row = judged.iter().find(|judged| judged.want.is(seen));
        weaver.stop(row.map_or(&seen.container, |judged| &judged.want.subject), seen, &[]);
    }
}

/// Removes all networks of the project's name but the one that is used, after the containers that were in them.
fn remove_second_networks(request: &Request, observed: &Observed, weaver: &mut Weaver) {
    let used = ground::network(request, observed).map(|network| &network.engine_id);
    let of_project =
        |labels: &std::collections::BTreeMap<String, String>| labels.get(labels::PROJECT) == Some(&request.project);
    for network in observed.networks.iter().filter(|network| of_project(&network.labels)) {
        if Some(&network.engine_id) == used {
            continue;
        }
        let inside = observed.containers.iter().filter(|seen| seen.network.as_ref() == Some(&network.engine_id));
        let after: Vec<usize> = inside.filter_map(|seen| weaver.removal(&seen.engine_id)).collect();
        let action = Action::RemoveNetwork { engine_id: network.engine_id.clone() };
        let node = PlanNode::new(format!("second network {}", network.name), action);
        weaver.graph.push(node.after(after).because(vec![Cause::Interrupted]));
    }
}
