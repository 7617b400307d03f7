//! `pt --engine process` as its users run it: the built program, its supervisors, and the processes that are really there.
//!
//! Every scenario is run by a user without rights, and by root where the tests are root's. Needs `perl`, `sh` and, for
//! `postgres`, an installed server of any version.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod home;
#[path = "../reachable/mod.rs"]
mod reachable;

mod killed;
mod lifecycle;
mod postgres;
mod refused;
mod secrets;
mod stopping;
mod surroundings;
