//! `after-blocks-forever`: a step that waits for the end of a server.

use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix, Safety};
use crate::edit::Piece;
use crate::expand::{Container, RestartPolicy, Role};
use crate::lint::{Lint, Scene};

declare_rule! {
    /// a step waits for the end of a server that never ends
    ///
    /// A step is done when its container has exited, and one that is always restarted never exits: the step after it never
    /// starts. `await: false` says that being ready is enough. This version goes on when the server is ready, other runners
    /// of the same file wait for ever.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: web
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", cmd: httpd -f, restart: {policy: always}}
    ///   - {id: fill, module: polytope/container, args: {image: "busybox:1.36", cmd: wget web}}
    /// templates:
    ///   - id: stack
    ///     run:
    ///       - web
    ///       - {module: fill, run-when: {after: web}}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: web
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", cmd: httpd -f, restart: {policy: always}, await: false}
    ///   - {id: fill, module: polytope/container, args: {image: "busybox:1.36", cmd: wget web}}
    /// templates:
    ///   - id: stack
    ///     run:
    ///       - web
    ///       - {module: fill, run-when: {after: web}}
    /// ```
    pub static AFTER_BLOCKS_FOREVER = {
        name: "after-blocks-forever", code: "PT110", level: Error, precision: High,
        tags: ["order"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &AFTER_BLOCKS_FOREVER, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for edge in &scene.program.after {
        let Some(server) = scene.program.containers.get(&edge.waits_for).filter(|server| never_ends(server)) else {
            continue;
        };
        let id = &server.id.value;
        diagnostics
            .report(&AFTER_BLOCKS_FOREVER, edge.span, format!("`{id}` never ends, and this step waits for its end"))
            .also(server.call, format!("`{id}` is restarted whenever it ends"))
            .help(format!("add `await: false` to the `args` of `{id}`: its step is then done when it is ready"))
            .maybe_fix(
                scene
                    .add_argument(server, "await", &Piece::Word("false"))
                    .map(|edit| Fix::new(Safety::Unsafe, format!("add `await: false` to `{id}`")).edit(edit)),
            );
    }
}

fn never_ends(container: &Container) -> bool {
    let always = container.restart.is_some_and(|restart| restart.policy == RestartPolicy::Always);
    always && container.role == Role::Service && container.awaits
}
