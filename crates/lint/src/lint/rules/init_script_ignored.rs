//! `init-script-ignored`: a file among the init scripts that does not run.

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::lint::{Lint, Scene, postgres};

declare_rule! {
    /// an init script whose name keeps it from running
    ///
    /// The image runs `.sh`, `.sql`, `.sql.gz`, `.sql.xz` and `.sql.zst`. Of everything else, directories included, it says
    /// "ignoring" in its log and goes on: the server is up, and what the script should have made is not there.
    ///
    /// ## Bad
    /// ```yaml
    /// # file: db/schema.psql
    /// create table users ();
    /// # file: polytope.yml
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       image: postgres:16.2
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}]
    ///       data-volume: {type: volume, scope: project, id: db-data}
    ///       scripts: [{type: host, path: db/schema.psql}]
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// # file: db/schema.sql
    /// create table users ();
    /// # file: polytope.yml
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       image: postgres:16.2
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}]
    ///       data-volume: {type: volume, scope: project, id: db-data}
    ///       scripts: [{type: host, path: db/schema.sql}]
    /// ```
    pub static INIT_SCRIPT_IGNORED = {
        name: "init-script-ignored", code: "PT123", level: Error, precision: VeryHigh,
        tags: ["postgres", "scripts"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &INIT_SCRIPT_IGNORED, check };

/// Ends of names that the image's entrypoint runs.
const RUN: [&str; 5] = [".sh", ".sql", ".sql.gz", ".sql.xz", ".sql.zst"];

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for server in postgres::servers(scene) {
        let Some(directory) = server.facts.init_scripts.as_deref() else { continue };
        for mount in &server.mounts {
            let name = postgres::file_in(&mount.path.value, directory);
            let Some(name) = name.filter(|name| !RUN.iter().any(|ending| name.ends_with(ending))) else { continue };
            diagnostics
                .report(
                    &INIT_SCRIPT_IGNORED,
                    postgres::place_of(mount),
                    format!("`{name}` is no init script: it does not run"),
                )
                .label("expected `.sh`, `.sql`, `.sql.gz`, `.sql.xz` or `.sql.zst`")
                .help("rename the file; of a directory, name the scripts one by one");
        }
    }
}
