//! What a program may ask of the outside.

use super::Datum;

/// The functions of `pt.…` and `pt/…` that do something. Names are in kebab-case: `pt.callModule` asks for `call-module`.
pub trait Host {
    /// Whether there is a function of this name.
    fn knows(&self, function: &str) -> bool;

    /// Calls a function. An error ends the program, unless it catches it.
    fn call(&mut self, function: &str, arguments: Vec<Datum>) -> Result<Datum, HostError>;
}

/// Why a function could not do what was asked; what it says is shown, so it holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct HostError {
    /// What went wrong, and to what.
    pub message: String,
}

impl HostError {
    /// An error with these words.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

/// No function at all: programs in arguments only compute.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoHost;

impl Host for NoHost {
    fn knows(&self, _: &str) -> bool {
        false
    }

    fn call(&mut self, function: &str, _: Vec<Datum>) -> Result<Datum, HostError> {
        Err(HostError::new(format!("`{function}` is there in `code` steps only")))
    }
}
