//! What containers stand on: images, the network, volumes.

use std::collections::BTreeMap;

use super::container_request::project_labels;
use super::data_version;
use super::graph::Graph;
use super::initialised::{data_volume, init_label, is_ours};
use super::judge::{Judged, Verdict};
use super::labels::{self, compose};
use super::naming;
use super::proof::{is_unproved, proof};
use super::{
    Action, Cause, NetworkRequest, Note, Observed, ObservedNetwork, Obstacle, ObstacleKind, PlanNode, PullPolicy,
    Request, VolumeRequest,
};
use crate::expand::{Create, MountSource, Volume, VolumeScope};

/// The steps that make the ground, for containers to wait for.
#[derive(Default)]
pub(super) struct Ground {
    network: Option<usize>,
    volumes: BTreeMap<String, usize>,
    images: BTreeMap<String, usize>,
}

impl Ground {
    /// The steps that have to be done before a container can be made.
    pub fn under(&self, judged: &Judged) -> Vec<usize> {
        let container = judged.want.container;
        let volumes = container.mounts.iter().filter_map(|mount| match &mount.source {
            MountSource::Volume { id } => self.volumes.get(id),
            _ => None,
        });
        let image = self.images.get(&container.image.value);
        self.network.iter().chain(image).chain(volumes).copied().collect()
    }
}

/// The project's network: of several of that name, the oldest of ours.
pub(super) fn network<'a>(request: &Request, observed: &'a Observed) -> Option<&'a ObservedNetwork> {
    observed.networks.iter().find(|network| is_our_network(request, network))
}

/// Adds the steps that are missing.
pub(super) fn lay(
    request: &Request,
    observed: &Observed,
    judged: &[Judged],
    graph: &mut Graph,
    obstacles: &mut Vec<Obstacle>,
    notes: &mut Vec<Note>,
) -> Ground {
    let mut ground = Ground { images: images(request, observed, judged, graph, obstacles), ..Ground::default() };
    ground.network = lay_network(request, observed, graph, obstacles);
    for volume in request.program.volumes.values() {
        if let Some(node) = lay_volume(request, observed, volume, graph, obstacles, notes) {
            ground.volumes.insert(volume.id.value.clone(), node);
        }
    }
    ground
}

/// Pulls that have to be done for containers that are made, and for images that shall be asked for anew.
fn images(
    request: &Request,
    observed: &Observed,
    judged: &[Judged],
    graph: &mut Graph,
    obstacles: &mut Vec<Obstacle>,
) -> BTreeMap<String, usize> {
    let mut nodes = BTreeMap::new();
    for judged in judged {
        let image = &judged.want.container.image;
        let always = request.refreshes(&image.value, judged.want.container.update_image);
        let makes = matches!(judged.verdict, Verdict::Create | Verdict::Replace { .. } | Verdict::Again);
        // What a task of the same job makes is there when its turn comes.
        let made = request.program.made_images.contains(&image.value);
        let missing = makes && !made && !observed.images.contains_key(&image.value);
        if nodes.contains_key(&image.value) || !(always || missing) {
            continue;
        }
        if request.options.pull == PullPolicy::Never {
            obstacles.push(Obstacle {
                kind: ObstacleKind::ImageAbsent,
                subject: judged.want.subject.clone(),
                span: Some(image.span),
                message: format!(
                    "the engine has no image `{}`, and `--pull never` keeps it from being pulled",
                    image.value
                ),
                help: Some(format!("run `docker pull {}`, or leave `--pull never` out", image.value)),
            });
            continue;
        }
        let because = if missing { Cause::Missing } else { Cause::Asked };
        let action = Action::Pull { image: image.value.clone(), always };
        let node = graph.push(PlanNode::new(format!("image {}", image.value), action).because(vec![because]));
        nodes.insert(image.value.clone(), node);
    }
    nodes
}

