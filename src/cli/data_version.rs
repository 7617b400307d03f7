//! The version of PostgreSQL that wrote some data, as its `PG_VERSION` says.

use std::collections::BTreeMap;
use std::path::Path;

use super::failure::Failure;
use crate::engine::{Engine, Failure as EngineFailure};
use crate::expand::{Container, MountSource};
use crate::plan::{Observed, Request, data_to_look_at};

/// Where servers keep their data in a volume, from the oldest layout to the newest.
const PLACES: [&str; 3] = ["PG_VERSION", "data/PG_VERSION", "pgdata/PG_VERSION"];

/// More than any version has characters.
const LONGEST: usize = 64;

/// The major version that wrote the data at a path in one of these containers; unknown while no container has them.
pub async fn postgres_major<E: Engine>(engine: &E, containers: &[String], path: &str) -> Result<Option<u32>, Failure> {
    for container in containers {
        for place in PLACES {
            let path = format!("{}/{place}", path.trim_end_matches('/'));
            match engine.read_file(container, &path, LONGEST).await {
                Ok(bytes) => return Ok(String::from_utf8_lossy(&bytes).trim().parse().ok()),
                // Another program keeps other files.
                Err(error) if !matches!(error.failure, EngineFailure::Unreachable(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(None)
}

/// The versions of the data that servers of a program will find, by container, as far as they can be seen.
pub async fn postgres_majors<E: Engine>(
    engine: &E,
    request: &Request<'_>,
    observed: &Observed,
) -> Result<BTreeMap<String, u32>, Failure> {
    let mut majors = BTreeMap::new();
    for container in data_to_look_at(request, observed) {
        let id = &container.id.value;
        let seen = observed.containers.iter().filter(|seen| seen.container == *id);
        let names: Vec<String> = seen.map(|seen| seen.engine_id.clone()).collect();
        for (path, bound) in places(request, container) {
            let major = match bound {
                Some(directory) => on_this_machine(Path::new(&directory)),
                None => postgres_major(engine, &names, &path).await?,
            };
            if let Some(major) = major {
                majors.entry(id.clone()).or_insert(major);
            }
        }
    }
    Ok(majors)
}

/// Mounts that may hold the data: where in the container, and which directory of this machine.
fn places(request: &Request, container: &Container) -> Vec<(String, Option<String>)> {
    let holds = |path: &str| {
        let data = container.facts.data_paths.iter().map(|data| data.mount.as_str());
        data.into_iter().any(|data| path == data || path.starts_with(&format!("{data}/")))
    };
    let mounts = container.mounts.iter().filter(|mount| holds(&mount.path.value));
    let place = |mount: &crate::expand::Mount| match &mount.source {
        MountSource::Volume { .. } => Some((mount.path.value.clone(), None)),
        MountSource::Host { .. } | MountSource::Repo { .. } => {
            request.bound(&mount.source).map(|path| (mount.path.value.clone(), Some(path)))
        }
        MountSource::Content { .. } => None,
    };
    mounts.filter_map(place).collect()
}

fn on_this_machine(directory: &Path) -> Option<u32> {
    let text = PLACES.iter().find_map(|place| std::fs::read_to_string(directory.join(place)).ok())?;
    text.trim().parse().ok()
}
