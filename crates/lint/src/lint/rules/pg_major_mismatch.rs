//! `pg-major-mismatch`: a PostgreSQL server that cannot read its volume.

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::lint::{Lint, Scene, postgres};

declare_rule! {
    /// the data were written by another major version of PostgreSQL
    ///
    /// A server reads the files of its own major version only. With those of another one it prints "database files are
    /// incompatible with server" and exits, and with a restart policy it does so for ever. The data are not harmed.
    ///
    /// It is seen with `--live` only, while a container of the project has the volume.
    ///
    /// ## Bad
    /// ```yaml
    /// # live: volume db-data of PostgreSQL 15
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       image: postgres:16.2
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}]
    ///       data-volume: {type: volume, scope: project, id: db-data}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// # live: volume db-data of PostgreSQL 16
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       image: postgres:16.2
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}]
    ///       data-volume: {type: volume, scope: project, id: db-data}
    /// ```
    pub static PG_MAJOR_MISMATCH = {
        name: "pg-major-mismatch", code: "PT312", level: Error, precision: VeryHigh,
        tags: ["postgres", "data", "live"],
        since: "0.2",
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &PG_MAJOR_MISMATCH, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for server in postgres::servers(scene) {
        let Some((id, volume)) = scene.live_data(server) else { continue };
        let Some((wanted, there)) = server.facts.major.zip(volume.postgres_major) else { continue };
        let unsaid = server.process.as_ref().is_none_or(|form| form.version.is_none());
        if wanted == there || (unsaid && scene.live.is_some_and(|live| live.as_processes)) {
            continue;
        }
        let message = format!("PostgreSQL {wanted} cannot read the data of `{}`", server.id.value);
        diagnostics
            .report(&PG_MAJOR_MISMATCH, server.image.span, message)
            .label(format!("the volume `{}` was written by version {there}", volume.name))
            .help(format!(
                "stay at version {there}; or dump the data with it (`pt exec {} -- pg_dumpall`), give `data-volume` another \
                 id than `{id}`, and load them there",
                server.id.value
            ));
    }
}
