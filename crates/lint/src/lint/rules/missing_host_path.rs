//! `missing-host-path`: a mounted file or directory that is not there.

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::expand::MountSource;
use crate::lint::{Lint, Scene};

declare_rule! {
    /// a mounted path of the project does not exist
    ///
    /// `pt run` stops before it starts anything. Other runners have the engine make an empty directory in its place, owned by
    /// root: the program finds nothing, or a directory where a file should be. Usually the path is misspelt, is meant from
    /// another directory, or names a file that is not checked in.
    ///
    /// ## Bad
    /// ```yaml
    /// # file: web/index.html
    /// <h1>hello</h1>
    /// # file: polytope.yml
    /// modules:
    ///   - id: web
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", mounts: [{path: /www, source: {type: host, path: ./wbe}}]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// # file: web/index.html
    /// <h1>hello</h1>
    /// # file: polytope.yml
    /// modules:
    ///   - id: web
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", mounts: [{path: /www, source: {type: host, path: ./web}}]}
    /// ```
    pub static MISSING_HOST_PATH = {
        name: "missing-host-path", code: "PT115", level: Warning, precision: High,
        tags: ["mounts"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &MISSING_HOST_PATH, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    let mounted = scene.containers().flat_map(|container| &container.mounts).map(|mount| &mount.source);
    let filled_from = scene.program.volumes.values().filter_map(|volume| volume.source.as_ref());
    for source in mounted.chain(filled_from) {
        // The root of the repository is taken to be that of the project, as it is when the path is mounted.
        let (MountSource::Host { path } | MountSource::Repo { path }) = source else { continue };
        let inside = scene.in_project(&path.value);
        if inside.is_none_or(|path| scene.loader.exists(&path)) {
            continue;
        }
        diagnostics
            .report(&MISSING_HOST_PATH, path.span, format!("`{}` does not exist in the project", path.value))
            .help("correct the path, or make the file or directory");
    }
}
