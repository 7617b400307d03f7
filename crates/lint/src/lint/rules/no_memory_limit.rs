//! `no-memory-limit`: a server that may take all memory of the host.

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::expand::Role;
use crate::lint::{Lint, Scene};

declare_rule! {
    /// a server may take all memory of the host
    ///
    /// When memory runs out, the kernel ends what it likes, not what took it. A limit ends the one that leaks. Left to
    /// those who ask for it: few projects on one machine need it. Only `polytope/container` takes `resources`.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", services: [{id: api, ports: [8080]}]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args:
    ///       image: busybox:1.36
    ///       services: [{id: api, ports: [8080]}]
    ///       resources: {memory: {limit: 512MiB}}
    /// ```
    pub static NO_MEMORY_LIMIT = {
        name: "no-memory-limit", code: "PT311", level: Info, precision: VeryHigh,
        tags: ["availability"],
        anchors: ["CIS Docker 5.11", "OWASP Docker 7"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &NO_MEMORY_LIMIT, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    let own = scene.containers().filter(|container| container.blueprint == "polytope/container");
    for server in own.filter(|container| container.role == Role::Service) {
        if server.resources.memory_limit.is_some() || scene.mentions(server, "memory") {
            continue;
        }
        diagnostics
            .report(&NO_MEMORY_LIMIT, server.call, format!("`{}` may take all memory of the host", server.id.value))
            .help("add `resources: {memory: {limit: 512MiB}}` to its `args`");
    }
}
