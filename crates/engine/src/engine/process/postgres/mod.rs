//! PostgreSQL servers as processes: which version, a data directory that is whole or not there, a server that is ready.
//!
//! In: what is [`Wanted`]. Out of [`prepare`]: a [`Launch`], that is a data directory that is initialised and everything
//! that a supervisor needs to run its server; [`Server`] is that supervisor for those who have none of their own.
//! Keeps the contract of the official image (`POSTGRES_USER`, init scripts, …), with these differences: whoever logs in
//! needs the password also on loopback, the socket lets the account that the data belong to in as the superuser, and a
//! start that is broken off leaves nothing that the next one takes for data.

mod account;
mod directory;
mod endpoint;
mod error;
mod initdb;
mod launch;
mod prepare;
mod program;
mod running;
mod scripts;
mod server;
mod versions;
mod wanted;

/// Whether a server of this version (any, where none is named) is installed.
pub fn look(version: Option<&str>, surroundings: &Surroundings) -> Result<(), PostgresError> {
    versions::choose(version, None, surroundings).map(drop)
}

pub use super::account::Account;
pub use error::PostgresError;
pub use launch::{Launch, Probe};
pub use prepare::prepare;
pub use server::{GRACE, Health, Server, WAIT, health, stop, wait};
pub use wanted::{Script, Settings, Surroundings, Wanted};
