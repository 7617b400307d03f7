//! `missing-data-volume`: a server whose state goes with its container.

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::expand::MountSource;
use crate::lint::{Lint, Scene};

declare_rule! {
    /// a server that keeps state has no volume for it
    ///
    /// The data die with the container: the next change of an image or a variable replaces it, and the engine's anonymous
    /// volume is never found again.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       image: postgres:16.2
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}]
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       image: postgres:16.2
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}]
    ///       data-volume: {type: volume, scope: project, id: db-data}
    /// ```
    pub static MISSING_DATA_VOLUME = { name: "missing-data-volume", code: "PT301", level: Error, precision: VeryHigh };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &MISSING_DATA_VOLUME, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for container in scene.containers() {
        let Some(path) = container.facts.data_paths.first() else { continue };
        let client = container.role != crate::expand::Role::Service;
        let keeps = container.mounts.iter().any(|mount| !matches!(mount.source, MountSource::Content { .. }));
        // A mount at another place is `pg-wrong-data-path`'s finding.
        if client || keeps || !container.knows("mounts") {
            continue;
        }
        let message = format!("the data of `{}` die with its container", container.id.value);
        diagnostics
            .report(&MISSING_DATA_VOLUME, container.call, message)
            .label(format!("nothing is mounted at {}", path.mount))
            .help(format!(
                "add `data-volume: {{type: volume, scope: project, id: {}-data}}` to its `args`",
                container.id.value
            ));
    }
}
