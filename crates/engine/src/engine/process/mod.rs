//! Processes of this machine, for those who have no container engine.
//!
//! In: actions. Out: programs that run, each with a supervisor of its own that outlives `pt`, and what they are asked. A
//! container is a folder: what it was made from (secrets by name), its files, its log, its supervisor's lock and status. A
//! volume is a folder with labels, a network nothing but that. There is no file system and no network of a program's own:
//! paths and service names of the file are turned into those of this machine.
//!
//! May use `std::fs` and processes; reads no environment of its own, that is handed in.

mod account;
mod cgroup;
mod confinement;
mod containers;
mod engine;
mod errors;
mod exec;
mod ground;
mod kernel;
mod launcher;
mod log_file;
mod logs;
mod mapping;
mod names;
mod namespace;
mod observe;
mod password;
mod places;
mod ports;
pub mod postgres;
mod postgres_server;
mod record;
mod setting;
mod shelf;
mod signals;
mod start;
mod state;
mod supervisor;
mod wait;

pub use engine::ProcessEngine;
pub use launcher::{COMMAND as LAUNCH, launch};
pub use places::Places;
pub use start::SUPERVISE;
pub use supervisor::supervise;
