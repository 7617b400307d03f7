//! What a program may ask of the outside.

use super::Datum;

/// The functions of `pt.…` and `pt/…` that do something. Names are in kebab-case: `pt.callModule` asks for `call-module`.
pub trait Host {
    /// Whether there is a function of this name.
    fn knows(&self, function: &str) -> bool;

    /// Calls a function. An error ends the program, unless it catches it.
    fn call(&mut self, function: &str, arguments: Vec<Datum>) -> Result<Datum, HostError>;
}

/// The functions that `code` steps have, in the words of Clojure; JavaScript writes them in camelCase. Programs in arguments are
/// told that they are not for them.
pub const FUNCTIONS: [&str; 37] = [
    "await-done",
    "await-exec-exit",
    "await-started",
    "call-module",
    "call-tool",
    "container-exec",
    "delete-file",
    "fail",
    "get-project-value",
    "get-value",
    "http-request",
    "log",
    "module-repo-path",
    "open-service",
    "output",
    "param",
    "read-container-file",
    "read-file",
    "read-json",
    "read-repo-file",
    "read-yaml",
    "secret",
    "set-project-value",
    "set-secret",
    "set-value",
    "sleep",
    "spawn",
    "stop",
    "stop-service",
    "to-json",
    "to-yaml",
    "value",
    "write-container-file",
    "write-file",
    "write-json",
    "write-repo-file",
    "write-yaml",
];

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
