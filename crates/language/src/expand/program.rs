//! What a job comes down to: containers, volumes and their order.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::image::ImageFacts;
use super::process_form::ProcessForm;
use super::resources::Resources;
use super::task::Task;
use super::unserved::Unserved;
use crate::model::Condition;
use crate::source::{Span, Spanned};
use crate::value::Text;

/// Everything that one job runs.
#[derive(Debug, Clone, Default)]
pub struct Program {
    /// The containers by id, in the order in which their steps stand.
    pub containers: IndexMap<String, Container>,
    /// The named volumes that they mount, by id.
    pub volumes: IndexMap<String, Volume>,
    /// What `pt` itself does between them, by id, in the order in which the steps stand.
    pub tasks: IndexMap<String, Task>,
    /// Which container or task waits for which.
    pub after: Vec<Edge>,
    /// Images that tasks make: nobody has to fetch them.
    pub made_images: BTreeSet<String>,
}

/// `container` starts when `waits_for` has come to `condition`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// Id of the container or task that waits.
    pub container: String,
    /// Id of the container or task that it waits for.
    pub waits_for: String,
    /// What has to be so.
    pub condition: Condition,
    /// The `after` in the file.
    pub span: Span,
}

/// One container as the engine shall run it; secrets by name.
#[derive(Debug, Clone)]
pub struct Container {
    /// Its name in the project and on the network.
    pub id: Spanned<String>,
    /// The blueprint that it was made from, such as `polytope/postgres`.
    pub blueprint: String,
    /// The image reference as written; empty where a value that is not set keeps it from being known.
    pub image: Spanned<String>,
    /// Facts that the catalogue knows of this image: state, secrets, readiness. Empty for unknown images.
    pub facts: ImageFacts,
    /// How it runs as a process of this machine, where that is known.
    pub process: Option<ProcessForm>,
    /// Arguments after the entrypoint; the image's own when absent.
    pub command: Option<Vec<Text>>,
    /// The program; the image's own when absent.
    pub entrypoint: Option<Vec<Text>>,
    /// Environment in order; each name once, the later one wins.
    pub environment: Vec<Variable>,
    /// What is mounted where.
    pub mounts: Vec<Mount>,
    /// Names under which others reach its ports.
    pub services: Vec<Service>,
    /// When the engine starts it again.
    pub restart: Option<Restart>,
    /// Who runs the program.
    pub user: Option<Spanned<User>>,
    /// Working directory in the container.
    pub workdir: Option<String>,
    /// Whether a terminal is allocated.
    pub tty: bool,
    /// Whether standard input is kept open.
    pub stdin: bool,
    /// Number of equal containers.
    pub replicas: u32,
    /// Whether the image is pulled anew before it is used.
    pub update_image: bool,
    /// What happens when a container of this id is there already.
    pub create: Create,
    /// Limits.
    pub resources: Resources,
    /// Whether the seccomp profile is dropped (`unconfined`).
    pub unconfined: bool,
    /// Whether it is expected to end.
    pub role: Role,
    /// Whether a step that runs it is done only when it has ended; `await: false` is content with ready.
    pub awaits: bool,
    /// How it is known to be ready.
    pub readiness: Readiness,
    /// Signal that asks it to stop; the image's own when absent.
    pub stop_signal: Option<String>,
    /// Seconds it has to stop before it is killed.
    pub stop_seconds: u32,
    /// The module or step in the user's file that made it.
    pub origin: Span,
    /// The name of the blueprint in that call: where findings about what is absent point.
    pub call: Span,
    /// Where each word of `entrypoint`, and after them of `command`, was written.
    pub word_spans: Vec<Span>,
    /// What is not known of it: `env`, `mounts`, or one variable as `env.NAME`. What seems absent there may be present.
    pub holes: Vec<String>,
    /// Arguments that no engine can give.
    pub unserved: Vec<Unserved>,
}

/// Whether a container runs for as long as the stack, or ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// It serves: done when ready.
    Service,
    /// It does one thing: done when it has exited 0.
    Job,
}

/// One environment variable.
#[derive(Debug, Clone)]
pub struct Variable {
    /// Its name.
    pub name: Spanned<String>,
    /// Its value.
    pub value: Text,
    /// Where the value was written.
    pub span: Span,
    /// Whether the value was an unquoted scalar in the file (lints look at it).
    pub plain: bool,
    /// Whether the user wrote it; `false` when a blueprint added it.
    pub written: bool,
    /// The name of an entry before it in the same list that gave the same variable: its value is lost.
    pub replaces: Option<Span>,
}

/// Something mounted into a container.
#[derive(Debug, Clone)]
pub struct Mount {
    /// Absolute path in the container, without a trailing slash.
    pub path: Spanned<String>,
    /// What is mounted.
    pub source: MountSource,
    /// Whether it cannot be written to.
    pub read_only: bool,
    /// The source in the file: the argument itself, or the `source` of a `mounts` item.
    pub span: Span,
    /// The argument that it came from: `mounts`, `data-volume`, `code`, `scripts` …
    pub argument: String,
}

/// What a mount shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MountSource {
    /// A file or directory of the host, bound; relative to the project directory.
    Host {
        /// Path as resolved against the project directory, lexically normal, not yet followed through links.
        path: Spanned<String>,
    },
    /// A file or directory of the repository; bound like `Host`.
    Repo {
        /// Path as resolved against the repository root.
        path: Spanned<String>,
    },
    /// A file with this content, uploaded before the start.
    Content {
        /// The content.
        data: Text,
        /// Whether it may be executed.
        executable: bool,
    },
    /// A named volume.
    Volume {
        /// Key in [`Program::volumes`].
        id: String,
    },
}

