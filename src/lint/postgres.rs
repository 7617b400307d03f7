//! PostgreSQL servers that are started by the official image's entrypoint, which reads `POSTGRES_…` and runs init scripts.

use super::Scene;
use crate::expand::{Container, Mount, MountSource, Variable};
use crate::source::Span;

/// The servers of a program that the entrypoint sets up; a container with another program never comes there.
pub(super) fn servers<'a>(scene: &Scene<'a>) -> impl Iterator<Item = &'a Container> {
    scene.servers("postgres").filter(|server| server.entrypoint.is_none() && runs_the_server(server))
}

fn runs_the_server(container: &Container) -> bool {
    let Some(first) = container.command.as_ref().and_then(|words| words.first()) else { return true };
    first.known().is_some_and(|word| word == "postgres" || word.starts_with('-'))
}

/// Whether a variable counts as set: an empty one does not, one that is not known yet does.
pub(super) fn is_set(variable: Option<&Variable>) -> bool {
    variable.is_some_and(|variable| variable.value.known() != Some(String::new()))
}

/// The name of the file that a mount puts into a directory; `None` for what is mounted elsewhere.
pub(super) fn file_in<'a>(path: &'a str, directory: &str) -> Option<&'a str> {
    let name = path.strip_prefix(directory)?.strip_prefix('/')?;
    (!name.is_empty() && !name.contains('/')).then_some(name)
}

/// The place of what is mounted: its path where it has one.
pub(super) fn place_of(mount: &Mount) -> Span {
    match &mount.source {
        MountSource::Host { path } | MountSource::Repo { path } => path.span,
        MountSource::Content { .. } | MountSource::Volume { .. } => mount.span,
    }
}
