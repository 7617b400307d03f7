//! `crlf-script`: a shell script with line ends of Windows.

use std::path::Path;

use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix, Safety};
use crate::expand::MountSource;
use crate::lint::secrecy::written;
use crate::lint::{Lint, Scene};

declare_rule! {
    /// a mounted shell script has line ends of Windows
    ///
    /// A shell takes the carriage return at the end of a line for a part of the last word: `bad interpreter: /bin/sh^M`,
    /// or `$'\r': command not found`. The file looks right in every editor; git turns line ends on Windows unless
    /// `.gitattributes` says `*.sh text eol=lf`. Only files that are mounted by themselves are looked into, not those in
    /// mounted directories.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: job
    ///     module: polytope/container
    ///     args:
    ///       image: busybox:1.36
    ///       cmd: /run.sh
    ///       mounts: [{path: /run.sh, source: {type: string, data: "#!/bin/sh\r\necho hello\r\n"}}]
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: job
    ///     module: polytope/container
    ///     args:
    ///       image: busybox:1.36
    ///       cmd: /run.sh
    ///       mounts: [{path: /run.sh, source: {type: string, data: "#!/bin/sh\necho hello\n"}}]
    /// ```
    pub static CRLF_SCRIPT = {
        name: "crlf-script", code: "PT405", level: Error, precision: VeryHigh,
        tags: ["scripts"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &CRLF_SCRIPT, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for mount in scene.containers().flat_map(|container| &container.mounts) {
        let (text, span) = match &mount.source {
            MountSource::Content { data, .. } => (Some(written(data)), mount.span),
            MountSource::Host { path } | MountSource::Repo { path } if is_script(&path.value) => {
                (scene.in_project(&path.value).and_then(|path| scene.loader.read(&path).ok()), path.span)
            }
            _ => continue,
        };
        let file = match &mount.source {
            MountSource::Host { path } | MountSource::Repo { path } => scene.in_project(&path.value),
            _ => None,
        };
        let script = text.filter(|text| is_script(&mount.path.value) || text.starts_with("#!"));
        if let Some(text) = script.filter(|text| text.contains("\r\n")) {
            let fix = file.map(|path| {
                let title = "end its lines with `LF` alone";
                Fix::new(Safety::Safe, title).rewrite(path, text.replace("\r\n", "\n"))
            });
            diagnostics
                .report(&CRLF_SCRIPT, span, format!("the lines of `{}` end as on Windows", mount.path.value))
                .help("save it with `LF` line ends, and add `*.sh text eol=lf` to `.gitattributes`")
                .maybe_fix(fix);
        }
    }
}

fn is_script(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "sh")
}
