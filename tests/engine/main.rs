//! Scenarios against a real Docker Engine: each states one obligation, checks containers and labels, and cleans up.
//!
//! Needs an engine at the default socket (or where `DOCKER_HOST` says) with `busybox:latest` and `postgres:16.2`; fails
//! without one.
#![allow(clippy::unwrap_used, reason = "tests")]

mod connecting;
mod ends;
mod exec;
mod foreign;
mod lifecycle;
mod logs;
mod observing;
mod ports;
mod postgres;
mod proxy;
mod pulls;
mod registry;
mod rig;
mod secrets;
