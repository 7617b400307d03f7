//! `pg-weak-auth-method`: a PostgreSQL server that asks for passwords in a weak way.

use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix, Safety};
use crate::expand::Variable;
use crate::lint::{Lint, Scene, postgres};
use crate::source::Span;

declare_rule! {
    /// a PostgreSQL server checks passwords in a way that gives them away
    ///
    /// `password` sends them in clear text, a stolen `md5` hash is as good as the password, and `ident` believes what the
    /// client's machine says of its user. `scram-sha-256`, the default from 14 on, has none of these faults. The method is
    /// written into a new data directory only: for one that is there already, change `pg_hba.conf` and set the passwords
    /// anew.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       image: postgres:16.2
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}, {name: POSTGRES_HOST_AUTH_METHOD, value: md5}]
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
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}, {name: POSTGRES_HOST_AUTH_METHOD, value: scram-sha-256}]
    ///       data-volume: {type: volume, scope: project, id: db-data}
    /// ```
    ///
    /// ```yaml
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       image: postgres:16.2
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}]
    ///       data-volume: {type: volume, scope: project, id: db-data}
    /// ```
    pub static PG_WEAK_AUTH_METHOD = {
        name: "pg-weak-auth-method", code: "PT216", level: Warning, precision: VeryHigh, severity: "6.5",
        tags: ["postgres", "authentication"],
        anchors: ["CIS PostgreSQL 5.4", "CIS PostgreSQL 5.12"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &PG_WEAK_AUTH_METHOD, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for server in postgres::servers(scene) {
        let method = |variable: &Variable| variable.value.known().map(|value| value.trim().to_owned());
        let initdb = |variable: &Variable| postgres::initdb_method(&variable.value.known()?, "host");
        let by_variable =
            server.variable("POSTGRES_HOST_AUTH_METHOD").map(|variable| (variable.span, method(variable)));
        let by_option = server.variable("POSTGRES_INITDB_ARGS").map(|variable| (variable.span, initdb(variable)));
        for (span, method) in by_variable.into_iter().chain(by_option) {
            report(scene, &server.id.value, span, method.as_deref(), diagnostics);
        }
        let words = server.words().filter_map(|(word, span)| Some((word.known()?, span)));
        for (_, span) in words.filter(|(word, _)| word.contains("password_encryption=md5")) {
            report(scene, &server.id.value, span, Some("md5"), diagnostics);
        }
    }
}

fn report(scene: &Scene<'_>, id: &str, span: Span, method: Option<&str>, diagnostics: &mut Diagnostics) {
    let fault = match method {
        Some("password") => "takes passwords in clear text",
        Some("md5") => "takes a hash that is as good as the password",
        Some("ident") => "believes the machine of the client",
        _ => return,
    };
    // What a volume was initialised with stays in it: only a fresh one takes the new method by itself.
    let edits = method.and_then(|method| scene.replace_part(span, method, "scram-sha-256"));
    diagnostics
        .report(&PG_WEAK_AUTH_METHOD, span, format!("`{id}` {fault}"))
        .help("write `scram-sha-256` instead")
        .maybe_fix(edits.map(|edits| Fix { edits, ..Fix::new(Safety::Unsafe, "write `scram-sha-256`") }));
}
