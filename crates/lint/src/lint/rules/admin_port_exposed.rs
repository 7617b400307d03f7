//! `admin-port-exposed`: a port for administration on the host.

use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Level};
use crate::expand::{Container, Expose, HostPort};
use crate::lint::{Lint, Scene};

declare_rule! {
    /// a port for administration is published on the host
    ///
    /// Who reaches it rules the server. Kong's admin API asks nobody for a password, and on this machine alone is no
    /// shelter: every program and every web page that is open in a browser can send requests there. Other containers reach
    /// it without `expose-as`. What is only called `admin` (by the label or the service of the port) mostly has a login
    /// and is told as worth knowing; it is wrong where the word means something else.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: kong
    ///     module: polytope/container
    ///     args:
    ///       image: kong:3.6
    ///       env: [{name: KONG_ADMIN_LISTEN, value: "0.0.0.0:8001"}]
    ///       services: [{id: kong, ports: [{port: 8001, protocol: http, expose-as: 8001}]}]
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: kong
    ///     module: polytope/container
    ///     args:
    ///       image: kong:3.6
    ///       env: [{name: KONG_ADMIN_LISTEN, value: "0.0.0.0:8001"}]
    ///       services: [{id: kong, ports: [{port: 8001, protocol: http, internal: true}]}]
    /// ```
    pub static ADMIN_PORT_EXPOSED = {
        name: "admin-port-exposed", code: "PT223", level: Warning, precision: Medium, severity: "6.0",
        tags: ["network"],
        anchors: ["CIS Docker 5.9", "OWASP Docker 5a"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &ADMIN_PORT_EXPOSED, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for container in scene.containers() {
        let open = open_admin_ports(container);
        let ports = container.services.iter().flat_map(|service| service.ports.iter().map(move |port| (service, port)));
        for (service, port) in ports {
            let Expose::Host { port: HostPort::Exact(number), span, .. } = &port.expose else { continue };
            let range = port.range.value;
            let open = open.iter().any(|inner| (range.first..=range.last).contains(inner));
            let named = [Some(service.id.value.as_str()), port.label.as_deref()].into_iter().flatten().any(says_admin);
            let (ceiling, message) = match (open, named) {
                (true, _) => {
                    (Level::Warning, format!("port {number} lets everyone on this machine administrate the server"))
                }
                (false, true) => (Level::Info, format!("port {number} is for administration, and published")),
                (false, false) => continue,
            };
            diagnostics.at_most(ceiling, |diagnostics| {
                diagnostics
                    .report(&ADMIN_PORT_EXPOSED, *span, message)
                    .help("write `internal: true` instead of `expose-as`: containers of the job reach it all the same");
            });
        }
    }
}

/// Ports in the container on which an API listens that asks for no password.
fn open_admin_ports(container: &Container) -> Vec<u16> {
    let listen = container.variable("KONG_ADMIN_LISTEN").and_then(|variable| variable.value.known());
    let places = listen.as_deref().unwrap_or_default().split(',').filter_map(|place| {
        let (address, port) = place.split_whitespace().next()?.rsplit_once(':')?;
        (!address.starts_with("127.") && address != "localhost").then(|| port.parse().ok()).flatten()
    });
    places.collect()
}

fn says_admin(name: &str) -> bool {
    name.split(['-', '_', ' ']).any(|word| word.eq_ignore_ascii_case("admin"))
}
