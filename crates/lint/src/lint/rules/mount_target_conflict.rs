//! `mount-target-conflict`: two mounts at one path.

use std::collections::HashMap;

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::expand::{Container, Mount};
use crate::lint::{Lint, Scene, postgres};

declare_rule! {
    /// two mounts at the same path of a container
    ///
    /// One of them would hide the other; engines refuse it. A mount below another one (`/app` and `/app/node_modules`) is
    /// fine.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: web
    ///     module: polytope/container
    ///     args:
    ///       image: busybox:1.36
    ///       mounts:
    ///         - {path: /cache, source: {type: volume, scope: project, id: cache}}
    ///         - {path: /cache/, source: {type: volume, scope: project, id: pages}}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: web
    ///     module: polytope/container
    ///     args:
    ///       image: busybox:1.36
    ///       mounts:
    ///         - {path: /cache, source: {type: volume, scope: project, id: cache}}
    ///         - {path: /cache/pages, source: {type: volume, scope: project, id: pages}}
    /// ```
    pub static MOUNT_TARGET_CONFLICT = {
        name: "mount-target-conflict", code: "PT117", level: Error, precision: VeryHigh,
        tags: ["mounts"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &MOUNT_TARGET_CONFLICT, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for container in scene.containers() {
        let mut taken: HashMap<&str, &Mount> = HashMap::new();
        for mount in container.mounts.iter().filter(|mount| !is_init_script(container, mount)) {
            let path = mount.path.value.as_str();
            let Some(earlier) = taken.insert(path, mount) else { continue };
            diagnostics
                .report(&MOUNT_TARGET_CONFLICT, mount.span, format!("`{path}` is mounted twice"))
                .also(earlier.span, "the first mount there")
                .help("give one of them another `path`, or remove it");
        }
    }
}

/// Those are `init-script-overwritten`'s concern.
fn is_init_script(container: &Container, mount: &Mount) -> bool {
    let directory = container.facts.init_scripts.as_deref();
    directory.is_some_and(|directory| postgres::file_in(&mount.path.value, directory).is_some())
}
