//! `sensitive-host-mount`: a part of the project that holds secrets or runs on the host.

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::expand::MountSource;
use crate::lint::{Lint, Scene};

declare_rule! {
    /// a container gets a part of the project that holds secrets
    ///
    /// `config/secrets.yml` holds all secrets of the project in plain text, folders such as `.ssh`, `.aws` and `.kube` those
    /// of their owner, and `.git` those of its remotes; programs in `.git/hooks` run on the host. Paths outside of the
    /// project are `host-path-outside-project`'s finding.
    ///
    /// ## Bad
    /// ```yaml
    /// # file: config/secrets.yml
    /// db-password: REDACTED
    /// # file: polytope.yml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args:
    ///       image: busybox:1.36
    ///       mounts: [{path: /etc/secrets.yml, source: {type: host, path: config/secrets.yml}}]
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args:
    ///       image: busybox:1.36
    ///       mounts: [{path: /etc/password, source: {type: string, data: pt.secret db-password}}]
    /// ```
    pub static SENSITIVE_HOST_MOUNT = {
        name: "sensitive-host-mount", code: "PT211", level: Error, precision: High, severity: "7.5",
        tags: ["mounts", "secrets"],
        anchors: ["CIS Docker 5.6"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &SENSITIVE_HOST_MOUNT, check };

/// Names of folders that hold credentials, and what of.
const FOLDERS: [(&str, &str); 8] = [
    (".ssh", "keys"),
    (".gnupg", "keys"),
    (".aws", "credentials"),
    (".azure", "credentials"),
    (".gcloud", "credentials"),
    (".kube", "credentials"),
    (".docker", "credentials"),
    (".git", "credentials and programs that run on the host"),
];

/// Where `pt` itself reads secrets.
const SECRETS: &str = "config/secrets.yml";

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for mount in scene.containers().flat_map(|container| &container.mounts) {
        let (MountSource::Host { path } | MountSource::Repo { path }) = &mount.source else { continue };
        let Some(content) = sensitive(&path.value) else { continue };
        diagnostics
            .report(&SENSITIVE_HOST_MOUNT, path.span, format!("`{}` holds {content}", path.value))
            .help("mount only what the program needs; a single secret as `{type: string, data: pt.secret NAME}`");
    }
}

/// What a path of the project holds that no container should see; paths that lead out of it were reported.
fn sensitive(path: &str) -> Option<&'static str> {
    if path.starts_with(['/', '~']) || path.split('/').any(|part| part == "..") {
        return None;
    }
    if path == SECRETS {
        return Some("all secrets of the project");
    }
    path.split('/').find_map(|part| FOLDERS.iter().find(|(name, _)| *name == part)).map(|(_, content)| *content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_folders_by_their_whole_name_and_leaves_what_is_outside() {
        assert!(sensitive(".git/hooks").is_some());
        assert!(sensitive("config/secrets.yml").is_some());
        for path in [".", ".github", "config", "web/.gitignore", "~/.ssh", "/root/.aws", "../.git"] {
            assert_eq!(sensitive(path), None, "{path}");
        }
    }
}