/// A named volume.
#[derive(Debug, Clone)]
pub struct Volume {
    /// Its id in the project.
    pub id: Spanned<String>,
    /// How long it lives.
    pub scope: VolumeScope,
    /// Whether the scope was written in the file.
    pub scope_written: bool,
    /// Whether it is made when it is missing.
    pub create: Create,
    /// What it is filled from when it is made.
    pub source: Option<MountSource>,
    /// Where it was first mentioned.
    pub span: Span,
}

/// How long a volume lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum VolumeScope {
    /// As long as the project; no plan ever removes it.
    Project,
    /// As long as the run.
    Job,
}

/// What to do about something that may be there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Create {
    /// Made to match: replaced when it differs (containers), made anew (volumes).
    Always,
    /// Kept as it is when it is there.
    WhenMissing,
    /// Has to be there.
    Never,
}

/// A name on the network and the ports behind it.
#[derive(Debug, Clone)]
pub struct Service {
    /// The DNS name that other containers use.
    pub id: Spanned<String>,
    /// Its ports.
    pub ports: Vec<Port>,
}

/// One port, or a range of ports, of a service.
#[derive(Debug, Clone)]
pub struct Port {
    /// The port or range in the container.
    pub range: Spanned<PortRange>,
    /// What is spoken on it.
    pub protocol: Protocol,
    /// Whether and how the host reaches it.
    pub expose: Expose,
    /// A word for people: `ui`, `admin`.
    pub label: Option<String>,
}

/// Ports `first..=last`; a single one when they are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct PortRange {
    /// Lowest port.
    pub first: u16,
    /// Highest port.
    pub last: u16,
}

/// What is spoken on a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// Plain TCP; what a port without `protocol` is.
    Tcp,
    /// Datagrams.
    Udp,
    /// HTTP over TCP.
    Http,
    /// HTTP over TLS.
    Https,
}

/// How a port appears on the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expose {
    /// Not at all: only containers reach it.
    Internal,
    /// On this address (loopback unless the user says otherwise) and port.
    Host {
        /// IP address to bind.
        address: String,
        /// Which port.
        port: HostPort,
        /// The `expose-as`, or the port where none is written.
        span: Span,
    },
}

/// Which port of the host is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostPort {
    /// This one, from `expose-as`: when it is taken, that is an error.
    Exact(u16),
    /// The container's own number if it is free, else any.
    Preferred(u16),
}

/// When the engine starts a container again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Restart {
    /// On what.
    pub policy: RestartPolicy,
    /// How often at most; only with `on-failure`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_restarts: Option<u32>,
}

/// What makes the engine start a container again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RestartPolicy {
    /// Nothing.
    Never,
    /// Every end, until it is stopped on purpose.
    Always,
    /// An end with an exit code other than 0.
    OnFailure,
}

/// Who runs the program of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum User {
    /// `name`, `uid` or `uid:gid`, as the engine reads it.
    Named(String),
    /// `#pt-host`: the user who runs `pt`.
    Invoking,
}

/// How a container is known to be ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Readiness {
    /// Its process runs.
    Running,
    /// A TCP connection to this port is accepted and stays open.
    Port(u16),
    /// A `PostgreSQL` server answers a start-up packet on this port over TCP (not the init server's socket).
    Postgres {
        /// Port in the container.
        port: u16,
    },
    /// It has exited 0.
    Exit,
}

impl Program {
    /// Names of all secrets that the containers need, sorted, each once.
    pub fn secret_names(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .containers
            .values()
            .flat_map(Container::texts)
            .flat_map(|text| text.secrets().map(str::to_owned).collect::<Vec<_>>())
            .collect();
        names.sort();
        names.dedup();
        names
    }
}

impl Container {
    /// Ids of the volumes that it mounts.
    pub fn volumes(&self) -> impl Iterator<Item = &str> {
        self.mounts.iter().filter_map(|mount| match &mount.source {
            MountSource::Volume { id } => Some(id.as_str()),
            _ => None,
        })
    }

    /// Every text of the container that may hold a secret.
    pub fn texts(&self) -> impl Iterator<Item = &Text> {
        let arguments = self.entrypoint.iter().chain(&self.command).flatten();
        let content = self.mounts.iter().filter_map(|mount| match &mount.source {
            MountSource::Content { data, .. } => Some(data),
            _ => None,
        });
        arguments.chain(self.environment.iter().map(|variable| &variable.value)).chain(content)
    }

    /// The words of the command line, the entrypoint's first, each with its place.
    pub fn words(&self) -> impl Iterator<Item = (&Text, Span)> {
        let words = self.entrypoint.iter().chain(&self.command).flatten();
        words.zip(self.word_spans.iter().copied())
    }

    /// Whether all mounts are known, so that what is not mounted is absent.
    pub fn knows_mounts(&self) -> bool {
        !self.holes.iter().any(|hole| hole == "mounts")
    }

    /// Whether it is known if there is a variable with this name.
    pub fn knows_variable(&self, name: &str) -> bool {
        !self.holes.iter().any(|hole| hole == "env" || hole.strip_prefix("env.") == Some(name))
    }

    /// The variable with this name.
    pub fn variable(&self, name: &str) -> Option<&Variable> {
        self.environment.iter().find(|variable| variable.name.value == name)
    }
}
