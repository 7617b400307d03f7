//! `pg-plaintext-exposed`: a PostgreSQL server that other machines reach without TLS.

use std::net::IpAddr;
use std::path::Path;

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::expand::{Container, Expose};
use crate::lint::{Lint, Scene};

declare_rule! {
    /// a PostgreSQL server is open to other machines without TLS
    ///
    /// Passwords are protected by `scram-sha-256`, but everything that is asked and answered passes in clear text. On this
    /// machine alone that is no matter; beyond it everyone on the way reads along. Nothing is said where `ssl` is on, or
    /// where a configuration file of the project may switch it on.
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
    ///       services: [{id: db, ports: [{port: 5432, protocol: tcp, expose-as: "10.0.0.5:5432"}]}]
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
    ///       services: [{id: db, ports: [{port: 5432, protocol: tcp, expose-as: 5432}]}]
    /// ```
    pub static PG_PLAINTEXT_EXPOSED = {
        name: "pg-plaintext-exposed", code: "PT218", level: Warning, precision: High, severity: "6.5",
        tags: ["postgres", "network"],
        anchors: ["CIS PostgreSQL 5.8", "CIS PostgreSQL 6.8"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &PG_PLAINTEXT_EXPOSED, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for server in scene.servers("postgres").filter(|server| !may_speak_tls(server)) {
        for port in server.services.iter().flat_map(|service| &service.ports) {
            let Expose::Host { address, span, .. } = &port.expose else { continue };
            // Where it is open to everyone, that is the finding.
            let wide = |address: IpAddr| !address.is_loopback() && !address.is_unspecified();
            if !address.parse().is_ok_and(wide) {
                continue;
            }
            let message = format!("`{}` is open to other machines and speaks in clear text", server.id.value);
            diagnostics
                .report(&PG_PLAINTEXT_EXPOSED, *span, message)
                .help("leave the address out, or add `cmd: [-c, ssl=on]` with a certificate");
        }
    }
}

fn may_speak_tls(server: &Container) -> bool {
    let on = |word: String| word.contains("config_file") || ON.iter().any(|on| word.contains(on));
    let is_configuration = |path: &str| Path::new(path).extension().is_some_and(|extension| extension == "conf");
    let configured = server.mounts.iter().any(|mount| is_configuration(&mount.path.value));
    configured || server.words().any(|(word, _)| word.known().is_none_or(on))
}

/// How a word of the command switches TLS on.
const ON: [&str; 4] = ["ssl=on", "ssl=true", "ssl=yes", "ssl=1"];
