//! Docker Engine (and what speaks its API), the only place for bollard.
//!
//! In: actions. Out: what the engine did, or an error that says what was being done to what, why it failed and what
//! to type. Every call is bounded in time; a stream that ends is taken for lost until the container has been looked at.
//! May use `plan`, `expand`, `value` and the contract of engines.

mod apply;
mod binds;
mod builds;
mod client;
mod connect;
mod containers;
mod credentials;
mod details;
mod discovery;
mod doors;
mod endpoint;
mod engine;
mod errors;
mod exec;
mod exit;
mod facts;
mod files;
mod half_made;
pub(in crate::engine) mod held;
mod images;
mod lines;
mod logs;
mod model;
mod networks;
mod observe;
mod password;
mod reach;
mod readiness;
mod restarts;
mod secrets;
mod ssh;
mod stop;
mod stopping;
mod target;
mod terminal;
mod uploads;
mod volumes;

pub use discovery::{Found, NotFound, Surroundings};
pub use endpoint::{Certificates, Endpoint, SshTarget};
pub use engine::DockerEngine;
pub use facts::{Fact, sockets};
