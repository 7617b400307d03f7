//! `docker-socket-mount`: the engine in the hands of a container.

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::expand::{MountSource, is_engine_socket};
use crate::lint::{Lint, Scene};

declare_rule! {
    /// a container gets the socket of the engine
    ///
    /// Whoever talks to the engine can start a container that mounts all of the host: the program in this one, and everyone
    /// who breaks into it, is root on the host. Read-only does not help.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: agent
    ///     module: polytope/container
    ///     args:
    ///       image: busybox:1.36
    ///       mounts: [{path: /var/run/docker.sock, source: {type: host, path: /var/run/docker.sock}}]
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - {id: agent, module: polytope/container, args: {image: "busybox:1.36"}}
    /// ```
    pub static DOCKER_SOCKET_MOUNT = {
        name: "docker-socket-mount", code: "PT210", level: Error, precision: VeryHigh, severity: "9.0",
        tags: ["mounts", "container"],
        anchors: ["CIS Docker 5.32", "OWASP Docker 1"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &DOCKER_SOCKET_MOUNT, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for mount in scene.containers().flat_map(|container| &container.mounts) {
        let (MountSource::Host { path } | MountSource::Repo { path }) = &mount.source else { continue };
        if is_engine_socket(&path.value) {
            diagnostics
                .report(
                    &DOCKER_SOCKET_MOUNT,
                    path.span,
                    "the socket of the engine makes the container root on the host",
                )
                .help("remove this mount; what needs the engine runs better outside of a container");
        }
    }
}
