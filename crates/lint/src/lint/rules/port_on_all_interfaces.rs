//! `port-on-all-interfaces`: a port that every network reaches.

use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix, Level, Safety};
use crate::expand::{Expose, HostPort};
use crate::lint::{Lint, Scene};

declare_rule! {
    /// a port is open to every network of the machine
    ///
    /// Without an address ports are bound to 127.0.0.1. With `0.0.0.0` or `::` everyone on the same network reaches them,
    /// and Docker's own rules stand before those of the firewall (ufw). For a server that keeps data this is an error, for
    /// others a warning.
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
    ///       services: [{id: db, ports: [{port: 5432, protocol: tcp, expose-as: "0.0.0.0:5432"}]}]
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
    pub static PORT_ON_ALL_INTERFACES = {
        name: "port-on-all-interfaces", code: "PT208", level: Error, precision: VeryHigh, severity: "7.5",
        tags: ["network"],
        anchors: ["CIS Docker 5.14", "CIS PostgreSQL 5.2", "OWASP Docker 5a"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &PORT_ON_ALL_INTERFACES, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for container in scene.containers() {
        let ceiling = if container.facts.data_paths.is_empty() { Level::Warning } else { Level::Error };
        for port in container.services.iter().flat_map(|service| &service.ports) {
            let Expose::Host { address, port: HostPort::Exact(number), span } = &port.expose else { continue };
            if !address.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_unspecified()) {
                continue;
            }
            let fix = scene
                .rewrite(*span, &number.to_string(), |written| written.ends_with(&format!(":{number}")))
                .map(|edit| {
                    let title = format!("open port {number} to this machine only");
                    Fix::new(Safety::Unsafe, title).edit(edit)
                });
            diagnostics.at_most(ceiling, |diagnostics| {
                diagnostics
                    .report(
                        &PORT_ON_ALL_INTERFACES,
                        *span,
                        format!("port {number} is open to every network of this machine"),
                    )
                    .label(format!("`{address}` is every address"))
                    .help(format!("write `expose-as: {number}` to open it to this machine only"))
                    .maybe_fix(fix);
            });
        }
    }
}
