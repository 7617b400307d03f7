//! Where a server keeps its state, and which of its mounts keeps that.

use crate::expand::{Container, DataPath, Mount, MountSource};

/// What becomes of the state of a server.
#[derive(Debug)]
pub(super) enum State<'a> {
    /// It keeps none, or where it is cannot be known.
    Unknown,
    /// This mount keeps it.
    Kept(&'a Mount),
    /// No mount keeps it; this one was meant to.
    Beside {
        /// The mount.
        mount: &'a Mount,
        /// The directory that keeps the state.
        directory: String,
    },
    /// Nothing keeps it.
    Lost {
        /// The directory that keeps the state.
        directory: String,
    },
}

/// A directory that holds state.
struct Place<'a> {
    /// Where the state is.
    directory: String,
    /// Where the image has the engine put a volume of its own, which hides mounts above it.
    volume: &'a str,
}

/// Judges a server by its mounts.
pub(super) fn state_of(container: &Container) -> State<'_> {
    let places: Option<Vec<Place>> = container.facts.data_paths.iter().map(|path| place(container, path)).collect();
    let Some(places) = places.filter(|places| !places.is_empty()) else { return State::Unknown };
    let mounts = || container.mounts.iter().filter(|mount| !matches!(mount.source, MountSource::Content { .. }));
    if let Some(mount) = mounts().find(|mount| places.iter().any(|place| place.is_kept_at(&mount.path.value))) {
        return State::Kept(mount);
    }
    if !container.knows_mounts() {
        return State::Unknown;
    }
    let directory = places[0].directory.clone();
    match mounts().find(|mount| places.iter().any(|place| place.is_meant_by(mount))) {
        Some(mount) => State::Beside { mount, directory },
        None => State::Lost { directory },
    }
}

/// `None` when a variable that is not known moves it.
fn place<'a>(container: &Container, path: &'a DataPath) -> Option<Place<'a>> {
    if path.variable.as_deref().is_some_and(|name| !container.knows_variable(name)) {
        return None;
    }
    let moved = path.variable.as_deref().and_then(|name| container.variable(name));
    let directory = match moved {
        Some(variable) => normal(&variable.value.known()?),
        None => default_directory(container, path),
    };
    Some(Place { directory, volume: &path.mount })
}

/// PostgreSQL 18 and later keep a directory for each major below the place of the volume.
fn default_directory(container: &Container, path: &DataPath) -> String {
    const FIRST_WITH_OWN_DIRECTORY: u32 = 18;
    match container.facts.major {
        Some(major) if container.facts.family.starts_with("postgres") && major >= FIRST_WITH_OWN_DIRECTORY => {
            format!("{}/{major}/docker", path.mount)
        }
        _ => path.mount.clone(),
    }
}

impl Place<'_> {
    /// Whether a mount at `path` keeps the state: it is at or above it, and the image's own volume is not in between.
    fn is_kept_at(&self, path: &str) -> bool {
        let hidden = path != self.volume && is_within(self.volume, path) && is_within(&self.directory, self.volume);
        is_within(&self.directory, path) && !hidden
    }

    /// Whether a mount that does not keep the state looks as if it should.
    fn is_meant_by(&self, mount: &Mount) -> bool {
        let path = &mount.path.value;
        let near = path != "/" && (is_within(path, self.volume) || is_within(self.volume, path));
        near || mount.argument == "data-volume"
    }
}

/// Whether `path` is `directory` or lies below it; both are absolute and normal.
fn is_within(path: &str, directory: &str) -> bool {
    let rest = path.strip_prefix(directory.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn normal(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(directory: &str, volume: &str, mount: &str) -> bool {
        Place { directory: directory.to_owned(), volume }.is_kept_at(mount)
    }

    #[test]
    fn a_mount_above_the_images_own_volume_keeps_nothing() {
        let (data, parent) = ("/var/lib/postgresql/data", "/var/lib/postgresql");
        assert!(kept(data, data, data));
        assert!(!kept(data, data, parent));
        assert!(!kept(data, data, "/"));
        assert!(!kept(data, data, "/var/lib/postgresql/data/pg_wal"));
    }

    #[test]
    fn a_directory_that_was_moved_is_looked_for_where_it_is() {
        let data = "/var/lib/postgresql/data";
        assert!(kept("/var/lib/postgresql/data/pgdata", data, data));
        assert!(kept("/var/lib/postgresql/data/pgdata", data, "/var/lib/postgresql/data/pgdata"));
        assert!(kept("/var/lib/postgresql/pgdata", data, "/var/lib/postgresql"));
        assert!(!kept("/srv/pgdata", data, data));
        assert!(!kept("/srv/pgdata-old", data, "/srv/pgdata"));
    }

    #[test]
    fn from_18_on_the_volume_is_one_level_up() {
        let (directory, volume) = ("/var/lib/postgresql/18/docker", "/var/lib/postgresql");
        assert!(kept(directory, volume, volume));
        assert!(kept(directory, volume, "/var/lib/postgresql/18"));
        assert!(!kept(directory, volume, "/var/lib/postgresql/data"));
        assert!(!kept(directory, volume, "/var/lib"));
    }
}
