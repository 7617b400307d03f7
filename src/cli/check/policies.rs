//! `--policy DIR`: rules that a project's people wrote themselves.

use std::path::PathBuf;
use std::sync::Arc;

use super::super::arguments::Global;
use super::super::failure::Failure;
use super::super::project::based;
use crate::diagnostic::Rule;
use crate::lint::Judge;
use crate::policy::{Policies, PolicyError};
use crate::rules;
use crate::source::DiskLoader;

/// The policies of these directories; nothing where none are named.
pub fn load(paths: &[PathBuf], global: &Global) -> Result<Option<Arc<Policies>>, Failure> {
    if paths.is_empty() {
        return Ok(None);
    }
    let paths: Vec<PathBuf> = paths.iter().map(|path| based(global, path)).collect();
    match Policies::load(&DiskLoader, &paths) {
        Ok(policies) => Ok(Some(Arc::new(policies))),
        Err(error @ PolicyError::None(_)) => {
            Err(Failure::usage(error.to_string()).help("name a directory of policies; see `pt explain policy-input`"))
        }
        Err(error) => Err(Failure::usage(error.to_string())),
    }
}

/// Every rule there is, those of the policies at the end.
pub fn rules(policies: Option<&Policies>) -> Vec<&'static Rule> {
    rules::ALL.iter().copied().chain(policies.map(Judge::rules).into_iter().flatten()).collect()
}
