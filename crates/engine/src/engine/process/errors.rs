//! What was being done, to say so when it fails.

use std::io;

use crate::engine::{EngineError, Failure};

/// What is being done to what.
pub(super) struct Doing(String);

pub(super) fn doing(words: impl Into<String>) -> Doing {
    Doing(words.into())
}

impl Doing {
    pub(super) fn failed(&self, failure: Failure) -> EngineError {
        EngineError { doing: self.0.clone(), failure, help: None, log: Vec::new(), exit_code: None }
    }

    pub(super) fn advise(&self, failure: Failure, help: impl Into<String>) -> EngineError {
        EngineError { help: Some(help.into()), ..self.failed(failure) }
    }

    pub(super) fn io(&self, error: &io::Error) -> EngineError {
        self.failed(Failure::Engine(error.to_string()))
    }

    pub(super) fn missing(&self, container: &str) -> EngineError {
        self.failed(Failure::NotFound(format!("there is no container `{container}`")))
    }
}
