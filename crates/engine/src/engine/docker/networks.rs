//! Networks: made once even when two make them at once, removed even while the engine still cleans up.
//!
//! Engines before 25 give two networks one name without a word, so after each creation the list decides which stays.
//! Everything else uses ids.

use std::time::Duration;

use bollard::models::NetworkCreateRequest;

use super::apply::Surroundings;
use super::client::CHANGE;
use super::engine::DockerEngine;
use super::errors::{Doing, Trouble, doing};
use super::model::NetworkEntry;
use super::target;
use crate::engine::{EngineError, Failure, Outcome};
use crate::plan::{NetworkRequest, labels};

/// How long the engine may go on counting containers that are gone.
const ENDPOINTS_GO: Duration = Duration::from_secs(5);

/// How often, and with which pause, one waits for the maker of a younger network to remove it.
const RIVAL_LOOKS: u32 = 20;
const RIVAL_LOOK: Duration = Duration::from_millis(50);

impl DockerEngine {
    /// Makes a network; one of ours that is there already is taken.
    pub(super) async fn create_network(&self, request: &NetworkRequest) -> Result<Outcome, EngineError> {
        let doing = doing(format!("create network `{}`", request.name));
        if let Some(there) = self.networks_called(&request.name, &doing).await?.into_iter().next() {
            return if is_same_owner(&there, request) { Ok(Outcome::Already) } else { Err(foreign(&there, &doing)) };
        }
        let body = NetworkCreateRequest {
            name: request.name.clone(),
            driver: Some("bridge".to_owned()),
            labels: Some(request.labels.clone().into_iter().collect()),
            ..Default::default()
        };
        match self.client.within(CHANGE, self.client.docker.create_network(body)).await {
            Ok(created) => self.settle(request, created.id, &doing).await,
            // from Engine 25 on, names are unique: somebody was faster
            Err(trouble) if trouble.is_conflict() => {
                let there = self.networks_called(&request.name, &doing).await?;
                match there.first() {
                    Some(there) if is_same_owner(there, request) => Ok(Outcome::Already),
                    Some(there) => Err(foreign(there, &doing)),
                    None => Err(doing.because(trouble)),
                }
            }
            Err(trouble) => Err(doing.because(trouble)),
        }
    }

    /// After a creation: of several with one name one stays, usually the oldest.
    ///
    /// A network may show itself later than one that is younger, whose maker has then seen no other and keeps it: so
    /// whoever holds the older one gives the other maker time to go, and goes itself if that does not.
    async fn settle(&self, request: &NetworkRequest, created: String, doing: &Doing) -> Result<Outcome, EngineError> {
        let mut others;
        let mut looks = 0;
        loop {
            let there = self.networks_called(&request.name, doing).await?;
            let is_oldest = there.first().is_none_or(|oldest| oldest.id == created);
            others = there.into_iter().filter(|network| network.id != created).collect::<Vec<_>>();
            if others.is_empty() {
                return Ok(Outcome::Created(created));
            }
            looks += 1;
            if !is_oldest || looks > RIVAL_LOOKS {
                break;
            }
            tokio::time::sleep(RIVAL_LOOK).await;
        }
        let removal = self.client.docker.remove_network(&created);
        self.client.within(CHANGE, removal).await.map_err(|trouble| doing.because(trouble))?;
        match others.first() {
            Some(other) if !is_same_owner(other, request) => Err(foreign(other, doing)),
            _ => Ok(Outcome::Already),
        }
    }

    /// The network that a container of a project joins: the oldest of that name with the project's label.
    ///
    /// Engines before 25 look the name up again when the container starts, so that no second one of ours may stay.
    pub(super) async fn network_id(&self, name: &str, project: &str, doing: &Doing) -> Result<String, EngineError> {
        let there = self.networks_called(name, doing).await?;
        let is_own = |network: &NetworkEntry| network.labels.get(labels::PROJECT).is_some_and(|of| of == project);
        let Some(own) = there.iter().find(|network| is_own(network)) else {
            return Err(doing.failed(Failure::NotFound(format!("there is no network `{name}` of this project"))));
        };
        for twin in there.iter().filter(|network| network.id != own.id) {
            if !is_own(twin) {
                return Err(foreign(twin, doing));
            }
            let removal = self.client.docker.remove_network(&twin.id);
            self.client.within(CHANGE, removal).await.map_err(|trouble| doing.because(trouble))?;
        }
        Ok(own.id.clone())
    }

