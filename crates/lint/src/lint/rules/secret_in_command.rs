//! `secret-in-command`: a secret on the command line of a container.

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::lint::{Lint, Scene};

declare_rule! {
    /// a secret stands on the command line
    ///
    /// A command line is public: `ps` shows it to every user of the host, and `docker inspect` and many logs of crashes
    /// repeat it. An environment variable is seen by fewer, a file by the fewest. It is a warning, since some programs
    /// take a secret in no other way.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: fill
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", cmd: [fill, "--key={pt.secret api-key}"]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: fill
    ///     module: polytope/container
    ///     args:
    ///       image: busybox:1.36
    ///       cmd: [fill, --key-file=/run/key]
    ///       mounts: [{path: /run/key, source: {type: string, data: pt.secret api-key}}]
    /// ```
    pub static SECRET_IN_COMMAND = {
        name: "secret-in-command", code: "PT219", level: Warning, precision: VeryHigh, severity: "6.5",
        tags: ["secrets"],
        anchors: ["CIS PostgreSQL 5.1", "CIS Docker 4.10", "OWASP Docker 12"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &SECRET_IN_COMMAND, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for container in scene.containers() {
        for (word, span) in container.words() {
            let Some(secret) = word.secrets().next() else { continue };
            diagnostics
                .report(
                    &SECRET_IN_COMMAND,
                    span,
                    format!("the command line of `{}` shows a secret", container.id.value),
                )
                .label("everyone on this machine can read a command line")
                .help(format!(
                    "pass it in `env`, or as a file: `{{type: string, data: pt.secret {secret}}}` in `mounts`"
                ));
        }
    }
}
