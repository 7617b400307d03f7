//! `missing-data-volume`: a server whose state goes with its container.

use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix, Level, Safety};
use crate::edit::Piece;
use crate::expand::{Container, Role};
use crate::lint::client::runs_a_client;
use crate::lint::state::{State, state_of};
use crate::lint::{Lint, Scene};

declare_rule! {
    /// a server that keeps state has no volume for it
    ///
    /// The data die with the container: the next change of an image or a variable replaces it, and the engine's anonymous
    /// volume is never found again. For servers that many use as a cache (Redis) this is a warning, for others an error.
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
    pub static MISSING_DATA_VOLUME = {
        name: "missing-data-volume", code: "PT301", level: Error, precision: VeryHigh,
        tags: ["data"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &MISSING_DATA_VOLUME, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for container in scene.containers().filter(|container| container.role == Role::Service && !runs_a_client(container))
    {
        // A mount beside the data is `pg-wrong-data-path`'s finding.
        let State::Lost { directory } = state_of(container) else { continue };
        let id = &container.id.value;
        let cache = container.facts.data_paths.iter().any(|path| path.cache);
        let place = container.facts.data_paths.first().map_or(&directory, |path| &path.mount);
        let volume = format!("{{type: volume, scope: project, id: {id}-data}}");
        let help = if container.blueprint == "polytope/container" {
            format!("add `{{path: {place}, source: {volume}}}` to its `mounts`")
        } else {
            format!("add `data-volume: {volume}` to its `args`")
        };
        let fix = scene_fix(scene, container, place);
        let ceiling = if cache { Level::Warning } else { Level::Error };
        diagnostics.at_most(ceiling, |diagnostics| {
            diagnostics
                .report(&MISSING_DATA_VOLUME, container.call, format!("the data of `{id}` die with its container"))
                .label(format!("nothing is mounted at {directory}"))
                .help(help)
                .maybe_fix(fix);
        });
    }
}

fn scene_fix(scene: &Scene<'_>, container: &Container, place: &str) -> Option<Fix> {
    let volume = format!("{}-data", container.id.value);
    let source = [("type", "volume"), ("scope", "project"), ("id", volume.as_str())];
    let edit = if container.blueprint == "polytope/container" {
        let piece =
            Piece::Map(vec![("path".to_owned(), Piece::text(place)), ("source".to_owned(), Piece::map(&source))]);
        scene.add_to_list(container, "mounts", &piece)
    } else {
        scene.add_argument(container, "data-volume", &Piece::map(&source))
    };
    // What an earlier container holds is not moved there.
    Some(Fix::new(Safety::Unsafe, format!("keep the data in a volume `{volume}`")).edit(edit?))
}
