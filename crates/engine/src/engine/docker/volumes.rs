//! Volumes: the engine answers a creation with success even when somebody else's volume has the name, so labels decide.

use bollard::models::VolumeCreateRequest;
use bollard::query_parameters::RemoveVolumeOptions;

use super::client::CHANGE;
use super::engine::DockerEngine;
use super::errors::{Doing, doing};
use super::model::{Summary, VolumeEntry};
use super::target;
use crate::engine::{EngineError, Failure, Outcome};
use crate::plan::{VolumeRequest, labels};

impl DockerEngine {
    /// Makes a volume; one of ours that is there already is taken.
    pub(super) async fn create_volume(&self, request: &VolumeRequest) -> Result<Outcome, EngineError> {
        let doing = doing(format!("create volume `{}`", request.name));
        if let Some(there) = self.inspect_volume(&request.name, &doing).await? {
            return if is_same_owner(&there, request) { Ok(Outcome::Already) } else { Err(foreign(&there, &doing)) };
        }
        let body = VolumeCreateRequest {
            name: Some(request.name.clone()),
            labels: Some(request.labels.clone().into_iter().collect()),
            ..Default::default()
        };
        self.client
            .within(CHANGE, self.client.docker.create_volume(body))
            .await
            .map_err(|trouble| doing.because(trouble))?;
        // somebody may have been faster: then the engine has kept their labels
        match self.inspect_volume(&request.name, &doing).await? {
            Some(there) if !is_same_owner(&there, request) => Err(foreign(&there, &doing)),
            _ => Ok(Outcome::Created(request.name.clone())),
        }
    }

    /// Removes a volume of ours.
    pub(super) async fn remove_volume(&self, name: &str) -> Result<Outcome, EngineError> {
        let doing = doing(format!("remove volume `{name}`"));
        let Some(there) = self.inspect_volume(name, &doing).await? else { return Ok(Outcome::Already) };
        if !there.labels.contains_key(labels::PROJECT) {
            return Err(foreign(&there, &doing));
        }
        let call = self.client.docker.remove_volume(name, None::<RemoveVolumeOptions>);
        match self.client.within(CHANGE, call).await {
            Ok(()) => Ok(Outcome::Done),
            Err(trouble) if trouble.is_absent() => Ok(Outcome::Done),
            Err(trouble) if trouble.is_conflict() => Err(self.in_use(name, &doing).await),
            Err(trouble) => Err(doing.because(trouble)),
        }
    }

    async fn in_use(&self, name: &str, doing: &Doing) -> EngineError {
        let users: Result<Vec<Summary>, _> = self.client.get(&target::containers(&[("volume", name)])).await;
        let users: Vec<String> = users.iter().flatten().map(|user| format!("`{}`", user.name())).collect();
        let failure = Failure::Foreign(format!("it is still used by {}", users.join(", ")));
        doing.advise(failure, "`docker rm` these containers first")
    }

    async fn inspect_volume(&self, name: &str, doing: &Doing) -> Result<Option<VolumeEntry>, EngineError> {
        if !target::is_plain(name) {
            return Err(doing.failed(Failure::NotFound(format!("`{name}` is not the name of a volume"))));
        }
        match self.client.get(&target::one("volumes", name, "")).await {
            Ok(volume) => Ok(Some(volume)),
            Err(trouble) if trouble.is_absent() => Ok(None),
            Err(trouble) => Err(doing.because(trouble)),
        }
    }
}

fn is_same_owner(there: &VolumeEntry, request: &VolumeRequest) -> bool {
    let owner = there.labels.get(labels::PROJECT);
    owner.is_some() && owner == request.labels.get(labels::PROJECT)
}

fn foreign(there: &VolumeEntry, doing: &Doing) -> EngineError {
    let owner = match there.labels.get(labels::PROJECT) {
        Some(project) => format!("belongs to project `{project}`"),
        None => "was not made by pt".to_owned(),
    };
    doing.advise(
        Failure::Foreign(format!("a volume `{}` is there and {owner}", there.name)),
        format!("`docker volume rm {}` if nobody needs its data, or rename the project", there.name),
    )
}
