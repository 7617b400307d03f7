//! What the engine holds of a project: a few lists at once, and nothing that is not asked for.
//!
//! With nothing to make this is one filtered list of containers, one of volumes, one of networks, and one look at each
//! image; who holds a name or a port is looked up only when somebody may.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::StreamExt;
use futures_util::stream;

use super::engine::DockerEngine;
use super::errors::{Doing, Trouble, doing};
use super::held::{self, Holder};
use super::model::{ImageEntry, NetworkEntry, Summary, VolumeList};
use super::target;
use crate::engine::inventory::Inventory;
use crate::engine::{EngineError, Holdings};
use crate::plan::{Observed, ObservedContainer, ObservedNetwork, ObservedVolume, State, labels};

/// How many images are looked at in one moment.
const IMAGES_AT_ONCE: usize = 8;

impl DockerEngine {
    /// Everything of a project, and who stands in the way of what it needs.
    pub(super) async fn observe_project(
        &self,
        project: &str,
        images: &[String],
        names: &[String],
        ports: &[u16],
    ) -> Result<Observed, EngineError> {
        let doing = doing(format!("look what there is of project `{project}`"));
        let explain = |trouble: Trouble| doing.because(trouble);
        let (own, volumes, networks, images) = tokio::try_join!(
            self.own_containers(project),
            self.volumes_of(project, names),
            self.networks_of(project, names),
            self.image_ids(images),
        )
        .map_err(explain)?;
        let others = self.containers_like(project, names, &own).await.map_err(explain)?;
        let stopping = self.stopping(project, &own).await;
        let held_ports = self.held_ports(ports, &own, &doing).await?;
        Ok(Observed {
            postgres_majors: BTreeMap::new(),
            containers: own.iter().map(|summary| observed(summary, project, &stopping)).collect(),
            held_names: held_names(&others, project),
            volumes,
            networks,
            images,
            held_ports,
        })
    }

    /// Everything that carries a label of `pt`, whosever it is.
    pub async fn inventory(&self) -> Result<Vec<Holdings>, EngineError> {
        let doing = doing("look which projects there are");
        let marked = [("label", labels::PROJECT)];
        let (volumes, containers) = (target::filtered("/volumes", &marked), target::containers(&marked));
        let lists = tokio::try_join!(self.client.get::<VolumeList>(&volumes), self.client.get(&containers));
        let (volumes, containers): (VolumeList, Vec<Summary>) = lists.map_err(|trouble| doing.because(trouble))?;
        let mut inventory = Inventory::default();
        for container in &containers {
            inventory.container(&container.labels, matches!(container.state(), State::Running | State::Restarting));
        }
        for volume in &volumes.volumes {
            inventory.volume(&volume.name, &volume.labels);
        }
        Ok(inventory.into_lines())
    }

    async fn own_containers(&self, project: &str) -> Result<Vec<Summary>, Trouble> {
        let label = format!("{}={project}", labels::PROJECT);
        let mut list: Vec<Summary> = self.client.get(&target::containers(&[("label", &label)])).await?;
        list.sort_by(|one, other| one.name().cmp(other.name()));
        Ok(list)
    }

    /// Containers whose names begin as those of the project do; only needed when one of its own is not there. An engine
    /// takes as long for this list as for the other one.
    async fn containers_like(&self, project: &str, names: &[String], own: &[Summary]) -> Result<Vec<Summary>, Trouble> {
        let begin = format!("{project}-");
        let mut wanted = names.iter().filter(|name| name.starts_with(&begin));
        if wanted.all(|name| own.iter().any(|summary| summary.name() == name)) {
            return Ok(Vec::new());
        }
        self.client.get(&target::containers(&[("name", &format!("^/?{}-", literal(project)))])).await
    }

    async fn volumes_of(&self, project: &str, names: &[String]) -> Result<Vec<ObservedVolume>, Trouble> {
        let label = format!("{}={project}", labels::PROJECT);
        let target =
            if names.is_empty() { target::filtered("/volumes", &[("label", &label)]) } else { "/volumes".into() };
        let list: VolumeList = self.client.get(&target).await?;
        let mut volumes: Vec<ObservedVolume> = list
            .volumes
            .into_iter()
            .filter(|volume| is_of(&volume.labels, project) || names.contains(&volume.name))
            .map(|volume| ObservedVolume { name: volume.name, labels: volume.labels })
            .collect();
        volumes.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(volumes)
    }

