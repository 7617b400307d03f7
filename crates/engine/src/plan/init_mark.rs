//! A mark in the data directory of a database, which is there for as long as its first start has not come to its end.
//!
//! The image takes a directory that is not empty for a database that is whole, even when the init script failed that should
//! have filled it. So a script before all others leaves the mark, and one after all others takes it away.

use super::{Request, Upload};
use crate::expand::{Container, MountSource};
use crate::value::Text;

/// Name of the mark in the data directory.
pub const INIT_MARK: &str = "pt-init-unfinished";

/// Names that come before and after those that people give, in the order of any locale.
const FIRST: &str = "00000000-pt-begin.sh";
const LAST: &str = "zzzzzzzz-pt-end.sh";

/// The scripts, for a server of an image that runs some on its first start.
pub(super) fn scripts(request: &Request, container: &Container) -> Vec<Upload> {
    let Some(directory) = container.facts.init_scripts.as_deref() else { return Vec::new() };
    let directory = directory.trim_end_matches('/');
    let is_image = !request.names_are_ports && container.facts.family.starts_with("postgres");
    // What is put where a directory of the host is mounted would be written to the host.
    let covered = container.mounts.iter().any(|mount| {
        let path = mount.path.value.trim_end_matches('/');
        let above = directory == path || directory.starts_with(&format!("{path}/"));
        above && !matches!(mount.source, MountSource::Content { .. })
    });
    if !is_image || covered {
        return Vec::new();
    }
    let script = |name: &str, content: String| Upload {
        path: format!("{directory}/{name}"),
        content: Text::literal(content),
        // The image runs those that may be executed in a shell of their own, and reads the others.
        mode: 0o644,
    };
    vec![
        script(FIRST, format!(": > \"$PGDATA/{INIT_MARK}\"\n")),
        script(LAST, format!("rm -f \"$PGDATA/{INIT_MARK}\"\n")),
    ]
}
