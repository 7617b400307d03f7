//! `pg-local-trust`: a PostgreSQL server that lets everyone in its container in.

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::expand::Container;
use crate::lint::{Lint, Scene, postgres};

declare_rule! {
    /// a PostgreSQL server trusts everyone in its own container
    ///
    /// The image asks for no password on its Unix socket and on 127.0.0.1 inside of the container: whoever can run a
    /// command there, as a monitoring agent or a script can, is superuser. The option counts for a new data directory
    /// only.
    ///
    /// ## Bad
    /// ```yaml
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
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       image: postgres:16.2
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password},
    ///             {name: POSTGRES_INITDB_ARGS, value: --auth-local=scram-sha-256 --auth-host=scram-sha-256}]
    ///       data-volume: {type: volume, scope: project, id: db-data}
    /// ```
    pub static PG_LOCAL_TRUST = {
        name: "pg-local-trust", code: "PT217", level: Info, precision: VeryHigh, severity: "3.0",
        tags: ["postgres", "authentication"],
        anchors: ["CIS PostgreSQL 5.3"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &PG_LOCAL_TRUST, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for server in postgres::servers(scene).filter(|server| trusts_local(server)) {
        let message = format!("`{}` asks for no password inside of its container", server.id.value);
        diagnostics.report(&PG_LOCAL_TRUST, server.call, message).help(
            "add `{name: POSTGRES_INITDB_ARGS, value: --auth-local=scram-sha-256 --auth-host=scram-sha-256}` to its `env`",
        );
    }
}

fn trusts_local(server: &Container) -> bool {
    const OPTIONS: &str = "POSTGRES_INITDB_ARGS";
    const METHOD: &str = "POSTGRES_HOST_AUTH_METHOD";
    let known = |name: &str| server.variable(name).map(|variable| variable.value.known());
    if !server.knows_variable(OPTIONS) || known(OPTIONS) == Some(None) {
        return false;
    }
    // Where the network is trusted, that is the finding.
    let open = known(METHOD).is_some_and(|method| method.is_none_or(|method| method.trim() == "trust"));
    let options = known(OPTIONS).flatten().unwrap_or_default();
    !open && postgres::initdb_method(&options, "local").is_none_or(|method| method == "trust")
}
