//! What an engine holds of a project, as rules see it: plain data that somebody else has asked for.

use std::collections::BTreeMap;

/// What there is. What is not in it is not known, and no rule says anything about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Live {
    /// Whether containers run as processes of this machine: a version that the file does not say is then not that of the
    /// usual image.
    pub as_processes: bool,
    /// Volumes that are there, by their id in the file.
    pub volumes: BTreeMap<String, LiveVolume>,
    /// Images that are there, by the reference that the file names.
    pub images: BTreeMap<String, LiveImage>,
    /// Host ports that somebody else holds: `(port, who)`.
    pub held_ports: BTreeMap<u16, String>,
    /// When files that are mounted as scripts were changed, in seconds of Unix time, by their path in the project.
    pub changed: BTreeMap<String, i64>,
}

/// A volume with data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LiveVolume {
    /// Its name in the engine.
    pub name: String,
    /// When it was made, in seconds of Unix time.
    pub created: Option<i64>,
    /// The major version of PostgreSQL that wrote the data in it.
    pub postgres_major: Option<u32>,
    /// Variables that had another value when its data were initialised, by the container that mounts it.
    pub other_variables: BTreeMap<String, Vec<String>>,
}

/// An image.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LiveImage {
    /// `sha256:…`, by which its registry knows it.
    pub digest: Option<String>,
}
