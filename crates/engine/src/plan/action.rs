//! A plan: actions, what each waits for, and why it is needed. Plain data; `engine/` walks it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Note, Published};
use crate::expand::{Condition, ProcessForm, Readiness, Resources, Restart};
use crate::value::Text;

/// The graph of what will be done.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Name of the project.
    pub project: String,
    /// Steps; each waits only for steps before it in this list.
    pub nodes: Vec<PlanNode>,
    /// What the user should know of before saying yes; none of it keeps the plan from being done.
    pub notes: Vec<Note>,
}

/// One step.
#[derive(Debug, Clone)]
pub struct PlanNode {
    /// What is done.
    pub action: Action,
    /// Indices of the steps that have to be done before.
    pub after: Vec<usize>,
    /// Indices of the steps that have to be over before, whatever came of them.
    pub following: Vec<usize>,
    /// Why, down to the key; empty for what follows from another step.
    pub because: Vec<Cause>,
    /// The container (or volume, network) of the program that it is about; rows of the progress display.
    pub subject: String,
    /// What is done, in this order, when this step fails: back to what ran before.
    pub rescue: Vec<Action>,
}

/// Why a step is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// It is not there.
    Missing,
    /// It is there but not running; its state in words.
    NotRunning(String),
    /// A part of its description differs; values as they may be shown.
    Changed {
        /// Such as `env.POSTGRES_DB`.
        key: String,
        /// Before, if it was there.
        before: Option<String>,
        /// After, if it is still there.
        after: Option<String>,
    },
    /// A secret has another content now.
    SecretChanged(String),
    /// The image reference stands for another image now.
    ImageMoved,
    /// The user asked for it.
    Forced,
    /// An earlier replacement was cut off half-way.
    Interrupted,
    /// It is no longer in the file.
    NotWanted,
    /// It was asked for: a job by its name, which runs every time, or an image that shall be looked for anew.
    Asked,
    /// It is a job that has ended well and has not changed since.
    Finished,
    /// It waits for an end that another container, named here, did not come to.
    Unneeded(String),
}

/// One thing that an engine can do.
#[derive(Debug, Clone)]
pub enum Action {
    /// Nothing: it is as it should be.
    Keep,
    /// Have this image in the engine; `always` asks the registry even when it is there.
    Pull {
        /// Reference.
        image: String,
        /// Whether to ask the registry even when the image is there.
        always: bool,
    },
    /// Make a network.
    CreateNetwork(NetworkRequest),
    /// Make a volume.
    CreateVolume(VolumeRequest),
    /// Make a container and put its files into it; not started.
    CreateContainer(Box<ContainerRequest>),
    /// Give a container another name (first half of a replacement).
    Rename {
        /// The engine's id, or the name.
        container: String,
        /// New name.
        to: String,
    },
    /// Write the secret files of a container that is there already anew, before it is started again: they live in
    /// memory and are gone after a restart of the machine.
    PlaceSecrets(Box<SecretPlacement>),
    /// Start a container by name or id; let it go on when it is paused.
    Start {
        /// Name or id.
        container: String,
    },
    /// Ask a container to stop; kill it after `seconds`.
    Stop {
        /// Name or id.
        container: String,
        /// Grace.
        seconds: u32,
    },
    /// Remove a stopped container and its anonymous volumes.
    RemoveContainer {
        /// Name or id.
        container: String,
    },
    /// Wait until it is ready.
    AwaitReady {
        /// Name or id.
        container: String,
        /// How that is known.
        readiness: Readiness,
        /// Where it was seen before the plan; looked at anew when nothing answers there.
        seen: Option<Endpoints>,
        /// Whose login has to work besides, where that is known: a database may keep an older password than ours.
        login: Option<Login>,
    },
    /// Wait until it has ended, and judge its exit code.
    AwaitExit {
        /// Name or id.
        container: String,
        /// Which end is a good one.
        condition: Condition,
    },
    /// Give a database role another password, in a server that was initialised with an earlier one.
    AlterPassword(Box<PasswordChange>),
    /// Remove a volume by name.
    RemoveVolume {
        /// Name in the engine.
        name: String,
    },
    /// Remove a network by id.
    RemoveNetwork {
        /// The engine's id.
        engine_id: String,
    },
}

