//! An expanded container as policies see it; secrets by name.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::handle::Handle;
use super::source_value::{MASK, Secrets};
use super::span_index::SpanIndex;
use crate::expand::{
    self, Condition, Expose, HostPort, Mount, MountSource, PortRange, Program, Protocol, RestartPolicy, Role, User,
};
use crate::source::{Sources, Span};
use crate::value::Text;

/// A container as the engine would run it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Container {
    /// The blueprint that it was made from, such as `polytope/postgres`.
    blueprint: String,
    /// What the catalogue knows its image as, such as `postgres`; empty for an unknown one.
    family: String,
    /// The image; `null` where it is not known.
    image: Option<Image>,
    /// `service` when it serves, `job` when it ends by itself.
    role: &'static str,
    /// The program; `null` for the image's own.
    entrypoint: Option<Vec<String>>,
    /// Its arguments; `null` for the image's own.
    command: Option<Vec<String>>,
    /// Variables. A secret stands as `<secret:NAME>`, a value that is not set as `<value:NAME>`.
    env: BTreeMap<String, String>,
    /// Names of the secrets that it reads.
    secrets: Vec<String>,
    /// What is mounted.
    mounts: Vec<MountPoint>,
    /// Ports of its services.
    ports: Vec<Port>,
    /// When it is started again; `null` where nothing says so.
    restart: Option<Restart>,
    /// Who runs the program, `host` for whoever runs `pt`; `null` for the image's own.
    user: Option<String>,
    /// Working directory; `null` for the image's own.
    workdir: Option<String>,
    /// Number of equal containers.
    replicas: u32,
    /// Whether the filter of system calls is dropped.
    unconfined: bool,
    /// Limits.
    resources: Resources,
    /// What it waits for.
    after: Vec<After>,
    /// What is not known of it, such as `env` or `env.NAME`: what seems absent there may be present.
    unknown: Vec<String>,
    /// The call that makes it: where findings about what is absent point.
    span: Handle,
    /// Where its parts were written, by the `path` of a finding: `image`, `env.NAME`, `mounts.0`, `ports.0` …
    spans: BTreeMap<String, Handle>,
}

/// An image reference in parts.
#[derive(Debug, Serialize, JsonSchema)]
struct Image {
    /// As it is written.
    name: String,
    /// `docker.io` where none is written.
    registry: String,
    /// With `library/` where the registry adds it.
    repository: String,
    /// `null` where none is written.
    tag: Option<String>,
    /// `null` where none is written.
    digest: Option<String>,
}

/// Something mounted into a container.
#[derive(Debug, Serialize, JsonSchema)]
struct MountPoint {
    /// Path in the container.
    path: String,
    /// `volume`, `host`, `repo` or `content`.
    kind: &'static str,
    /// Id of the volume, or path on the host or in the repository; `null` for content.
    source: Option<String>,
    /// How long the volume lives: `project` or `job`.
    scope: Option<&'static str>,
    /// Whether it cannot be written to.
    read_only: bool,
    /// Where it is written.
    span: Handle,
}

/// A port, or a range of ports.
#[derive(Debug, Serialize, JsonSchema)]
struct Port {
    /// The DNS name of its service.
    service: String,
    /// Lowest port in the container.
    first: u16,
    /// Highest port in the container.
    last: u16,
    /// `tcp`, `udp`, `http` or `https`.
    protocol: &'static str,
    /// How the host reaches it; `null` where only containers do.
    host: Option<HostSide>,
    /// Where it is written.
    span: Handle,
}

/// A port of the host.
#[derive(Debug, Serialize, JsonSchema)]
struct HostSide {
    /// The address that is bound.
    address: String,
    /// The port.
    port: u16,
    /// Whether it has to be this one.
    exact: bool,
}

/// When a container is started again.
#[derive(Debug, Serialize, JsonSchema)]
struct Restart {
    /// `never`, `always` or `on-failure`.
    policy: &'static str,
    /// How often at most.
    max_restarts: Option<u32>,
}

