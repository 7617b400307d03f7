//! `pg-init-env-changed`: a variable that matters on the first start only, and was changed later.

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::lint::{Lint, Scene, postgres};

declare_rule! {
    /// a variable of the first start was changed after it
    ///
    /// `POSTGRES_PASSWORD`, `POSTGRES_USER`, `POSTGRES_DB`, `POSTGRES_INITDB_ARGS` and `POSTGRES_HOST_AUTH_METHOD` only
    /// have an effect while the data directory is empty. Changed later they change nothing: the database keeps its
    /// password, and whoever connects with the new one is refused.
    ///
    /// It is seen with `--live` only: `pt` keeps keyed hashes of these variables with the volume, and compares them.
    ///
    /// ## Bad
    /// ```yaml
    /// # live: volume db-data with another POSTGRES_DB for postgres; volume db-data of PostgreSQL 16
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       image: postgres:16.2
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}, {name: POSTGRES_DB, value: shop}]
    ///       data-volume: {type: volume, scope: project, id: db-data}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// # live: volume db-data made at 1000
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       image: postgres:16.2
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}, {name: POSTGRES_DB, value: shop}]
    ///       data-volume: {type: volume, scope: project, id: db-data}
    /// ```
    pub static PG_INIT_ENV_CHANGED = {
        name: "pg-init-env-changed", code: "PT313", level: Warning, precision: VeryHigh,
        tags: ["postgres", "env", "live"],
        since: "0.2",
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &PG_INIT_ENV_CHANGED, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for server in postgres::servers(scene) {
        // A volume that was made, and not initialised by a server that ended early, still takes what is written here.
        let Some((id, volume)) = scene.live_data(server).filter(|(_, volume)| volume.postgres_major.is_some()) else {
            continue;
        };
        let names = volume.other_variables.get(&server.id.value).into_iter().flatten();
        for variable in names.filter_map(|name| server.variable(name)) {
            let name = &variable.name.value;
            let help = if name.ends_with("PASSWORD") {
                "set the earlier one again, or let `pt run --apply-password` change it in the database too".to_owned()
            } else {
                format!(
                    "set the earlier one again, change it in the database, or start with another volume than `{id}`"
                )
            };
            diagnostics
                .report(&PG_INIT_ENV_CHANGED, variable.span, format!("`{name}` was changed, which has no effect"))
                .label(format!("the volume `{}` was initialised with another one", volume.name))
                .help(help);
        }
    }
}
