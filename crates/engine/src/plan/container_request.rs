//! A wanted container in the words of an engine.

use std::collections::BTreeMap;

use super::init_mark;
use super::labels::{self, compose};
use super::naming;
use super::ports::Bindings;
use super::want::{Want, is_secret_file};
use super::{ContainerRequest, Peer, Request, Upload};
use crate::expand::{Container, MountSource, Role};

/// The request that makes a container with these ports.
pub(super) fn container_request(request: &Request, want: &Want, ports: &Bindings, peers: &[Peer]) -> ContainerRequest {
    let container = want.container;
    ContainerRequest {
        name: want.name.clone(),
        hostname: naming::host_name(want.id()),
        image: container.image.value.clone(),
        process: container.process.clone(),
        peers: peers.to_vec(),
        entrypoint: container.entrypoint.clone(),
        command: container.command.clone(),
        environment: want.environment.clone(),
        secret_files: want.secret_files.clone(),
        secret_owner: want.secret_owner(),
        binds: binds(request, container),
        volumes: volumes(request, container),
        uploads: uploads(request, container),
        network: request.project.clone(),
        aliases: aliases(container),
        ports: ports.clone(),
        restart: container.restart,
        user: want.user.clone(),
        workdir: container.workdir.clone(),
        tty: container.tty,
        stdin: container.stdin,
        resources: container.resources,
        unconfined: container.unconfined,
        stop_signal: container.stop_signal.clone(),
        stop_seconds: container.stop_seconds,
        labels: container_labels(request, want, ports),
    }
}

/// Paths of the host. One that cannot be mounted is an obstacle, and the plan is not done.
fn binds(request: &Request, container: &Container) -> Vec<(String, String, bool)> {
    let resolved = container.mounts.iter().filter_map(|mount| {
        let source = request.resolved(&request.absolute(&mount.source)?).ok()?;
        Some((source, mount.path.value.clone(), mount.read_only))
    });
    resolved.collect()
}

fn volumes(request: &Request, container: &Container) -> Vec<(String, String, bool)> {
    let named = container.mounts.iter().filter_map(|mount| match &mount.source {
        MountSource::Volume { id } => {
            Some((naming::volume_name(&request.project, id), mount.path.value.clone(), mount.read_only))
        }
        _ => None,
    });
    named.collect()
}

/// Files with given content, but for those that arrive as secret files.
fn uploads(request: &Request, container: &Container) -> Vec<Upload> {
    let files = container.mounts.iter().filter_map(|mount| match &mount.source {
        MountSource::Content { data, executable } => {
            let path = &mount.path.value;
            let elsewhere = request.options.secret_files && is_secret_file(path, data);
            let mode = if *executable { 0o755 } else { 0o644 };
            (!elsewhere).then(|| Upload { path: path.clone(), content: data.clone(), mode })
        }
        _ => None,
    });
    files.chain(init_mark::scripts(request, container)).collect()
}

/// The container's own id and the ids of its services, each once.
fn aliases(container: &Container) -> Vec<String> {
    let mut aliases = vec![container.id.value.clone()];
    for service in &container.services {
        if !aliases.contains(&service.id.value) {
            aliases.push(service.id.value.clone());
        }
    }
    aliases
}

fn container_labels(request: &Request, want: &Want, ports: &Bindings) -> BTreeMap<String, String> {
    let fixed: Vec<String> = ports
        .iter()
        .filter_map(|(_, _, binding)| binding.as_ref())
        .filter(|binding| binding.port != 0)
        .map(|binding| binding.port.to_string())
        .collect();
    let one_off = if want.container.role == Role::Job { "True" } else { "False" };
    let own = [
        (labels::KIND, "container".to_owned()),
        (labels::CONTAINER, want.id().to_owned()),
        (labels::REPLICA, want.replica.to_string()),
        (labels::JOB, request.job.clone()),
        (labels::ORDER, want.level.to_string()),
        (labels::READY, serde_json::json!(want.container.readiness).to_string()),
        (labels::BLUEPRINT, want.container.blueprint.clone()),
        (labels::IMAGE, want.container.image.value.clone()),
        (labels::PORTS, fixed.join(",")),
        (labels::CONFIG, want.config.clone()),
        (labels::SPEC, want.spec.clone()),
        (compose::SERVICE, want.id().to_owned()),
        (compose::NUMBER, want.replica.to_string()),
        (compose::ONE_OFF, one_off.to_owned()),
    ];
    let mut labels = project_labels(request);
    labels.extend(own.into_iter().map(|(key, value)| (key.to_owned(), value)));
    labels
}

/// Labels of everything that the project makes.
pub(super) fn project_labels(request: &Request) -> BTreeMap<String, String> {
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let shared = [
        (labels::PROJECT, request.project.clone()),
        (labels::DIRECTORY, request.directory.clone()),
        (labels::VERSION, version.clone()),
        (compose::PROJECT, request.project.clone()),
        (compose::WORKING_DIR, request.directory.clone()),
        (compose::CONFIG_FILES, request.file.clone()),
        (compose::VERSION, version),
    ];
    shared.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}
