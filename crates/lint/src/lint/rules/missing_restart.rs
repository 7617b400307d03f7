//! `missing-restart`: a server that stays down after a crash.

use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix, Safety};
use crate::edit::Piece;
use crate::expand::Role;
use crate::lint::{Lint, Scene};

declare_rule! {
    /// a server stays down after a crash
    ///
    /// Nothing starts it again when it ends, not even after a restart of the machine. `policy: never` says that this is
    /// meant. It is for those who ask: in development many would rather see the crash.
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
    ///     args: {image: "busybox:1.36", services: [{id: api, ports: [8080]}], restart: {policy: on-failure}}
    /// ```
    pub static MISSING_RESTART = {
        name: "missing-restart", code: "PT305", level: Info, precision: High,
        tags: ["availability"],
        anchors: ["CIS Docker 5.15"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &MISSING_RESTART, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    let servers = scene.containers().filter(|container| container.role == Role::Service);
    for server in servers.filter(|server| server.restart.is_none() && !scene.mentions(server, "restart")) {
        let restart = Piece::map(&[("policy", "on-failure")]);
        diagnostics
            .report(&MISSING_RESTART, server.call, format!("`{}` stays down after a crash", server.id.value))
            .help("add `restart: {policy: on-failure}` to its `args`, or `restart: {policy: never}` if that is meant")
            .maybe_fix(scene.add_argument(server, "restart", &restart).map(|edit| {
                // Who wants to see the crash does not want this.
                Fix::new(Safety::Unsafe, "add `restart: {policy: on-failure}`").edit(edit)
            }));
    }
}
