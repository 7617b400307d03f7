//! Images, networks, volumes and passwords.

use super::containers::reveal;
use super::not_found;
use super::world::World;
use crate::engine::{Failure, Outcome, ProgressEvent, SecretSource};
use crate::plan::{NetworkRequest, ObservedNetwork, ObservedVolume, PasswordChange, VolumeRequest, labels};

impl World {
    pub(super) fn pull(
        &mut self,
        image: &str,
        always: bool,
        progress: &(dyn Fn(ProgressEvent) + Sync),
    ) -> Result<Outcome, Failure> {
        if !always && self.images.contains_key(image) {
            return Ok(Outcome::Already);
        }
        let id = self.registry.get(image).cloned();
        let id = id.ok_or_else(|| Failure::Image(format!("no registry has `{image}`")))?;
        progress(ProgressEvent::Bytes(1, Some(1)));
        self.images.insert(image.to_owned(), id);
        Ok(Outcome::Done)
    }

    pub(super) fn create_network(&mut self, request: &NetworkRequest) -> Result<Outcome, Failure> {
        let project = request.labels.get(labels::PROJECT);
        match self.networks.iter().find(|network| network.name == request.name) {
            Some(network) if network.labels.get(labels::PROJECT) == project => return Ok(Outcome::Already),
            Some(_) => return Err(Failure::Foreign(format!("the network `{}` is not ours", request.name))),
            None => {}
        }
        let engine_id = self.next_id();
        let (name, labels) = (request.name.clone(), request.labels.clone());
        self.networks.push(ObservedNetwork { engine_id: engine_id.clone(), name, labels });
        Ok(Outcome::Created(engine_id))
    }

    pub(super) fn remove_network(&mut self, engine_id: &str) -> Result<Outcome, Failure> {
        if self.containers.iter().any(|held| held.network == engine_id && held.is_up()) {
            return Err(Failure::Engine(format!("network `{engine_id}` has active endpoints")));
        }
        let Some(network) = self.networks.iter().find(|network| network.engine_id == engine_id) else {
            return Ok(Outcome::Already);
        };
        if !network.labels.contains_key(labels::PROJECT) {
            self.violations.push(format!("network `{}` was removed and is not ours", network.name));
        }
        self.networks.retain(|network| network.engine_id != engine_id);
        Ok(Outcome::Done)
    }

    pub(super) fn create_volume(&mut self, request: &VolumeRequest) -> Result<Outcome, Failure> {
        let project = request.labels.get(labels::PROJECT);
        match self.volumes.iter().find(|volume| volume.name == request.name) {
            Some(volume) if volume.labels.get(labels::PROJECT) == project => return Ok(Outcome::Already),
            Some(_) => return Err(Failure::Foreign(format!("the volume `{}` is not ours", request.name))),
            None => {}
        }
        self.volumes.push(ObservedVolume { name: request.name.clone(), labels: request.labels.clone() });
        Ok(Outcome::Created(request.name.clone()))
    }

    pub(super) fn remove_volume(&mut self, name: &str) -> Result<Outcome, Failure> {
        let mounts = |held: &&super::HeldContainer| held.request.volumes.iter().any(|(volume, _, _)| volume == name);
        if let Some(user) = self.containers.iter().find(mounts) {
            return Err(Failure::Engine(format!("volume `{name}` is in use by `{}`", user.name)));
        }
        let Some(volume) = self.volumes.iter().find(|volume| volume.name == name) else {
            return Ok(Outcome::Already);
        };
        if !volume.labels.contains_key(labels::PROJECT) {
            self.violations.push(format!("volume `{name}` was removed and is not ours"));
        }
        self.volumes.retain(|volume| volume.name != name);
        Ok(Outcome::Done)
    }

    pub(super) fn alter_password(
        &mut self,
        change: &PasswordChange,
        secrets: &dyn SecretSource,
    ) -> Result<Outcome, Failure> {
        let held = self.find(&change.container).ok_or_else(|| not_found(&change.container))?;
        if !held.is_up() {
            return Err(Failure::Engine(format!("`{}` does not run", held.name)));
        }
        let id = held.observed().container;
        let password = reveal(&change.password, secrets)?;
        self.passwords.push((id, password));
        Ok(Outcome::Done)
    }
}
