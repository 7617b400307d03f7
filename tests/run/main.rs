//! `pt` as its users run it: the built program against a real engine. Containers, volumes, networks and labels are looked at,
//! rather than words. Fails, not skips, without an engine; needs the images of `tests/images`.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, clippy::print_stderr, reason = "tests")]

mod harness;
#[path = "../reachable/mod.rs"]
mod reachable;

mod changes;
mod exec;
mod failures;
mod faults;
mod foreground;
mod foreign;
mod killed;
mod live;
mod main_job;
mod mcp;
mod mounts;
mod order;
mod passwords;
mod ports;
mod programs;
mod settings;
mod shape;
mod stages;
mod streams;
mod taking_down;
mod together;
mod unreachable;
mod volumes;
