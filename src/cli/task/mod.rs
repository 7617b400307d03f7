//! Tasks: what `pt` itself does between containers, while a job runs.
//!
//! In: a compiled job whose program has tasks. Out: its containers, run in stages, and what the tasks did: programs through
//! their [`host`](self), built-in tasks by name. A job without tasks never comes here.

mod build;
mod builtin;
pub mod consent;
mod container;
mod foreseen;
mod host;
mod http;
mod post;
mod program;
mod scaffold;
mod secrecy;
mod sources;
mod stages;

pub use foreseen::{foresee, without_tasks};
pub use secrecy::Keeper;
pub use stages::Runner;
