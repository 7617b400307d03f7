//! `broad-host-mount`: the whole project, open for writing.

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::expand::MountSource;
use crate::lint::{Lint, Scene};

declare_rule! {
    /// a container can write to the whole project
    ///
    /// It reads everything in there (`.git`, `config/secrets.yml`, `.env`) and can change this very file: what it writes,
    /// the next `pt run` starts. Mount the directory that the program needs, or the project with `read-only: true`.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", mounts: [{path: /app, source: {type: host, path: .}}]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// # file: src/main.py
    /// print("hello")
    /// # file: polytope.yml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", mounts: [{path: /app, source: {type: host, path: ./src}}]}
    /// ```
    pub static BROAD_HOST_MOUNT = {
        name: "broad-host-mount", code: "PT222", level: Warning, precision: Medium, severity: "5.0",
        tags: ["mounts"],
        anchors: ["CIS Docker 5.6"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &BROAD_HOST_MOUNT, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for mount in scene.containers().flat_map(|container| &container.mounts) {
        // A `repo` mount is the code by its very meaning.
        let MountSource::Host { path } = &mount.source else { continue };
        if path.value == "." && !mount.read_only {
            diagnostics
                .report(&BROAD_HOST_MOUNT, path.span, "this is the whole project, and the container can write to it")
                .help("mount the directory that the program needs, such as `path: ./src`");
        }
    }
}
