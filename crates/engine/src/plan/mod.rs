//! What has to be done: a pure function from what is wanted and what is there to a graph of actions.
//!
//! In: a [`Program`](crate::expand::Program), the engine's [`Capabilities`] and what it was [`Observed`] to hold.
//! Out: a [`Plan`] in which every step says its cause, and the obstacles that have to be put right before it is done.
//! Decides everything, does nothing.

mod action;
mod as_processes;
mod checks;
mod container_request;
mod data_version;
mod description;
mod difference;
mod first_start;
mod graph;
mod ground;
pub mod host_ports;
mod init_mark;
mod initialised;
mod json;
mod judge;
pub mod labels;
mod naming;
mod observed;
mod obstacle;
mod order;
mod peers;
mod ports;
mod proof;
mod pulls;
mod reconcile;
mod request;
mod rescue;
mod rows;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
pub(crate) mod sample;
mod standing;
mod steps;
mod teardown;
#[cfg(test)]
mod tests;
mod want;

pub use action::{
    Action, Binding, Cause, ContainerRequest, Endpoints, Login, NetworkRequest, PasswordChange, Peer, Plan, PlanNode,
    SecretPlacement, Upload, VolumeRequest,
};
pub use data_version::data_to_look_at;
pub use first_start::{FirstStart, first_starts};
pub use init_mark::INIT_MARK;
pub use naming::{container_name, place_name, project_name, volume_name};
pub use observed::{Capabilities, Observed, ObservedContainer, ObservedNetwork, ObservedVolume, Published, State};
pub use obstacle::{Note, Obstacle, ObstacleKind};
pub use proof::{is_unproved, prove_volumes};
pub use pulls::pulls;
pub use reconcile::{Planned, reconcile};
pub use request::{Fingerprint, Options, PullPolicy, Request};
pub use rows::{Change, Row};
pub use standing::{Goal, restart, wait};
pub use teardown::{Teardown, remove_volumes, teardown};
