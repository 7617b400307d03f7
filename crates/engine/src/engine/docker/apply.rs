//! Each action to the file that does it.

use std::time::Duration;

use super::engine::DockerEngine;
use super::errors::{Doing, doing};
use super::exit::ExitWait;
use super::model::Inspection;
use super::readiness::ReadyWait;
use super::target;
use crate::engine::{EngineError, Failure, Outcome, ProgressEvent, SecretSource};
use crate::plan::{Action, labels};
use crate::value::Text;

use zeroize::Zeroizing;

/// What an action hears of and reports to.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'a> {
    /// Contents of secrets.
    pub(super) secrets: &'a dyn SecretSource,
    /// The longest that a wait may take.
    pub(super) deadline: Duration,
    /// Who hears of what takes time.
    pub(super) progress: &'a (dyn Fn(ProgressEvent) + Sync),
}

impl Surroundings<'_> {
    /// Tells a word about what is being waited for.
    pub(super) fn note(&self, words: impl Into<String>) {
        (self.progress)(ProgressEvent::Note(words.into()));
    }

    /// The characters of a text, secrets included.
    pub(super) fn reveal(&self, text: &Text, doing: &Doing) -> Result<Zeroizing<String>, EngineError> {
        let revealed = text.reveal(|name| self.secrets.reveal(name)).map(Zeroizing::new);
        revealed.ok_or_else(|| match text.secrets().find(|name| self.secrets.reveal(name).is_none()) {
            Some(name) => {
                let failure = Failure::NotFound(format!("the secret `{name}` is not set"));
                doing.advise(failure, format!("`pt secrets set {name}`"))
            }
            None => doing.failed(Failure::NotFound(format!("a value in `{text}` is not set"))),
        })
    }
}

impl DockerEngine {
    /// Does one action.
    pub(super) async fn apply_action(&self, action: &Action, around: Surroundings<'_>) -> Result<Outcome, EngineError> {
        self.client.greet().await.map_err(|trouble| doing("reach the engine").because(trouble))?;
        match action {
            Action::Keep => Ok(Outcome::Already),
            Action::Pull { image, always } => self.pull(image, *always, around).await,
            Action::CreateNetwork(request) => self.create_network(request).await,
            Action::CreateVolume(request) => self.create_volume(request).await,
            Action::CreateContainer(request) => self.create_container(request, around).await,
            Action::Rename { container, to } => self.rename(container, to).await,
            Action::PlaceSecrets(placement) => self.place_secrets(placement, around).await,
            Action::Start { container } => self.start(container).await,
            Action::Stop { container, seconds } => self.stop(container, *seconds).await,
            Action::RemoveContainer { container } => self.remove_container(container).await,
            Action::AwaitReady { container, readiness, seen, login } => {
                ReadyWait::new(self, container, readiness.clone(), login.as_ref(), around)?.ready(seen.as_ref()).await
            }
            Action::AwaitExit { container, condition } => {
                ExitWait::new(self, container, around).ended(*condition).await
            }
            Action::AlterPassword(change) => self.alter_password(change, around).await,
            Action::RemoveVolume { name } => self.remove_volume(name).await,
            Action::RemoveNetwork { engine_id } => self.remove_network(engine_id, around).await,
        }
    }

    /// Looks at a container; `None` when it is not there.
    pub(super) async fn inspect(&self, container: &str, doing: &Doing) -> Result<Option<Inspection>, EngineError> {
        if !target::is_plain(container) {
            return Err(doing.failed(Failure::NotFound(format!("`{container}` is not the name of a container"))));
        }
        match self.client.get::<Inspection>(&target::one("containers", container, "/json")).await {
            Ok(inspection) => Ok(Some(inspection)),
            Err(trouble) if trouble.is_absent() => Ok(None),
            Err(trouble) => Err(doing.because(trouble)),
        }
    }

    /// Looks at a container that is about to be changed; one that is not ours is left alone.
    pub(super) async fn inspect_own(&self, container: &str, doing: &Doing) -> Result<Option<Inspection>, EngineError> {
        let found = self.inspect(container, doing).await?;
        match &found {
            Some(inspection) if !inspection.config.labels.contains_key(labels::PROJECT) => {
                Err(doing.failed(Failure::Foreign(format!("container `{}` was not made by pt", inspection.name()))))
            }
            _ => Ok(found),
        }
    }

    /// Looks at a container that has to be there and ours.
    pub(super) async fn require_own(&self, container: &str, doing: &Doing) -> Result<Inspection, EngineError> {
        let missing = || doing.failed(Failure::NotFound(format!("there is no container `{container}`")));
        self.inspect_own(container, doing).await?.ok_or_else(missing)
    }
}
