//! `pg-no-password`: a PostgreSQL server that refuses to start because it has no password.

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::expand::Container;
use crate::lint::{Lint, Scene, postgres};

declare_rule! {
    /// PostgreSQL has no password and does not start
    ///
    /// With an empty data directory the image's entrypoint prints an error and exits with 1 unless `POSTGRES_PASSWORD` or
    /// `POSTGRES_PASSWORD_FILE` is set (or everyone is let in, which `pg-trust-auth` is about). No other authentication
    /// method makes up for it.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       image: postgres:16.2
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
    pub static PG_NO_PASSWORD = {
        name: "pg-no-password", code: "PT125", level: Error, precision: VeryHigh,
        tags: ["postgres", "authentication"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &PG_NO_PASSWORD, check };

const PASSWORD: &str = "POSTGRES_PASSWORD";
const PASSWORD_FILE: &str = "POSTGRES_PASSWORD_FILE";
const METHOD: &str = "POSTGRES_HOST_AUTH_METHOD";

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for server in postgres::servers(scene).filter(|server| !has_password(server) && !may_let_everyone_in(server)) {
        let id = &server.id.value;
        let empty = server.variable(PASSWORD).map(|variable| variable.span);
        let message = format!("`{id}` has no password and does not start");
        let label = if empty.is_some() { "this is empty" } else { "`POSTGRES_PASSWORD` is not set" };
        let secret = postgres::password_name(server);
        let fix = match empty {
            Some(span) => scene.rewrite(span, &format!("pt.secret {secret}"), str::is_empty),
            None => scene.add_to_list(server, "env", &postgres::password_variable(&secret)),
        };
        diagnostics.report(&PG_NO_PASSWORD, empty.unwrap_or(server.call), message).label(label).help(
            format!("add `{{name: POSTGRES_PASSWORD, value: pt.secret {secret}}}` to its `env`, then `pt secrets generate {secret}`"),
        )
        .maybe_fix(fix.map(|edit| postgres::with_password(scene, "give it a password", &secret).edit(edit)));
    }
}

fn has_password(server: &Container) -> bool {
    [PASSWORD, PASSWORD_FILE].iter().any(|name| !server.knows_variable(name) || postgres::is_set(server.variable(name)))
}

/// Also when the method is not known yet.
fn may_let_everyone_in(server: &Container) -> bool {
    let method = server.variable(METHOD).map(|variable| variable.value.known());
    !server.knows_variable(METHOD) || method.is_some_and(|method| method.is_none_or(|method| method.trim() == "trust"))
}
