//! The contents of secrets that tasks come near, and what masks them in everything that a task says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::cli::failure::{Class, Failure};
use crate::cli::job::Compiled;
use crate::store::{Redactor, Secret};
use crate::value::Text;

/// Secrets by name, looked up when they are first needed.
#[derive(Debug, Default)]
pub struct Keeper {
    contents: Mutex<BTreeMap<String, Secret>>,
}

impl Keeper {
    /// Looks up all secrets of the project: a task may meet any of them in what containers write.
    pub fn learn_all(&self, compiled: &Compiled) -> Result<(), Failure> {
        let names: BTreeSet<String> = compiled.known.0.secrets().keys().cloned().collect();
        self.learn(compiled, &names)
    }

    /// Looks up secrets that are not known yet.
    pub fn learn(&self, compiled: &Compiled, names: &BTreeSet<String>) -> Result<(), Failure> {
        let names: BTreeSet<String> = names.iter().filter(|name| !self.has(name)).cloned().collect();
        if names.is_empty() {
            return Ok(());
        }
        // Best effort: a machine that forbids it still runs its tasks.
        let _ = crate::store::harden_process();
        let found = compiled.located.layers()?.resolve(&names)?;
        self.contents().extend(found);
        Ok(())
    }

    /// Takes note of a secret that was just set.
    pub fn put(&self, name: &str, secret: Secret) {
        self.contents().insert(name.to_owned(), secret);
    }

    fn contents(&self) -> MutexGuard<'_, BTreeMap<String, Secret>> {
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a secret is known.
    pub fn has(&self, name: &str) -> bool {
        self.contents().contains_key(name)
    }

    /// A text with its secrets filled in, for the moment at which they leave; `None` when one is not known.
    pub fn reveal(&self, text: &Text) -> Option<Secret> {
        let contents = self.contents();
        text.reveal(|name| contents.get(name).map(Secret::expose)).map(Secret::from)
    }

    /// Masks all that are known.
    pub fn redactor(&self) -> Result<Redactor, Failure> {
        let contents = self.contents();
        let pairs = contents.iter().map(|(name, secret)| (name, secret.expose()));
        Redactor::new(pairs).map_err(|error| Failure::new(Class::No, error.to_string()))
    }
}
