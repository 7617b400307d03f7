//! The built-in blueprints, each by its manifest, its defaults and its README, and those of a project.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

#[path = "../faults/mod.rs"]
mod faults;
#[path = "../outline/mod.rs"]
mod outline;

mod arguments;
mod brokers;
mod builtin;
mod case;
mod modules;
mod own;
mod run_scripts;
mod scripts;
mod stage;
mod connect_scripts;
mod tasks;
