//! Includes: how a project's files become one, and how other repositories are fetched, pinned and read.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

#[path = "../faults/mod.rs"]
mod faults;

mod checking;
mod fetching;
mod hostile;
mod links;
mod names;
mod paths;
mod place;
mod project;
mod remote;
