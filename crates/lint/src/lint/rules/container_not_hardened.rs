//! `container-not-hardened`: a container that runs as whoever its image says.

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::expand::User;
use crate::lint::{Lint, Scene};

declare_rule! {
    /// a container runs as the user of its image, mostly root
    ///
    /// Root in a container is root on the host wherever an engine or kernel has a hole, and owns what it writes to mounted
    /// directories. `user` names another one. It is wrong for images that switch to a user of their own, which the file
    /// does not show; servers that are known to do so (postgres, redis) are passed over. Only `polytope/container` takes a
    /// `user`.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - {id: api, module: polytope/container, args: {image: "busybox:1.36"}}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - {id: api, module: polytope/container, args: {image: "busybox:1.36", user: 1000}}
    /// ```
    pub static CONTAINER_NOT_HARDENED = {
        name: "container-not-hardened", code: "PT214", level: Info, precision: Medium, severity: "3.0",
        tags: ["container"],
        anchors: ["CIS Docker 4.1", "OWASP Docker 2"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &CONTAINER_NOT_HARDENED, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    let own = scene.containers().filter(|container| container.blueprint == "polytope/container");
    for container in own.filter(|container| container.facts.owner.is_none()) {
        let id = &container.id.value;
        let (span, message) = match container.user.as_ref().map(|user| (user.span, &user.value)) {
            Some((span, User::Named(name))) if is_root(name) => (span, format!("`{id}` runs as root")),
            None if !scene.mentions(container, "user") => {
                (container.call, format!("`{id}` runs as the user of its image, mostly root"))
            }
            _ => continue,
        };
        diagnostics
            .report(&CONTAINER_NOT_HARDENED, span, message)
            .help("add `user: 1000`, or `user: pt.host` where it writes to a directory of yours");
    }
}

fn is_root(user: &str) -> bool {
    matches!(user.split(':').next(), Some("root" | "0"))
}
