//! Documents to a [`Program`]: names resolved, arguments bound, calls walked down to containers.
//!
//! In: documents, the catalogue of blueprints, the project's values and the names of its secrets.
//! Out: the containers and volumes of one job and their order, as plain data, every part with its origin.

mod program;

pub use program::{
    Condition, Container, Create, DataPath, Edge, Expose, HostPort, ImageFacts, Mount, MountSource, Port, PortRange,
    Program, Protocol, Readiness, Resources, Restart, RestartPolicy, Role, SecretTwin, Service, User, Variable, Volume,
    VolumeScope,
};
