//! A connected engine, and the secrets that its calls need.

use std::collections::{BTreeMap, BTreeSet};

use tokio::runtime::{Builder, Runtime};

use super::failure::{Class, Failure};
use super::project::Located;
use crate::engine::{EngineError, Failure as EngineFailure, SecretSource};
use crate::plan::Fingerprint;
use crate::store::{DigestKey, Redactor, Secret, keyed_digest};
use crate::value::Encoding;

/// A runtime for the commands that talk to an engine; one thread is enough.
pub fn runtime() -> Result<Runtime, Failure> {
    // What the runtime cannot open it panics about, so it is tried before: a poll, an event, and a pair for signals, twice.
    let spare = || std::os::unix::net::UnixStream::pair();
    let tried: std::io::Result<Vec<_>> = (0..4).map(|_| spare()).collect();
    tried.map_err(|error| {
        Failure::new(Class::No, "no runtime for the engine's calls")
            .because(error)
            .help("`ulimit -n 1024` allows this shell more open files")
    })?;
    let built = Builder::new_current_thread().enable_all().build();
    built.map_err(|error| Failure::new(Class::No, "no runtime for the engine's calls").because(error))
}

pub use super::checkout::engine_project;

/// Decrypted secrets; their contents leave through [`SecretSource`] alone.
#[derive(Debug, Default)]
pub struct Secrets {
    contents: BTreeMap<String, Secret>,
}

impl Secrets {
    /// The contents of `names`; decrypts only when there are any.
    pub fn open(located: &Located, names: &BTreeSet<String>) -> Result<Self, Failure> {
        if names.is_empty() {
            return Ok(Self::default());
        }
        // Best effort: a machine that forbids it still runs its containers.
        let _ = crate::store::harden_process();
        let contents = located.layers()?.resolve(names)?;
        Ok(Self { contents })
    }

    /// Keyed hash of each content, for labels.
    pub fn digests(&self, key: &Key) -> BTreeMap<String, String> {
        self.contents.iter().map(|(name, secret)| (name.clone(), key.digest(secret.expose()))).collect()
    }

    /// Names of those that are another text in this encoding.
    pub fn changed_by(&self, encoding: Encoding) -> BTreeSet<String> {
        let changed = self.contents.iter().filter(|(_, secret)| encoding.changes(secret.expose()));
        changed.map(|(name, _)| name.clone()).collect()
    }

    /// Masks every one of them.
    pub fn redactor(&self) -> Result<Redactor, Failure> {
        let pairs = self.contents.iter().map(|(name, secret)| (name, secret.expose()));
        Redactor::new(pairs).map_err(|error| Failure::new(Class::No, error.to_string()))
    }
}

impl SecretSource for Secrets {
    fn reveal(&self, name: &str) -> Option<&str> {
        self.contents.get(name).map(Secret::expose)
    }
}

/// The key of the project's hashes.
pub struct Key(pub DigestKey);

impl Fingerprint for Key {
    fn digest(&self, content: &str) -> String {
        keyed_digest(&self.0, content.as_bytes())
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        let class = match error.failure {
            EngineFailure::Unreachable(_) | EngineFailure::Unsupported(_) => Class::Engine,
            _ => Class::No,
        };
        let unreachable = matches!(error.failure, EngineFailure::Unreachable(_));
        let message = if unreachable { "no Docker engine answers".to_owned() } else { error.to_string() };
        let mut failure = Failure::new(class, message);
        if let EngineFailure::Unreachable(tried) = &error.failure {
            failure = tried.iter().fold(failure, |failure, line| failure.note(line.clone()));
        }
        failure = error.log.iter().fold(failure, |failure, line| failure.note(format!("log: {line}")));
        match error.help {
            Some(help) => failure.help(help),
            None if unreachable => failure.help("`pt doctor` looks closer"),
            None => failure,
        }
    }
}
