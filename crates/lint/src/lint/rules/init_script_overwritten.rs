//! `init-script-overwritten`: two init scripts under one name.

use std::collections::HashMap;

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::expand::Mount;
use crate::lint::{Lint, Scene, postgres};

declare_rule! {
    /// two init scripts have the same file name
    ///
    /// Scripts are mounted side by side in one directory under their own file names. Of two with one name only one would
    /// run; the other one's tables are missing.
    ///
    /// ## Bad
    /// ```yaml
    /// # file: users/init.sql
    /// create table users ();
    /// # file: orders/init.sql
    /// create table orders ();
    /// # file: polytope.yml
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       image: postgres:16.2
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}]
    ///       data-volume: {type: volume, scope: project, id: db-data}
    ///       scripts: [{type: host, path: users/init.sql}, {type: host, path: orders/init.sql}]
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// # file: users/10-users.sql
    /// create table users ();
    /// # file: orders/20-orders.sql
    /// create table orders ();
    /// # file: polytope.yml
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       image: postgres:16.2
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}]
    ///       data-volume: {type: volume, scope: project, id: db-data}
    ///       scripts: [{type: host, path: users/10-users.sql}, {type: host, path: orders/20-orders.sql}]
    /// ```
    pub static INIT_SCRIPT_OVERWRITTEN = {
        name: "init-script-overwritten", code: "PT122", level: Error, precision: VeryHigh,
        tags: ["postgres", "scripts"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &INIT_SCRIPT_OVERWRITTEN, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for container in scene.containers() {
        let Some(directory) = container.facts.init_scripts.as_deref() else { continue };
        let mut taken: HashMap<&str, &Mount> = HashMap::new();
        for mount in &container.mounts {
            let Some(name) = postgres::file_in(&mount.path.value, directory) else { continue };
            let Some(earlier) = taken.insert(name, mount) else { continue };
            diagnostics
                .report(
                    &INIT_SCRIPT_OVERWRITTEN,
                    postgres::place_of(mount),
                    format!("two init scripts are called `{name}`: only one of them would run"),
                )
                .also(postgres::place_of(earlier), "the first one")
                .help("rename one of the files; a number in front (`20-…`) also says when it runs");
        }
    }
}
