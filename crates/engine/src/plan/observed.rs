//! What an engine holds of one project, read from its labels in a few calls.

use std::collections::BTreeMap;

/// What an engine can do; what it cannot is a finding before planning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// Name for messages, such as `docker 20.10.24`.
    pub name: String,
    /// Whether the engine runs on this machine: host paths and loopback ports mean the same to both.
    pub local: bool,
    /// Whether containers can be reached by their own addresses from here.
    pub reaches_containers: bool,
    /// Whether host paths can be mounted.
    pub host_mounts: bool,
    /// Whether it runs images in containers; else programs of this machine as processes.
    pub containers: bool,
    /// Whether what is mounted read-only cannot be written to.
    pub read_only_mounts: bool,
    /// Whether the cores of a container can be limited.
    pub core_limits: bool,
}

/// Everything of one project that an engine holds.
#[derive(Debug, Clone, Default)]
pub struct Observed {
    /// Containers with the project's label.
    pub containers: Vec<ObservedContainer>,
    /// Volumes with the project's label, and foreign volumes that stand in the way of a wanted name.
    pub volumes: Vec<ObservedVolume>,
    /// Networks with the project's label, and foreign ones that stand in the way; the oldest first.
    pub networks: Vec<ObservedNetwork>,
    /// Image references that are present, with the id that each stands for now.
    pub images: BTreeMap<String, String>,
    /// Host ports that somebody holds, other than this project's containers: `(port, who)`.
    pub held_ports: BTreeMap<u16, String>,
    /// Major version of PostgreSQL that wrote the data which a container of the program mounts, by its id in the program; for
    /// the caller to look at.
    pub postgres_majors: BTreeMap<String, u32>,
    /// Names of containers of others that begin with the project's name and `-`: `(name, whose)`.
    pub held_names: BTreeMap<String, String>,
}

/// A container of the project.
#[derive(Debug, Clone)]
pub struct ObservedContainer {
    /// The engine's id.
    pub engine_id: String,
    /// Its name in the engine.
    pub name: String,
    /// Id of the container in the program.
    pub container: String,
    /// Which of several equal ones, from 1.
    pub replica: u32,
    /// What it is doing.
    pub state: State,
    /// Id of the image that it was made from.
    pub image_id: String,
    /// All its labels.
    pub labels: BTreeMap<String, String>,
    /// Ports that it publishes on the host.
    pub published: Vec<Published>,
    /// Its address in the project's network, while it runs.
    pub address: Option<String>,
    /// Engine id of the network of the project's name that it was made for; `None` when the engine does not say.
    pub network: Option<String>,
}

/// A port of a container on the host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Published {
    /// Address on the host.
    pub address: String,
    /// Port on the host.
    pub host: u16,
    /// Port in the container.
    pub container: u16,
    /// Whether it is UDP.
    pub udp: bool,
}

/// What a container is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Made, never started.
    Created,
    /// Its process runs.
    Running,
    /// The engine is about to start it again.
    Restarting,
    /// It was paused.
    Paused,
    /// It was asked to stop, and its process is about to end.
    Stopping,
    /// It ended with this code.
    Exited(i64),
    /// It is being removed, or the engine gave it up.
    Dead,
}

/// A volume.
#[derive(Debug, Clone)]
pub struct ObservedVolume {
    /// Its name in the engine.
    pub name: String,
    /// All its labels; without the project's label it is foreign.
    pub labels: BTreeMap<String, String>,
}

/// A network.
#[derive(Debug, Clone)]
pub struct ObservedNetwork {
    /// The engine's id; names need not be unique.
    pub engine_id: String,
    /// Its name in the engine.
    pub name: String,
    /// All its labels; without the project's label it is foreign.
    pub labels: BTreeMap<String, String>,
}