    /// Removes a network of ours by id.
    pub(super) async fn remove_network(&self, id: &str, around: Surroundings<'_>) -> Result<Outcome, EngineError> {
        let doing = doing(format!("remove network `{id}`"));
        let Some(network) = self.inspect_network(id, &doing).await? else { return Ok(Outcome::Already) };
        let Some(project) = network.labels.get(labels::PROJECT) else { return Err(foreign(&network, &doing)) };
        self.sweep_secret_places(project, None).await;
        let doing = super::errors::doing(format!("remove network `{}`", network.name));
        let mut pause = Duration::from_millis(20);
        let started = tokio::time::Instant::now();
        loop {
            match self.client.within(CHANGE, self.client.docker.remove_network(&network.id)).await {
                Ok(()) => return Ok(Outcome::Done),
                Err(trouble) if trouble.is_absent() => return Ok(Outcome::Done),
                Err(trouble) if !is_in_use(&trouble) => return Err(doing.because(trouble)),
                Err(_) if started.elapsed() >= ENDPOINTS_GO => return self.leave(&network, &doing, around).await,
                Err(_) => tokio::time::sleep(pause).await,
            }
            pause = (pause * 2).min(Duration::from_millis(500));
        }
    }

    /// A network that stays in use: by whom; Docker 20.10 sometimes counts a container for ever that is long gone.
    async fn leave(
        &self,
        network: &NetworkEntry,
        doing: &Doing,
        around: Surroundings<'_>,
    ) -> Result<Outcome, EngineError> {
        let Some(network) = self.inspect_network(&network.id, doing).await? else { return Ok(Outcome::Done) };
        let users: Vec<String> = network.containers.values().map(|member| format!("`{}`", member.name)).collect();
        if users.is_empty() {
            around.note(format!(
                "network `{}` stays: the engine counts a container that is gone, until it is restarted",
                network.name
            ));
            return Ok(Outcome::Already);
        }
        let failure = Failure::Foreign(format!("it is still used by {}", users.join(", ")));
        Err(doing.advise(failure, format!("`docker network disconnect {} NAME` frees it", network.name)))
    }

    async fn inspect_network(&self, id: &str, doing: &Doing) -> Result<Option<NetworkEntry>, EngineError> {
        match self.client.get(&target::one("networks", id, "")).await {
            Ok(network) => Ok(Some(network)),
            Err(trouble) if trouble.is_absent() => Ok(None),
            Err(trouble) => Err(doing.because(trouble)),
        }
    }

    /// All networks of exactly this name, the oldest first.
    async fn networks_called(&self, name: &str, doing: &Doing) -> Result<Vec<NetworkEntry>, EngineError> {
        let target = target::filtered("/networks", &[("name", name)]);
        let mut list: Vec<NetworkEntry> = self.client.get(&target).await.map_err(|trouble| doing.because(trouble))?;
        list.retain(|network| network.name == name);
        oldest_first(&mut list);
        Ok(list)
    }
}

/// Orders networks by age, then by id, so that everybody picks the same.
pub(super) fn oldest_first(networks: &mut [NetworkEntry]) {
    networks.sort_by_cached_key(|network| (network.created.parse::<jiff::Timestamp>().ok(), network.id.clone()));
}

fn is_same_owner(there: &NetworkEntry, request: &NetworkRequest) -> bool {
    let owner = |labels: &std::collections::BTreeMap<String, String>| labels.get(labels::PROJECT).cloned();
    owner(&there.labels).is_some() && owner(&there.labels) == owner(&request.labels)
}

fn foreign(there: &NetworkEntry, doing: &Doing) -> EngineError {
    let owner = match there.labels.get(labels::PROJECT) {
        Some(project) => format!("belongs to project `{project}`"),
        None => "was not made by pt".to_owned(),
    };
    doing.advise(
        Failure::Foreign(format!("a network `{}` is there and {owner}", there.name)),
        format!("`docker network rm {}` if nobody needs it, or rename the project", there.name),
    )
}

fn is_in_use(trouble: &Trouble) -> bool {
    trouble.says("active endpoints")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_network_comes_first_whatever_the_time_zone() {
        let network = |id: &str, created: &str| NetworkEntry {
            id: id.to_owned(),
            created: created.to_owned(),
            ..NetworkEntry::default()
        };
        let mut networks = vec![
            network("b", "2026-11-21T01:00:00.5Z"),
            network("c", "2026-11-21T01:30:00+01:00"),
            network("a", "2026-11-21T01:00:00.5Z"),
        ];
        oldest_first(&mut networks);
        let order: Vec<&str> = networks.iter().map(|network| network.id.as_str()).collect();
        assert_eq!(order, ["c", "a", "b"]);
    }
}
