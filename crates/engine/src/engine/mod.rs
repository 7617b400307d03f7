//! Engines: plain data in, plain data out. Only here are secrets resolved, at the call that needs them.
//!
//! In: actions of a plan. Out: what happened, or an error that says what was being done to what.
//! An engine is a folder; all pass one contract suite. [`execute`] walks a whole plan on any of them.

mod any;
mod contract;
pub mod docker;
mod execute;
mod inventory;
#[doc(hidden)]
pub mod memory;
mod pace;
mod password;
mod postgres;
pub mod process;
mod progress;
mod report;
mod sentence;
mod sockets;
#[doc(hidden)]
pub mod suite;
#[cfg(test)]
mod tests;

pub use any::AnyEngine;
pub use contract::{
    BuildRequest, Details, Engine, EngineError, ExecRequest, Failure, LogLine, LogRequest, Outcome, ProgressEvent,
    SecretSource, Stream, VolumeDetails,
};
pub use execute::{Execution, execute};
pub use inventory::Holdings;
pub use report::{Ending, Event, EventState, Report};
use sentence::sentence;
