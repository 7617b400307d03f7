//! `pt postgres` and the functions below it against real servers: Debian's PostgreSQL, of whichever version, and 16 from npm (`tests/postgres/`).
//! As root everything is tried as root and as `nobody`; as somebody else, as that. Fails, not skips, without the servers.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod ground;
#[path = "../reachable/mod.rs"]
mod reachable;

mod contract;
mod first_start;
mod functions;
mod killed;
mod passwords;
mod refused;
mod scripts;
mod stopping;
mod versions;
