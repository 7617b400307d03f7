//! `pg-wrong-data-path`: a volume beside the data that it should keep.

use crate::blueprint::facts_of;
use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix, Safety};
use crate::lint::state::{State, state_of};
use crate::lint::{Lint, Scene};

declare_rule! {
    /// the volume of a PostgreSQL server is not where its data are
    ///
    /// Up to 17 the image keeps its data in `/var/lib/postgresql/data` and has an anonymous volume there: a volume one level
    /// up stays empty, and the data are lost with the container. From 18 on the volume belongs at `/var/lib/postgresql`;
    /// with one at the old place the server refuses to start. `PGDATA` moves the data.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: db
    ///     module: polytope/container
    ///     args:
    ///       image: postgres:16.2
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}]
    ///       mounts: [{path: /var/lib/postgresql, source: {type: volume, scope: project, id: db-data}}]
    /// ```
    ///
    /// ```yaml
    /// modules:
    ///   - id: db
    ///     module: polytope/container
    ///     args:
    ///       image: postgres:18.1
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}]
    ///       mounts: [{path: /var/lib/postgresql/data, source: {type: volume, scope: project, id: db-data}}]
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: db
    ///     module: polytope/container
    ///     args:
    ///       image: postgres:16.2
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}]
    ///       mounts: [{path: /var/lib/postgresql/data, source: {type: volume, scope: project, id: db-data}}]
    /// ```
    ///
    /// ```yaml
    /// modules:
    ///   - id: db
    ///     module: polytope/container
    ///     args:
    ///       image: postgres:18.1
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}]
    ///       mounts: [{path: /var/lib/postgresql, source: {type: volume, scope: project, id: db-data}}]
    /// ```
    pub static PG_WRONG_DATA_PATH = {
        name: "pg-wrong-data-path", code: "PT303", level: Error, precision: VeryHigh,
        tags: ["postgres", "data"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &PG_WRONG_DATA_PATH, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for server in scene.servers("postgres") {
        // Images of relatives keep their data elsewhere, and without a version there is no saying where.
        let Some(major) = server.facts.major.filter(|_| facts_of(&server.image.value).0 == "postgres") else {
            continue;
        };
        let State::Beside { mount, directory } = state_of(server) else { continue };
        let moved = server.variable("PGDATA").is_some();
        let place = server.facts.data_paths.first().filter(|_| !moved).map_or(&directory, |path| &path.mount);
        let fix = match mount.argument.as_str() {
            "data-volume" if moved => None,
            "data-volume" => scene.remove_argument(server, "data-path"),
            _ => scene.rewrite(mount.path.span, place, |written| {
                written.trim_end_matches('/') == mount.path.value.trim_end_matches('/')
            }),
        };
        let help = match mount.argument.as_str() {
            "data-volume" if moved => format!("write `data-path: {place}`"),
            "data-volume" => format!("remove `data-path`: the volume goes to `{place}` by itself"),
            _ => format!("write `path: {place}`"),
        };
        // The place that a blueprint chose is marked where the volume is given.
        let span = if mount.path.span == server.call { mount.span } else { mount.path.span };
        diagnostics
            .report(
                &PG_WRONG_DATA_PATH,
                span,
                format!("the data of `{}` are not at `{}`", server.id.value, mount.path.value),
            )
            .label(format!("PostgreSQL {major} keeps them in `{directory}`"))
            .help(help)
            .maybe_fix(fix.map(|edit| Fix::new(Safety::Safe, format!("mount it at `{place}`")).edit(edit)));
    }
}
