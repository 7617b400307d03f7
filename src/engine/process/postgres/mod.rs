//! PostgreSQL servers as processes: which version, a data directory that is whole or not there, a server that is ready.
//!
//! In: what is [`Wanted`]. Out of [`prepare`]: a [`Launch`], that is a data directory that is initialised and everything
//! that a supervisor needs to run its server; [`Server`] is that supervisor for those who have none of their own.
//!
//! ```text
//! prepare(&Wanted, hear: &(dyn Fn(&str) + Sync)) -> Result<Launch, PostgresError>     async; `hear` gets the lines of initdb and scripts
//! health(&Probe) -> Health                                                            async; Accepting, NotYet(words), Refused, Silent(words)
//! ```
//!
//! Keeps the contract of the official image (`POSTGRES_USER`, init scripts, …), with these differences: whoever logs in
//! needs the password also on loopback and through the socket, and nothing of it is half-made when a step is broken off.

mod error;
mod launch;
mod wanted;

pub use error::PostgresError;
pub use launch::{Account, Launch, Probe};
pub use wanted::{Script, Settings, Surroundings, Wanted};
