//! `init-script-never-runs`: an init script that was changed after its database was made.

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::expand::MountSource;
use crate::lint::{Lint, Scene, postgres};

declare_rule! {
    /// an init script was changed after its database was made
    ///
    /// The image runs the scripts in `/docker-entrypoint-initdb.d` only when the data directory is empty: on the first start
    /// with a new volume. What is written into them later never runs, and the tables that it makes are missing. If one of the
    /// scripts fails on that first start, the others never run either: the next start finds a directory that is not empty.
    ///
    /// It is seen with `--live` only, while a container of the project has the volume and there is a database in it: the time
    /// of the script is compared with that of the volume. It is wrong where a file got
    /// a new time without a new content, as after `git clone`, and silent where an engine moves the time of a volume when it is
    /// used (Docker 20.10 does so when a container is stopped).
    ///
    /// ## Bad
    /// ```yaml
    /// # live: volume db-data made at 1000; volume db-data of PostgreSQL 16; file init.sql changed at 2000
    /// # file: init.sql
    /// create table users ();
    /// # file: polytope.yml
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       image: postgres:16.2
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}]
    ///       data-volume: {type: volume, scope: project, id: db-data}
    ///       scripts: [{type: host, path: init.sql}]
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// # live: volume db-data made at 1000; volume db-data of PostgreSQL 16; file init.sql changed at 500
    /// # file: init.sql
    /// create table users ();
    /// # file: polytope.yml
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       image: postgres:16.2
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}]
    ///       data-volume: {type: volume, scope: project, id: db-data}
    ///       scripts: [{type: host, path: init.sql}]
    /// ```
    pub static INIT_SCRIPT_NEVER_RUNS = {
        name: "init-script-never-runs", code: "PT124", level: Warning, precision: Medium,
        tags: ["postgres", "scripts", "live"],
        since: "0.2",
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &INIT_SCRIPT_NEVER_RUNS, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    let Some(live) = scene.live else { return };
    for server in postgres::servers(scene) {
        let Some(directory) = server.facts.init_scripts.as_deref() else { continue };
        // An empty volume is one in which the scripts will still run.
        let Some((id, volume)) = scene.live_data(server).filter(|(_, volume)| volume.postgres_major.is_some()) else {
            continue;
        };
        for mount in &server.mounts {
            let Some(name) = postgres::file_in(&mount.path.value, directory) else { continue };
            let (MountSource::Host { path } | MountSource::Repo { path }) = &mount.source else { continue };
            let later =
                volume.created.zip(live.changed.get(&path.value)).is_some_and(|(made, changed)| *changed > made);
            if !later {
                continue;
            }
            diagnostics
                .report(&INIT_SCRIPT_NEVER_RUNS, postgres::place_of(mount), format!("`{name}` does not run any more"))
                .label(format!("it was changed after the volume `{}` was made", volume.name))
                .help(format!(
                    "run it by hand with `pt exec {} -- psql`, or start with another volume than `{id}`",
                    server.id.value
                ));
        }
    }
}
