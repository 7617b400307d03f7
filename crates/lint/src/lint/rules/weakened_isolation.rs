//! `weakened-isolation`: a container without the filter of system calls.

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::lint::{Lint, Scene};

declare_rule! {
    /// a container runs without the filter of system calls
    ///
    /// `unconfined: true` drops the seccomp profile: some 40 system calls that break out of containers more easily than
    /// others are open again. Programs that need it are few (`io_uring`, debuggers). For one of them, say so with
    /// `--allow`.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - {id: api, module: polytope/container, args: {image: "busybox:1.36", unconfined: true}}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - {id: api, module: polytope/container, args: {image: "busybox:1.36"}}
    /// ```
    pub static WEAKENED_ISOLATION = {
        name: "weakened-isolation", code: "PT213", level: Warning, precision: VeryHigh, severity: "6.0",
        tags: ["container"],
        anchors: ["CIS Docker 5.22", "OWASP Docker 6"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &WEAKENED_ISOLATION, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for container in scene.containers().filter(|container| container.unconfined) {
        let message = format!("`{}` may use every system call of the host", container.id.value);
        diagnostics
            .report(&WEAKENED_ISOLATION, scene.key_of(container, "unconfined"), message)
            .label("this drops the seccomp profile")
            .help("remove `unconfined: true` unless the program does not start without it");
    }
}
