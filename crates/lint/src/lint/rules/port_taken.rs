//! `port-taken`: a host port that somebody else holds.

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::expand::{Expose, HostPort};
use crate::lint::{Lint, Scene};

declare_rule! {
    /// somebody else holds a port of the host
    ///
    /// `expose-as` asks for one port and no other. While another program or container has it, the start fails.
    ///
    /// It is seen with `--live` only, and says nothing about ports that containers of the project itself hold.
    ///
    /// ## Bad
    /// ```yaml
    /// # live: port 8080 held by process 4711
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args:
    ///       image: busybox:1.36
    ///       services: [{id: api, ports: [{port: 80, protocol: http, expose-as: 8080}]}]
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// # live: port 8080 held by process 4711
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args:
    ///       image: busybox:1.36
    ///       services: [{id: api, ports: [{port: 80, protocol: http, expose-as: 8081}]}]
    /// ```
    pub static PORT_TAKEN = {
        name: "port-taken", code: "PT155", level: Warning, precision: VeryHigh,
        tags: ["network", "live"],
        since: "0.2",
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &PORT_TAKEN, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    let Some(live) = scene.live else { return };
    for port in scene.containers().flat_map(|container| &container.services).flat_map(|service| &service.ports) {
        let Expose::Host { port: HostPort::Exact(number), span, .. } = &port.expose else { continue };
        let Some(holder) = live.held_ports.get(number) else { continue };
        diagnostics
            .report(&PORT_TAKEN, *span, format!("port {number} is taken"))
            .label(format!("by {holder}"))
            .help("stop that program, or write another port");
    }
}
