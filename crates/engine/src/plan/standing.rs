//! What is done to containers that are there already, whatever the file says by now: started again, waited for.

use super::graph::Graph;
use super::judge::is_up;
use super::teardown::{level, subject};
use super::{Action, ObservedContainer, Plan, PlanNode, labels};
use crate::expand::{Condition, Readiness};

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// Ready, or ended well where that is what it is for.
    Healthy,
    /// Its process runs.
    Running,
    /// It has ended, however.
    Exited,
}

/// How a container is known to be ready; one that an earlier version made does not say.
fn readiness(seen: &ObservedContainer) -> Readiness {
    let said = seen.labels.get(labels::READY).and_then(|label| serde_json::from_str(label).ok());
    said.unwrap_or(Readiness::Running)
}

/// Plans to stop these containers, those first that were started last, and to start them again in the order of starting. A
/// job that has ended is left as it is.
pub fn restart(project: &str, containers: &[&ObservedContainer], seconds: Option<u32>) -> Plan {
    let mut graph = Graph::default();
    let mut chosen: Vec<&ObservedContainer> = containers.to_vec();
    chosen.retain(|seen| is_up(seen) || readiness(seen) != Readiness::Exit);
    chosen.sort_by(|one, other| level(one).cmp(&level(other)).then_with(|| one.name.cmp(&other.name)));
    let mut stops: Vec<usize> = Vec::new();
    for of_level in chosen.chunk_by(|one, other| level(one) == level(other)).rev() {
        let before = stops.clone();
        for seen in of_level {
            let action = match (super::rescue::stop_action(seen), seconds) {
                (Action::Stop { container, .. }, Some(seconds)) => Action::Stop { container, seconds },
                (action, _) => action,
            };
            stops.push(graph.push(PlanNode::new(subject(seen, containers), action).after(before.iter().copied())));
        }
    }
    let mut ready = stops;
    for of_level in chosen.chunk_by(|one, other| level(one) == level(other)) {
        let before = std::mem::take(&mut ready);
        for seen in of_level {
            let subject = subject(seen, containers);
            let start = Action::Start { container: seen.engine_id.clone() };
            let start = graph.push(PlanNode::new(&subject, start).after(before.iter().copied()));
            ready.push(graph.push(PlanNode::new(&subject, wait_for(seen, Goal::Healthy)).after([start])));
        }
    }
    Plan { project: project.to_owned(), nodes: graph.into_nodes(), notes: Vec::new() }
}

/// Plans to wait until these containers have come to a goal.
pub fn wait(project: &str, containers: &[&ObservedContainer], goal: Goal) -> Plan {
    let mut graph = Graph::default();
    for seen in containers {
        graph.push(PlanNode::new(subject(seen, containers), wait_for(seen, goal)));
    }
    Plan { project: project.to_owned(), nodes: graph.into_nodes(), notes: Vec::new() }
}

fn wait_for(seen: &ObservedContainer, goal: Goal) -> Action {
    let container = seen.engine_id.clone();
    let readiness = match goal {
        Goal::Healthy => readiness(seen),
        Goal::Running => Readiness::Running,
        Goal::Exited => return Action::AwaitExit { container, condition: Condition::Always },
    };
    if readiness == Readiness::Exit {
        return Action::AwaitExit { container, condition: Condition::Success };
    }
    Action::AwaitReady { container, readiness, seen: None, login: None }
}
