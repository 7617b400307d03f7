//! What the volumes of a program that are there were initialised with, for those who only want to know.

use super::initialised::{Digests, changed, data_volume, digests, is_ours, marks};
use super::{Observed, ObservedContainer, Request, labels, naming};
use crate::expand::MountSource;

/// A container and its data volume, which is there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstStart {
    /// Id of the container.
    pub container: String,
    /// Id of the volume in the program.
    pub volume: String,
    /// Its name in the engine.
    pub name: String,
    /// Where the container mounts it.
    pub path: String,
    /// Names of the variables that had another value on the first start.
    pub changed: Vec<String>,
    /// Engine names of containers, running or not, that were made for the same.
    pub containers: Vec<String>,
}

/// All of them, in the program's order.
pub fn first_starts(request: &Request, observed: &Observed) -> Vec<FirstStart> {
    let mut found = Vec::new();
    for (id, container) in &request.program.containers {
        let Some(volume) = data_volume(container) else { continue };
        let name = naming::volume_name(&request.project, volume);
        let there = observed.volumes.iter().find(|there| there.name == name && is_ours(request, there));
        let (Some(there), Some(mount)) = (there, container.mounts.iter().find(|mount| shows(&mount.source, volume)))
        else {
            continue;
        };
        let marks = marks(request, observed, volume);
        let newest = marks.last().map_or(there, |(_, mark)| mark);
        let known = newest.labels.get(labels::INIT).and_then(|label| serde_json::from_str::<Digests>(label).ok());
        let changed = match &known {
            Some(known) => changed(container, known, &digests(request, container)),
            None => Vec::new(),
        };
        let made = |seen: &&ObservedContainer| seen.container == *id;
        found.push(FirstStart {
            container: id.clone(),
            volume: volume.to_owned(),
            name,
            path: mount.path.value.clone(),
            changed: changed.into_iter().map(|variable| variable.name.value.clone()).collect(),
            containers: observed.containers.iter().filter(made).map(|seen| seen.name.clone()).collect(),
        });
    }
    found
}

fn shows(source: &MountSource, volume: &str) -> bool {
    matches!(source, MountSource::Volume { id } if id == volume)
}
