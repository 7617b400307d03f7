//! `missing-healthcheck`: a step that waits for a server which says nothing of being ready.

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::expand::{Container, Readiness, Role};
use crate::lint::{Lint, Scene};

declare_rule! {
    /// a step waits for a server that cannot say when it is ready
    ///
    /// A server is ready when a port of it answers. This one names no TCP port, so it counts as ready as soon as its
    /// process runs: the step after it starts too early on a slow machine. Name the port on which it listens.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: worker
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", cmd: work, restart: {policy: always}, await: false}
    ///   - {id: fill, module: polytope/container, args: {image: "busybox:1.36", cmd: fill}}
    /// templates:
    ///   - {id: stack, run: [worker, {module: fill, run-when: {after: worker}}]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: worker
    ///     module: polytope/container
    ///     args:
    ///       image: busybox:1.36
    ///       cmd: work
    ///       restart: {policy: always}
    ///       await: false
    ///       services: [{id: worker, ports: [9000]}]
    ///   - {id: fill, module: polytope/container, args: {image: "busybox:1.36", cmd: fill}}
    /// templates:
    ///   - {id: stack, run: [worker, {module: fill, run-when: {after: worker}}]}
    /// ```
    pub static MISSING_HEALTHCHECK = {
        name: "missing-healthcheck", code: "PT307", level: Info, precision: High,
        tags: ["availability"],
        anchors: ["CIS Docker 4.6", "CIS Docker 5.27"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &MISSING_HEALTHCHECK, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for edge in &scene.program.after {
        let server = scene.program.containers.get(&edge.waits_for);
        let blind = |server: &&Container| server.role == Role::Service && server.readiness == Readiness::Running;
        let Some(server) = server.filter(blind) else { continue };
        let id = &server.id.value;
        diagnostics
            .report(&MISSING_HEALTHCHECK, edge.span, format!("`{id}` counts as ready as soon as its process runs"))
            .also(server.call, format!("`{id}` names no port that could be asked"))
            .help(format!("add the port that it listens on: `services: [{{id: {id}, ports: [8080]}}]`"));
    }
}
