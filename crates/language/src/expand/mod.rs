//! Documents to a [`Program`]: names resolved, arguments bound, calls walked down to containers.
//!
//! In: documents, the catalogue of blueprints, the project's values and the names of its secrets.
//! Out: the containers and volumes of one job and their order, as plain data, every part with its origin.

mod bind;
mod command;
mod container;
mod double;
mod environment;
mod expander;
mod holes;
mod image;
mod impossible;
mod known;
mod made_images;
mod mount;
mod order;
mod outline;
mod paths;
mod process_form;
mod program;
mod scope;
mod resources;
mod service;
mod unserved;
mod stage;
mod task;
mod unknown;
mod walk;

pub use crate::model::Condition;
pub use bind::Bound;
pub use expander::{Entry, Expander, Expansion, Outputs, Surroundings};
pub use image::{DataPath, ImageFacts, SecretTwin};
pub use made_images::usual_reference;
pub use mount::{HOST_PATH_OUTSIDE_PROJECT, is_engine_socket};
pub use outline::outline;
pub use process_form::ProcessForm;
pub use program::{
    Container, Create, Edge, Expose, HostPort, Mount, MountSource, Port, PortRange, Program, Protocol, Readiness,
    Restart, RestartPolicy, Role, Service, User, Variable, Volume, VolumeScope,
};
pub use resources::Resources;
pub use scope::OWN_REPOSITORY;
pub use service::LOOPBACK;
pub use stage::{Settled, Stage};
pub use task::{Code, Task, TaskKind};
pub use unknown::{UNKNOWN_MODULE, report_unoffered};
pub use unserved::Unserved;
pub use walk::CALL_CYCLE;

use crate::diagnostic::Rule;

/// The rules of this room.
pub static RULES: &[&Rule] = &[
    &UNKNOWN_MODULE,
    &order::UNKNOWN_STEP,
    &order::DEPENDENCY_CYCLE,
    &bind::UNKNOWN_ARGUMENT,
    &CALL_CYCLE,
    &command::BAD_COMMAND,
    &impossible::IMPOSSIBLE_NAME,
    &HOST_PATH_OUTSIDE_PROJECT,
];
