//! What a file means: references, types, defaults, names, paths and order, as real files use them.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

#[path = "../faults/mod.rs"]
mod faults;
#[path = "../outline/mod.rs"]
mod outline;

mod calls;
mod case;
mod containers;
mod jobs;
mod lists;
mod mounts;
mod names;
mod order;
mod parameters;
mod references;
mod scripts;
mod tools;