    async fn networks_of(&self, project: &str, names: &[String]) -> Result<Vec<ObservedNetwork>, Trouble> {
        let mut list: Vec<NetworkEntry> = self.client.get("/networks").await?;
        list.retain(|network| is_of(&network.labels, project) || names.contains(&network.name));
        super::networks::oldest_first(&mut list);
        let observed = |network: NetworkEntry| ObservedNetwork {
            engine_id: network.id,
            name: network.name,
            labels: network.labels,
        };
        Ok(list.into_iter().map(observed).collect())
    }

    /// The image that each reference stands for; those that are not there are left out.
    async fn image_ids(&self, references: &[String]) -> Result<BTreeMap<String, String>, Trouble> {
        let look = |reference: &String| {
            let reference = reference.clone();
            async move { self.image_id(&reference).await.map(|id| id.map(|id| (reference, id))) }
        };
        let looked: Vec<_> = stream::iter(references).map(look).buffered(IMAGES_AT_ONCE).collect().await;
        looked.into_iter().filter_map(Result::transpose).collect()
    }

    /// The image that a reference stands for, if it is there.
    pub(super) async fn image_id(&self, reference: &str) -> Result<Option<String>, Trouble> {
        match self.client.get::<ImageEntry>(&target::one("images", reference, "/json")).await {
            Ok(image) => Ok(Some(image.id)),
            Err(trouble) if trouble.is_absent() => Ok(None),
            Err(trouble) => Err(trouble),
        }
    }

    /// Who holds one of these host ports, other than the project itself.
    async fn held_ports(
        &self,
        ports: &[u16],
        own: &[Summary],
        doing: &Doing,
    ) -> Result<BTreeMap<u16, String>, EngineError> {
        let ours: Vec<u16> = own.iter().flat_map(Summary::published).map(|port| port.host).collect();
        let local = self.client.reach().found.endpoint.is_local();
        let may_be_held = |port: &u16| !ours.contains(port) && (!local || held::is_taken(*port));
        let wanted: Vec<u16> = ports.iter().copied().filter(may_be_held).collect();
        if wanted.is_empty() {
            return Ok(BTreeMap::new());
        }
        let all: Vec<Summary> = self.client.get("/containers/json").await.map_err(|trouble| doing.because(trouble))?;
        let mut holders: BTreeMap<u16, Holder> = if local { held::processes(&wanted) } else { BTreeMap::new() };
        for container in &all {
            for port in container.published().iter().filter(|port| wanted.contains(&port.host) && !port.udp) {
                holders.insert(port.host, held::container(container));
            }
        }
        Ok(holders.into_iter().map(|(port, holder)| (port, holder.to_string())).collect())
    }

    /// Who holds a port that could not be had.
    pub(super) async fn holder_of(&self, port: u16) -> Option<String> {
        let doing = doing(format!("look who holds port {port}"));
        self.held_ports(&[port], &[], &doing).await.ok()?.remove(&port)
    }
}

fn is_of(labels: &BTreeMap<String, String>, project: &str) -> bool {
    labels.get(labels::PROJECT).is_some_and(|owner| owner == project)
}

/// Text as a pattern that matches only itself.
fn literal(text: &str) -> String {
    regex::escape(text)
}

fn held_names(others: &[Summary], project: &str) -> BTreeMap<String, String> {
    let foreign = others.iter().filter(|summary| !is_of(&summary.labels, project));
    foreign.map(|summary| (summary.name().to_owned(), held::owner(summary))).collect()
}

fn observed(summary: &Summary, project: &str, stopping: &BTreeSet<String>) -> ObservedContainer {
    let label = |name: &str| summary.labels.get(name).cloned();
    let state = if stopping.contains(&summary.id) { State::Stopping } else { summary.state() };
    ObservedContainer {
        engine_id: summary.id.clone(),
        name: summary.name().to_owned(),
        container: label(labels::CONTAINER).unwrap_or_default(),
        replica: label(labels::REPLICA).and_then(|replica| replica.parse().ok()).unwrap_or(1),
        state,
        image_id: summary.image_id.clone(),
        labels: summary.labels.clone(),
        published: summary.published(),
        address: summary.address(),
        network: summary
            .network_settings
            .networks
            .get(project)
            .map(|attachment| attachment.network_id.clone())
            .filter(|id| !id.is_empty()),
    }
}
