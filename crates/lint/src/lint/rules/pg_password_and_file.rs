//! `pg-password-and-file`: a variable and its `_FILE` twin, both set.

use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix, Safety};
use crate::lint::{Lint, Scene, postgres};

declare_rule! {
    /// PostgreSQL is given a variable and its `_FILE` twin and does not start
    ///
    /// The image's entrypoint says that the two are exclusive and exits with 1. This holds for `POSTGRES_PASSWORD`,
    /// `POSTGRES_USER`, `POSTGRES_DB` and `POSTGRES_INITDB_ARGS`.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       image: postgres:16.2
    ///       env:
    ///         - {name: POSTGRES_PASSWORD, value: pt.secret postgres-password}
    ///         - {name: POSTGRES_PASSWORD_FILE, value: /run/secrets/postgres-password}
    ///       data-volume: {type: volume, scope: project, id: db-data}
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
    pub static PG_PASSWORD_AND_FILE = {
        name: "pg-password-and-file", code: "PT126", level: Error, precision: VeryHigh,
        tags: ["postgres", "authentication"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &PG_PASSWORD_AND_FILE, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for server in postgres::servers(scene) {
        for twin in &server.facts.secrets {
            let Some(file) = &twin.file else { continue };
            let set = |name: &str| server.variable(name).filter(|variable| postgres::is_set(Some(variable)));
            let (Some(plain), Some(file)) = (set(&twin.variable), set(file)) else { continue };
            let (first, second) = (&plain.name, &file.name);
            diagnostics
                .report(
                    &PG_PASSWORD_AND_FILE,
                    second.span,
                    format!("`{}` and `{}` are exclusive", first.value, second.value),
                )
                .also(first.span, "set here")
                .help(format!("remove `{}`", second.value))
                .maybe_fix(
                    scene
                        .remove_item(second.span)
                        .map(|edit| Fix::new(Safety::Unsafe, format!("remove `{}`", second.value)).edit(edit)),
                );
        }
    }
}
