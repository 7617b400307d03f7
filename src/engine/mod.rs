//! Engines: plain data in, plain data out. Only here are secrets resolved, at the call that needs them.
//!
//! In: actions of a plan. Out: what happened, or an error that says what was being done to what.
//! An engine is a folder; all pass one contract suite.

mod contract;
pub mod docker;

pub use contract::{
    Engine, EngineError, ExecRequest, Failure, LogLine, LogRequest, Outcome, ProgressEvent, SecretSource, Stream,
};
