//! Plans for small programs on engines in known states.

#![allow(clippy::unwrap_used, reason = "tests")]

mod changes;
mod interrupted;
mod jobs;
mod json;
mod obstacles;
mod passwords;
mod ports;
mod processes;
mod requests;
mod teardown;

use super::{Action, ContainerRequest, Observed, ObstacleKind, Plan, Planned};

/// The rows of a plan that nothing stands in the way of.
fn shown(planned: &Planned) -> String {
    assert_eq!(planned.obstacles, [], "obstacles");
    planned.plan.to_string()
}

/// The sorts of obstacle and their messages.
fn hindered(planned: &Planned) -> Vec<(ObstacleKind, &str)> {
    planned.obstacles.iter().map(|obstacle| (obstacle.kind, obstacle.message.as_str())).collect()
}

/// The actions on one subject in a word or two each.
fn steps(plan: &Plan, subject: &str) -> Vec<String> {
    let nodes = plan.nodes.iter().filter(|node| node.subject == subject);
    nodes.map(|node| step(&node.action)).collect()
}

fn step(action: &Action) -> String {
    match action {
        Action::Keep => "keep".to_owned(),
        Action::Pull { image, .. } => format!("pull {image}"),
        Action::CreateNetwork(request) => format!("create {}", request.name),
        Action::CreateVolume(request) => format!("create {}", request.name),
        Action::CreateContainer(request) => format!("create {}", request.name),
        Action::Rename { container, to } => format!("rename {container} to {to}"),
        Action::PlaceSecrets(placement) => format!("place secrets of {}", placement.container),
        Action::Start { container } => format!("start {container}"),
        Action::Stop { container, seconds } => format!("stop {container} in {seconds} s"),
        Action::RemoveContainer { container } => format!("remove {container}"),
        Action::AwaitReady { container, .. } => format!("await {container}"),
        Action::AwaitExit { container, condition } => format!("await end of {container} ({condition:?})"),
        Action::AlterPassword(change) => format!("alter {} in {}", change.user, change.container),
        Action::RemoveVolume { name } => format!("remove {name}"),
        Action::RemoveNetwork { engine_id } => format!("remove network {engine_id}"),
    }
}

/// The request of the first container that a plan makes with this name.
fn made<'a>(plan: &'a Plan, name: &str) -> &'a ContainerRequest {
    let requests = plan.nodes.iter().filter_map(|node| match &node.action {
        Action::CreateContainer(request) => Some(request.as_ref()),
        _ => None,
    });
    requests.into_iter().find(|request| request.name == name).unwrap()
}

/// Index of the step whose action reads so.
fn find(plan: &Plan, wanted: &str) -> usize {
    plan.nodes.iter().position(|node| step(&node.action) == wanted).unwrap()
}

/// Whether a step comes after another, however many steps lie between.
fn comes_after(plan: &Plan, later: usize, earlier: usize) -> bool {
    let node = &plan.nodes[later];
    node.after.iter().chain(&node.following).any(|before| *before == earlier || comes_after(plan, *before, earlier))
}

/// The engine's id of a container.
fn id_of(observed: &Observed, name: &str) -> String {
    observed.containers.iter().find(|seen| seen.name == name).unwrap().engine_id.clone()
}