/// Where a running container was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// Its address in the project's network.
    pub address: Option<String>,
    /// Ports that it publishes on the host.
    pub published: Vec<Published>,
}

/// A user of a database server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// Name of the user.
    pub user: Text,
    /// A database that is there.
    pub database: Text,
    /// The password.
    pub password: Text,
}

/// Secret files to write for a container that is there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretPlacement {
    /// Name or id.
    pub container: String,
    /// The files, as in the [`ContainerRequest`] that made it.
    pub files: Vec<Upload>,
    /// Who may read them (uid); root when absent.
    pub owner: Option<u32>,
}

/// `ALTER ROLE user PASSWORD password` over the server's own socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordChange {
    /// Name or id of the server's container.
    pub container: String,
    /// Role to change and to connect as.
    pub user: Text,
    /// Database to connect to.
    pub database: Text,
    /// The new password.
    pub password: Text,
}

/// A network to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkRequest {
    /// Name in the engine.
    pub name: String,
    /// Labels.
    pub labels: BTreeMap<String, String>,
}

/// A volume to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VolumeRequest {
    /// Name in the engine.
    pub name: String,
    /// Labels.
    pub labels: BTreeMap<String, String>,
}

/// A container to make, in engine-neutral words; the only secrets in it are names in [`Text`]s.
#[derive(Debug, Clone)]
pub struct ContainerRequest {
    /// Name in the engine, such as `shop-db-1`.
    pub name: String,
    /// Host name in the container.
    pub hostname: String,
    /// Image reference.
    pub image: String,
    /// Program, if not the image's own.
    pub entrypoint: Option<Vec<Text>>,
    /// How it runs as a process, where that is known; engines with images have no use for it.
    pub process: Option<ProcessForm>,
    /// Who else is in the program, for engines in whose network names are not looked up.
    pub peers: Vec<Peer>,
    /// Arguments, if not the image's own.
    pub command: Option<Vec<Text>>,
    /// Environment.
    pub environment: Vec<(String, Text)>,
    /// Secrets that arrive as files in `/run/secrets`, never in the environment.
    pub secret_files: Vec<Upload>,
    /// Who may read the secret files (uid); root when absent.
    pub secret_owner: Option<u32>,
    /// Directories and files of the host: `(source, target, read-only)`, sources absolute and checked.
    pub binds: Vec<(String, String, bool)>,
    /// Named volumes: `(name in the engine, target, read-only)`.
    pub volumes: Vec<(String, String, bool)>,
    /// Files with given content, put in before the start.
    pub uploads: Vec<Upload>,
    /// Name of the network to join; empty for none.
    pub network: String,
    /// Names under which it is found there.
    pub aliases: Vec<String>,
    /// Ports: `(container port, udp, binding)`; no binding = internal.
    pub ports: Vec<(u16, bool, Option<Binding>)>,
    /// Restart policy.
    pub restart: Option<Restart>,
    /// `user` as the engine reads it.
    pub user: Option<String>,
    /// Working directory.
    pub workdir: Option<String>,
    /// Whether a terminal is allocated.
    pub tty: bool,
    /// Whether standard input is kept open.
    pub stdin: bool,
    /// Limits.
    pub resources: Resources,
    /// Whether the seccomp profile is dropped.
    pub unconfined: bool,
    /// Signal that asks it to stop.
    pub stop_signal: Option<String>,
    /// Seconds it has to stop.
    pub stop_seconds: u32,
    /// Labels; state of the run.
    pub labels: BTreeMap<String, String>,
}

/// Another container of the program, and where its ports are on the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peer {
    /// Its name in the engine.
    pub container: String,
    /// Names under which it is known.
    pub names: Vec<String>,
    /// Ports as `(container port, port of the host)`; the latter where the plan decides it.
    pub ports: Vec<(u16, Option<u16>)>,
}

/// Where a port is bound on the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// IP address.
    pub address: String,
    /// Port; 0 for any free one.
    pub port: u16,
}

/// A file to put into a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Absolute path in the container.
    pub path: String,
    /// Content.
    pub content: Text,
    /// Permission bits, such as `0o644`.
    pub mode: u32,
}
