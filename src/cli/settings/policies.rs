//! Rules that a project's people wrote themselves: those of `--policy`, and those that a `pt.toml` names.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::super::failure::Failure;
use super::super::memory::MemoryWatch;
use crate::diagnostic::Rule;
use crate::lint::Judge;
use crate::policy::{Policies, PolicyError};
use crate::rules;
use crate::source::DiskLoader;

/// Policies that were read, by the files and directories that were named.
pub(super) struct Shelves {
    named: Vec<PathBuf>,
    read: Mutex<BTreeMap<Vec<PathBuf>, Arc<Policies>>>,
    /// Begun with the first of them, and over with the command's settings.
    watch: OnceLock<MemoryWatch>,
}

impl Shelves {
    /// The command line names these.
    pub(super) fn new(named: Vec<PathBuf>) -> Self {
        Self { named, read: Mutex::default(), watch: OnceLock::new() }
    }

    /// The policies that the command line names; nothing where it names none.
    pub(super) fn named(&self) -> Result<Option<Arc<Policies>>, Failure> {
        self.with(&[])
    }

    /// The same, and those in more places.
    pub(super) fn with(&self, more: &[PathBuf]) -> Result<Option<Arc<Policies>>, Failure> {
        let mut paths: Vec<PathBuf> = self.named.iter().chain(more).cloned().collect();
        paths.sort();
        paths.dedup();
        if paths.is_empty() {
            return Ok(None);
        }
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(policies) = read.get(&paths) {
            return Ok(Some(policies.clone()));
        }
        self.watch.get_or_init(MemoryWatch::begin);
        let policies = Arc::new(Policies::load(&DiskLoader, &paths).map_err(|error| not_read(&error))?);
        read.insert(paths, policies.clone());
        Ok(Some(policies))
    }
}

fn not_read(error: &PolicyError) -> Failure {
    let failure = Failure::usage(error.to_string());
    match error {
        PolicyError::None(_) => {
            failure.help("name a directory of policies, with `--policy` or in pt.toml; see `pt explain policy-input`")
        }
        PolicyError::Load { .. } => failure,
    }
}

/// Every rule there is, those of the policies at the end.
pub(super) fn rules(policies: Option<&Policies>) -> Vec<&'static Rule> {
    rules::ALL.iter().copied().chain(policies.map(Judge::rules).into_iter().flatten()).collect()
}
