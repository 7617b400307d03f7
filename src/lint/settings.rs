//! What the people of a project decided about its findings, apart from the files themselves.

use std::sync::Arc;

use super::Judge;
use crate::diagnostic::LevelOverrides;

/// How files are judged. The default is what every rule says of itself.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Levels of rules that differ from their own.
    pub levels: LevelOverrides,
    /// Registries (`ghcr.io`) or parts of them (`ghcr.io/acme`) that images may come from; empty for any.
    pub allowed_registries: Vec<String>,
    /// More names of variables that hold secrets, as patterns in which `*` stands for anything.
    pub secret_names: Vec<String>,
    /// More images whose servers keep state, with the directory of their data: `(ghcr.io/acme/store, /var/lib/store)`.
    pub stateful_images: Vec<(String, String)>,
    /// Who else looks at a project when it is checked, such as its policies.
    pub judges: Vec<Arc<dyn Judge>>,
}

impl From<LevelOverrides> for Settings {
    fn from(levels: LevelOverrides) -> Self {
        Self { levels, ..Self::default() }
    }
}
