//! `untrusted-registry`: an image from a registry that the project did not allow.

use crate::declare_rule;
use crate::diagnostic::{Diagnostics, one_of};
use crate::lint::image_tag::full_name;
use crate::lint::{Lint, Scene};

declare_rule! {
    /// an image comes from a registry that is not allowed
    ///
    /// Who may write to a registry decides what runs. `allowed-registries` in `pt.toml` lists registries (`ghcr.io`) or parts
    /// of them (`ghcr.io/acme`, `docker.io/library`) that images may come from; while it is empty, this rule says nothing.
    /// An image without a registry comes from `docker.io`, one without an owner from `docker.io/library`.
    ///
    /// ## Bad
    /// ```yaml
    /// # allowed-registries: docker.io/library
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "ghcr.io/someone/api:1.4"}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// # allowed-registries: docker.io/library
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36"}
    /// ```
    pub static UNTRUSTED_REGISTRY = {
        name: "untrusted-registry", code: "PT207", level: Error, precision: VeryHigh, severity: "5.0",
        tags: ["supply-chain"],
        anchors: ["CIS Docker 4.2", "OWASP Docker 13"],
        since: "0.2",
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &UNTRUSTED_REGISTRY, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    let allowed = &scene.settings.allowed_registries;
    if allowed.is_empty() {
        return;
    }
    for image in scene.containers().map(|container| &container.image).filter(|image| !image.value.is_empty()) {
        let name = full_name(&image.value);
        if allowed.iter().any(|part| is_below(&name, part)) {
            continue;
        }
        let registry = name.rsplit_once('/').map_or(name.as_str(), |(registry, _)| registry);
        diagnostics
            .report(&UNTRUSTED_REGISTRY, image.span, format!("`{registry}` is not an allowed registry"))
            .label(format!("this is `{name}`"))
            .help(format!(
                "take the image from {}, or add `{registry}` to `allowed-registries`",
                one_of(allowed.iter().map(String::as_str))
            ));
    }
}

/// Whether a name is a registry or part of one, or lies in it.
fn is_below(name: &str, part: &str) -> bool {
    let rest = name.strip_prefix(part.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_registry_ends_where_a_name_does() {
        assert!(is_below("ghcr.io/acme/api", "ghcr.io"));
        assert!(is_below("ghcr.io/acme/api", "ghcr.io/acme/"));
        assert!(!is_below("ghcr.io/acme-evil/api", "ghcr.io/acme"));
        assert!(!is_below("ghcr.io.evil.com/acme/api", "ghcr.io"));
    }
}