/// Limits; `null` where there is none.
#[derive(Debug, Serialize, JsonSchema)]
struct Resources {
    /// Cores that are reserved.
    cpu_request: Option<f64>,
    /// Cores at most.
    cpu_limit: Option<f64>,
    /// Bytes that are reserved.
    memory_request: Option<u64>,
    /// Bytes at most.
    memory_limit: Option<u64>,
}

/// What a container waits for.
#[derive(Debug, Serialize, JsonSchema)]
struct After {
    /// Id of the container or task.
    id: String,
    /// What has to be so: `success`, `always` or `failed`.
    #[schemars(with = "String")]
    condition: Condition,
}

/// A container, and the places of its parts.
pub(super) fn container(
    program: &Program,
    container: &expand::Container,
    secrets: &Secrets,
    sources: &Sources,
) -> (Container, SpanIndex) {
    let places = places(container);
    let after = program.after.iter().filter(|edge| edge.container == container.id.value);
    let mut words = container.words().map(|(word, span)| shown(word, span, secrets));
    let mut take = |list: &Option<Vec<Text>>| list.as_ref().map(|list| words.by_ref().take(list.len()).collect());
    let (entrypoint, command) = (take(&container.entrypoint), take(&container.command));
    let mut names: Vec<String> = container.texts().flat_map(Text::secrets).map(str::to_owned).collect();
    names.sort();
    names.dedup();
    let env = container.environment.iter();
    let ports = container.services.iter().flat_map(|service| service.ports.iter().map(move |port| (service, port)));
    let made = Container {
        blueprint: container.blueprint.clone(),
        family: container.facts.family.clone(),
        image: image(&container.image.value),
        role: match container.role {
            Role::Service => "service",
            Role::Job => "job",
        },
        entrypoint,
        command,
        env: env.map(|it| (it.name.value.clone(), shown(&it.value, it.span, secrets))).collect(),
        secrets: names,
        mounts: container.mounts.iter().map(|mount| mount_point(mount, program, sources)).collect(),
        ports: ports.map(|(service, it)| port(&service.id.value, it, sources)).collect(),
        restart: container.restart.map(|it| Restart { policy: policy(it.policy), max_restarts: it.max_restarts }),
        user: container.user.as_ref().map(|user| match &user.value {
            User::Named(name) => name.clone(),
            User::Invoking => "host".to_owned(),
        }),
        workdir: container.workdir.clone(),
        replicas: container.replicas,
        unconfined: container.unconfined,
        resources: Resources {
            cpu_request: container.resources.cpu_request,
            cpu_limit: container.resources.cpu_limit,
            memory_request: container.resources.memory_request,
            memory_limit: container.resources.memory_limit,
        },
        after: after.map(|edge| After { id: edge.waits_for.clone(), condition: edge.condition }).collect(),
        unknown: container.holes.clone(),
        span: Handle::of(container.call, sources),
        spans: places.dotted().map(|(way, span)| (way, Handle::of(span, sources))).collect(),
    };
    (made, places)
}

fn places(container: &expand::Container) -> SpanIndex {
    let mut places = SpanIndex::default();
    places.put(["id"], container.id.span);
    places.put(["image"], container.image.span);
    places.put(["blueprint"], container.call);
    for variable in &container.environment {
        places.put(["env", &variable.name.value], variable.span);
    }
    for (index, mount) in container.mounts.iter().enumerate() {
        let index = index.to_string();
        places.put(["mounts", &index], mount.span);
        places.put(["mounts", &index, "path"], mount.path.span);
        if let MountSource::Host { path } | MountSource::Repo { path } = &mount.source {
            places.put(["mounts", &index, "source"], path.span);
        }
    }
    let ports = container.services.iter().flat_map(|service| &service.ports);
    for (index, port) in ports.enumerate() {
        let index = index.to_string();
        places.put(["ports", &index], port.range.span);
        if let Expose::Host { span, .. } = &port.expose {
            places.put(["ports", &index, "host"], *span);
        }
    }
    if let Some(user) = &container.user {
        places.put(["user"], user.span);
    }
    let entrypoint = container.entrypoint.iter().flatten().count();
    for (index, (_, span)) in container.words().enumerate() {
        let (part, index) = if index < entrypoint { ("entrypoint", index) } else { ("command", index - entrypoint) };
        places.put([part, &index.to_string()], span);
    }
    places
}

