//! Images that are asked for anew, before the plan itself: only when they are here is it known which containers they change.

use super::graph::Graph;
use super::{Action, Cause, Plan, PlanNode, Request};

/// The plan that looks for newer images, as `--pull always` and `update-image` ask; empty when nothing does.
///
/// Once it is done, [`Request::refreshed`] holds the images, the engine is observed anew, and
/// [`reconcile`](super::reconcile) knows which of them have moved.
pub fn pulls(request: &Request) -> Plan {
    let mut graph = Graph::default();
    for image in request.images() {
        let users = || request.program.containers.values().filter(|container| container.image.value == image);
        let update = users().any(|container| container.update_image);
        if users().any(|container| !request.settled.contains(&container.id.value)) && request.refreshes(&image, update)
        {
            let action = Action::Pull { image: image.clone(), always: true };
            graph.push(PlanNode::new(format!("image {image}"), action).because(vec![Cause::Asked]));
        }
    }
    Plan { project: request.project.clone(), nodes: graph.into_nodes(), notes: Vec::new() }
}