fn lay_network(
    request: &Request,
    observed: &Observed,
    graph: &mut Graph,
    obstacles: &mut Vec<Obstacle>,
) -> Option<usize> {
    let name = &request.project;
    let subject = format!("network {name}");
    let foreign = |network: &&ObservedNetwork| network.name == *name && !is_our_network(request, network);
    if observed.networks.iter().any(|network| foreign(&network)) {
        obstacles.push(Obstacle {
            kind: ObstacleKind::Foreign,
            subject: subject.clone(),
            span: None,
            message: format!("there is a network `{name}` that `pt` did not make"),
            help: Some(format!("run `docker network rm {name}`, or give the project another name with `--project`")),
        });
    }
    if network(request, observed).is_some() || request.program.containers.is_empty() {
        return None;
    }
    let mut labels = project_labels(request);
    labels.insert(labels::KIND.to_owned(), "network".to_owned());
    labels.insert(compose::NETWORK.to_owned(), "default".to_owned());
    let action = Action::CreateNetwork(NetworkRequest { name: name.clone(), labels });
    Some(graph.push(PlanNode::new(subject, action).because(vec![Cause::Missing])))
}

fn lay_volume(
    request: &Request,
    observed: &Observed,
    volume: &Volume,
    graph: &mut Graph,
    obstacles: &mut Vec<Obstacle>,
    notes: &mut Vec<Note>,
) -> Option<usize> {
    let id = &volume.id.value;
    let name = naming::volume_name(&request.project, id);
    let subject = format!("volume {id}");
    let hinder = |kind: ObstacleKind, message: String, help: String| Obstacle {
        kind,
        subject: subject.clone(),
        span: Some(volume.span),
        message,
        help: Some(help),
    };
    match observed.volumes.iter().find(|seen| seen.name == name) {
        Some(seen) if !is_ours(request, seen) => {
            let (message, help) = if is_unproved(seen) {
                (
                    format!(
                        "the volume `{name}` has the labels of this project, but nothing proves that it was made for it"
                    ),
                    format!("`pt volume adopt {name}` takes it over with all data; else give the volume another `id`"),
                )
            } else {
                (
                    format!("there is a volume `{name}` that `pt` did not make"),
                    "give the volume another `id`, or the project another name with `--project`".to_owned(),
                )
            };
            obstacles.push(hinder(ObstacleKind::Foreign, message, help));
            return None;
        }
        Some(_) => {
            if volume.create == Create::Always {
                let message = format!("`{name}` is kept as it is: no plan removes a volume");
                notes.push(Note { subject, span: Some(volume.span), message });
            }
            return None;
        }
        None if volume.create == Create::Never => {
            let message = format!("the volume `{name}` has to be there (`create: never`) and is not");
            obstacles.push(hinder(ObstacleKind::Absent, message, "leave `create` out to have it made".to_owned()));
            return None;
        }
        None => {}
    }
    if let Some(source) = volume.source.as_ref().map(|_| "source") {
        let message = format!("volume `{id}` has a `{source}`, and this engine fills no volumes");
        let help = "mount the files themselves, or let a job put them into the volume".to_owned();
        obstacles.push(hinder(ObstacleKind::Capability, message, help));
        return None;
    }
    let action = Action::CreateVolume(VolumeRequest { name, labels: volume_labels(request, volume) });
    Some(graph.push(PlanNode::new(subject, action).because(vec![Cause::Missing])))
}

fn volume_labels(request: &Request, volume: &Volume) -> BTreeMap<String, String> {
    let id = &volume.id.value;
    let scope = match volume.scope {
        VolumeScope::Project => "project",
        VolumeScope::Job => "job",
    };
    let mut labels = project_labels(request);
    let own = [(labels::KIND, "volume"), (labels::VOLUME, id), (labels::SCOPE, scope), (compose::VOLUME, id)];
    labels.extend(own.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())));
    let name = naming::volume_name(&request.project, id);
    labels.insert(labels::PROOF.to_owned(), proof(&request.project, &name, request.fingerprint));
    let servers = request.program.containers.values().filter(|container| data_version::is_server(container));
    let major = servers.filter(|server| data_volume(server) == Some(id)).find_map(|server| server.facts.major);
    labels.extend(major.map(|major| (labels::MAJOR.to_owned(), major.to_string())));
    labels.extend(init_label(request, id).map(|label| (labels::INIT.to_owned(), label)));
    labels
}

fn is_our_network(request: &Request, network: &ObservedNetwork) -> bool {
    network.labels.get(labels::PROJECT) == Some(&request.project)
}