/// A text with its secrets by name, or a mask where a rule found a secret in it.
fn shown(text: &Text, span: Span, secrets: &Secrets) -> String {
    if secrets.touch(span) { MASK.to_owned() } else { text.to_string() }
}

fn mount_point(mount: &Mount, program: &Program, sources: &Sources) -> MountPoint {
    let (kind, source) = match &mount.source {
        MountSource::Volume { id } => ("volume", Some(id.clone())),
        MountSource::Host { path } => ("host", Some(path.value.clone())),
        MountSource::Repo { path } => ("repo", Some(path.value.clone())),
        MountSource::Content { .. } => ("content", None),
    };
    let volume = source.as_ref().filter(|_| kind == "volume").and_then(|id| program.volumes.get(id));
    MountPoint {
        path: mount.path.value.clone(),
        kind,
        source,
        scope: volume.map(|volume| match volume.scope {
            expand::VolumeScope::Project => "project",
            expand::VolumeScope::Job => "job",
        }),
        read_only: mount.read_only,
        span: Handle::of(mount.span, sources),
    }
}

fn port(service: &str, port: &expand::Port, sources: &Sources) -> Port {
    let PortRange { first, last } = port.range.value;
    let host = match &port.expose {
        Expose::Internal => None,
        Expose::Host { address, port, .. } => Some(match port {
            HostPort::Exact(port) => HostSide { address: address.clone(), port: *port, exact: true },
            HostPort::Preferred(port) => HostSide { address: address.clone(), port: *port, exact: false },
        }),
    };
    let protocol = match port.protocol {
        Protocol::Tcp => "tcp",
        Protocol::Udp => "udp",
        Protocol::Http => "http",
        Protocol::Https => "https",
    };
    Port { service: service.to_owned(), first, last, protocol, host, span: Handle::of(port.range.span, sources) }
}

fn policy(policy: RestartPolicy) -> &'static str {
    match policy {
        RestartPolicy::Never => "never",
        RestartPolicy::Always => "always",
        RestartPolicy::OnFailure => "on-failure",
    }
}

/// The parts of a reference, with what a registry adds to it.
fn image(name: &str) -> Option<Image> {
    const HUB: &str = "docker.io";
    if name.is_empty() {
        return None;
    }
    let (rest, digest) = name.split_once('@').map_or((name, None), |(rest, digest)| (rest, Some(digest)));
    // A colon before the last slash is that of a registry's port.
    let last = rest.rfind('/').map_or(0, |slash| slash + 1);
    let (path, tag) = match rest[last..].split_once(':') {
        Some((base, tag)) => (&rest[..last + base.len()], Some(tag)),
        None => (rest, None),
    };
    let registry = path.split_once('/').filter(|(first, _)| first.contains(['.', ':']) || *first == "localhost");
    let (registry, repository) = registry.unwrap_or((HUB, path));
    let library = if registry == HUB && !repository.contains('/') { "library/" } else { "" };
    Some(Image {
        name: name.to_owned(),
        registry: registry.to_owned(),
        repository: format!("{library}{repository}"),
        tag: tag.map(str::to_owned),
        digest: digest.map(str::to_owned),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_told_with_what_its_registry_adds() {
        let parts = |name: &str| {
            let image = image(name).unwrap();
            let or_none = |part: Option<String>| part.unwrap_or_else(|| "-".to_owned());
            format!("{} {} {} {}", image.registry, image.repository, or_none(image.tag), or_none(image.digest))
        };
        assert_eq!(parts("busybox"), "docker.io library/busybox - -");
        assert_eq!(parts("postgres:16.2@sha256:ab"), "docker.io library/postgres 16.2 sha256:ab");
        assert_eq!(parts("acme/api:1"), "docker.io acme/api 1 -");
        assert_eq!(parts("localhost:5000/a/b"), "localhost:5000 a/b - -");
        assert_eq!(parts("ghcr.io/acme/api:1"), "ghcr.io acme/api 1 -");
        assert!(image("").is_none());
    }
}
