//! Networks and volumes.

use super::{Check, Suite, ensure};
use crate::engine::{Engine, Failure, Outcome};
use crate::plan::{Action, VolumeRequest, labels};

impl<E: Engine> Suite<'_, E> {
    pub(super) async fn a_network_is_made_once(&self) -> Check {
        let first = self.done(self.network()).await?;
        ensure(matches!(first, Outcome::Created(_)), || format!("the first time gave {first:?}"))?;
        let second = self.done(self.network()).await?;
        ensure(second == Outcome::Already, || format!("the second time gave {second:?}"))?;
        let networks = self.observe().await?.networks;
        ensure(networks.len() == 1, || format!("there are {} networks", networks.len()))?;
        let network = networks.first().ok_or("there is no network")?;
        let project = network.labels.get(labels::PROJECT);
        ensure(project == Some(&self.stage.project), || format!("its project is {project:?}"))?;
        let remove = || Action::RemoveNetwork { engine_id: network.engine_id.clone() };
        self.done(remove()).await?;
        let again = self.done(remove()).await?;
        ensure(again == Outcome::Already, || format!("removing it twice gave {again:?}"))
    }

    pub(super) async fn a_volume_is_made_once(&self) -> Check {
        let request = |digit: &str| {
            let name = format!("{}_data", self.stage.project);
            let own = [(labels::KIND, "volume"), (labels::VOLUME, "data"), (labels::INIT, digit)];
            Action::CreateVolume(VolumeRequest { name, labels: self.labels(&own) })
        };
        let first = self.done(request("1")).await?;
        ensure(matches!(first, Outcome::Created(_)), || format!("the first time gave {first:?}"))?;
        let second = self.done(request("2")).await?;
        ensure(second == Outcome::Already, || format!("the second time gave {second:?}"))?;
        let volumes = self.observe().await?.volumes;
        ensure(volumes.len() == 1, || format!("there are {} volumes", volumes.len()))?;
        let init = volumes.first().and_then(|volume| volume.labels.get(labels::INIT).cloned());
        ensure(init.as_deref() == Some("1"), || format!("its label became {init:?}"))?;
        let remove = || Action::RemoveVolume { name: format!("{}_data", self.stage.project) };
        self.done(remove()).await?;
        let again = self.done(remove()).await?;
        ensure(again == Outcome::Already, || format!("removing it twice gave {again:?}"))
    }

    pub(super) async fn things_of_other_projects_are_not_seen(&self) -> Check {
        self.launch(self.request("here", &self.stage.idles)).await?;
        let other = format!("{}-other", self.stage.project);
        let observed = self.engine.observe(&other, &[], &[], &[]).await.map_err(|error| error.to_string())?;
        let count = observed.containers.len() + observed.networks.len() + observed.volumes.len();
        ensure(count == 0, || format!("`{other}` is said to have {count} things"))?;
        let name = self.name("here");
        let prefix = self.stage.project.clone();
        let shorter = prefix.get(..prefix.len() - 1).unwrap_or_default();
        let names = [self.stage.project.clone()];
        let foreign = self.engine.observe(shorter, &[], &names, &[]).await.map_err(|error| error.to_string())?;
        let seen = foreign.networks.iter().any(|network| network.name == self.stage.project);
        ensure(seen, || "a foreign network of a wanted name is not seen".to_owned())?;
        ensure(foreign.containers.is_empty(), || format!("`{shorter}` is said to have `{name}`"))
    }

    pub(super) async fn a_taken_name_is_refused(&self) -> Check {
        self.make(self.request("here", &self.stage.idles)).await?;
        let again = Action::CreateContainer(Box::new(self.request("here", &self.stage.idles)));
        match self.apply(&again).await {
            Ok(outcome) => Err(format!("a second container of one name gave {outcome:?}")),
            Err(error) if matches!(error.failure, Failure::Foreign(_) | Failure::Overtaken(_)) => Ok(()),
            Err(error) => Err(format!("it is not said to be taken: {error}")),
        }
    }
}
