//! Networks and volumes: folders with labels. A network is nothing else; a volume has its content beside them.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use super::engine::ProcessEngine;
use super::errors::doing;
use super::places::{LABELS, make_passage, write_whole};
use super::shelf::gone;
use crate::engine::{EngineError, Failure, Outcome, VolumeDetails};
use crate::plan::{NetworkRequest, ObservedNetwork, ObservedVolume, VolumeRequest, labels};

type Labels = BTreeMap<String, String>;

impl ProcessEngine {
    pub(super) fn create_network(&self, request: &NetworkRequest) -> Result<Outcome, EngineError> {
        let doing = doing(format!("create network `{}`", request.name));
        let made = self.make(&self.shelf.places.networks().join(&request.name), &request.labels);
        let made = made.map_err(|error| doing.io(&error))?;
        made.ok_or_else(|| doing.failed(Failure::Foreign(format!("the network `{}` is not ours", request.name))))
            .map(|new| if new { Outcome::Created(request.name.clone()) } else { Outcome::Already })
    }

    pub(super) fn create_volume(&self, request: &VolumeRequest) -> Result<Outcome, EngineError> {
        let doing = doing(format!("create volume `{}`", request.name));
        let folder = self.shelf.places.volumes().join(&request.name);
        let made = self.make(&folder, &request.labels).map_err(|error| doing.io(&error))?;
        let new =
            made.ok_or_else(|| doing.failed(Failure::Foreign(format!("the volume `{}` is not ours", request.name))))?;
        make_passage(&self.shelf.places.volume(&request.name)).map_err(|error| doing.io(&error))?;
        Ok(if new { Outcome::Created(request.name.clone()) } else { Outcome::Already })
    }

    /// Whether it was made; `None` when another project has it.
    fn make(&self, folder: &Path, labels: &Labels) -> io::Result<Option<bool>> {
        let _lock = self.shelf.lock()?;
        if let Some(there) = read(folder) {
            let same = there.get(labels::PROJECT) == labels.get(labels::PROJECT);
            return Ok(same.then_some(false));
        }
        make_passage(folder)?;
        write_whole(&folder.join(LABELS), &serde_json::to_vec(labels)?)?;
        Ok(Some(true))
    }

    pub(super) fn remove_network(&self, name: &str) -> Result<Outcome, EngineError> {
        let doing = doing(format!("remove network `{name}`"));
        self.remove(&self.shelf.places.networks().join(name)).map_err(|error| doing.io(&error))
    }

    pub(super) fn remove_volume(&self, name: &str) -> Result<Outcome, EngineError> {
        let doing = doing(format!("remove volume `{name}`"));
        let user = self.shelf.all().into_iter().find(|held| held.record.volumes.iter().any(|(used, _)| used == name));
        if let Some(user) = user {
            return Err(doing.failed(Failure::Engine(format!("it is in use by `{}`", user.name))));
        }
        self.remove(&self.shelf.places.volumes().join(name)).map_err(|error| doing.io(&error))
    }

    /// The labels go last: what is half removed is still seen, and removed the next time.
    fn remove(&self, folder: &Path) -> io::Result<Outcome> {
        let _lock = self.shelf.lock()?;
        if read(folder).is_none() {
            return Ok(Outcome::Already);
        }
        gone(fs::remove_dir_all(folder.join("content")))?;
        gone(fs::remove_dir_all(folder))?;
        Ok(Outcome::Done)
    }

    /// Those of a project, and those of a wanted name whoever has them.
    pub(super) fn networks(&self, project: &str, names: &[String]) -> Vec<ObservedNetwork> {
        let found = list(&self.shelf.places.networks(), project, names).into_iter();
        found.map(|(name, labels)| ObservedNetwork { engine_id: name.clone(), name, labels }).collect()
    }

    /// Volumes of all projects.
    pub(super) fn all_volumes(&self) -> BTreeMap<String, Labels> {
        all(&self.shelf.places.volumes())
    }

    /// As [`ProcessEngine::networks`].
    pub(super) fn volumes(&self, project: &str, names: &[String]) -> Vec<ObservedVolume> {
        let found = list(&self.shelf.places.volumes(), project, names).into_iter();
        found.map(|(name, labels)| ObservedVolume { name, labels }).collect()
    }
}

impl ProcessEngine {
    /// Sizes, places and users of volumes that are there.
    pub(super) fn look_at_volumes(&self, names: &[String]) -> BTreeMap<String, VolumeDetails> {
        let places = &self.shelf.places;
        let all = self.shelf.all();
        let there = names.iter().filter(|name| read(&places.volumes().join(name)).is_some());
        let details = there.map(|name| {
            let users = all.iter().filter(|held| held.record.volumes.iter().any(|(used, _)| used == name));
            let place = places.volume(name);
            let details = VolumeDetails {
                made: places.volume_made(name),
                bytes: Some(size(&place)),
                place: Some(place.to_string_lossy().into_owned()),
                users: users.map(|held| held.name.clone()).collect(),
            };
            (name.clone(), details)
        });
        details.collect()
    }
}

/// Bytes of all files below a directory; what cannot be read counts nothing, and no link is followed.
fn size(directory: &Path) -> u64 {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let sizes = entries.filter_map(|entry| {
        let found = entry.metadata().ok()?;
        Some(if found.is_dir() { size(&entry.path()) } else { found.len() })
    });
    sizes.sum()
}

fn read(folder: &Path) -> Option<Labels> {
    serde_json::from_slice(&fs::read(folder.join(LABELS)).ok()?).ok()
}

fn all(folder: &Path) -> BTreeMap<String, Labels> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| Some((entry.file_name().into_string().ok()?, read(&entry.path())?))).collect()
}

fn list(folder: &Path, project: &str, names: &[String]) -> BTreeMap<String, Labels> {
    let mut found = all(folder);
    found.retain(|name, labels| names.contains(name) || labels.get(labels::PROJECT).is_some_and(|of| of == project));
    found
}
