//! The engine: each thing that it is asked to the file that does it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use super::cgroup::limits_cores;
use super::errors::doing;
use super::places::Places;
use super::shelf::{Held, Shelf};
use super::wait::Wait;
use crate::engine::{
    BuildRequest, Details, Engine, EngineError, ExecRequest, Failure, LogLine, LogRequest, Outcome, ProgressEvent,
    SecretSource, Stream, VolumeDetails,
};
use crate::plan::{Action, Capabilities, Observed, labels};

/// Containers as processes of this machine.
#[derive(Debug, Clone)]
pub struct ProcessEngine {
    pub(super) shelf: Shelf,
    /// `pt` itself, which supervises each of them.
    pub(super) executable: PathBuf,
    /// The environment that they begin with, before their own.
    pub(super) variables: BTreeMap<String, String>,
    /// Whether programs can have mounts of their own, once that was tried.
    pub(super) mounts: OnceLock<bool>,
}

impl ProcessEngine {
    /// An engine that keeps what it holds in `places`, supervises with the `pt` at `executable`, and finds programs in the
    /// `PATH` of `variables`.
    pub fn new(places: Places, executable: PathBuf, variables: BTreeMap<String, String>) -> Self {
        Self { shelf: Shelf { places }, executable, variables, mounts: OnceLock::new() }
    }

    /// Whether it holds anything of a project.
    pub fn holds(&self, project: &str) -> bool {
        self.shelf.all().iter().any(|held| held.label(labels::PROJECT) == project)
    }

    /// Where it keeps what it holds.
    pub fn places(&self) -> &Places {
        &self.shelf.places
    }

    /// A container that has to be there.
    pub(super) fn require(&self, container: &str, doing: &super::errors::Doing) -> Result<Held, EngineError> {
        self.shelf.find(container).ok_or_else(|| doing.missing(container))
    }
}

impl Engine for ProcessEngine {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            name: "the process engine".to_owned(),
            local: true,
            reaches_containers: true,
            host_mounts: true,
            containers: false,
            read_only_mounts: self.has_mounts(),
            core_limits: limits_cores(),
        }
    }

    async fn observe(
        &self,
        project: &str,
        images: &[String],
        names: &[String],
        ports: &[u16],
    ) -> Result<Observed, EngineError> {
        Ok(self.look(project, images, names, ports))
    }

    async fn details(&self, _images: &[String], volumes: &[String]) -> Result<Details, EngineError> {
        let made = volumes.iter().filter_map(|name| Some((name.clone(), self.shelf.places.volume_made(name)?)));
        Ok(Details { made: made.collect(), ..Details::default() })
    }

    async fn volume_details(&self, names: &[String]) -> Result<BTreeMap<String, VolumeDetails>, EngineError> {
        Ok(self.look_at_volumes(names))
    }

    async fn apply(
        &self,
        action: &Action,
        secrets: &dyn SecretSource,
        deadline: Duration,
        progress: &(dyn Fn(ProgressEvent) + Sync),
    ) -> Result<Outcome, EngineError> {
        match action {
            Action::Keep | Action::Pull { .. } => Ok(Outcome::Already),
            Action::CreateNetwork(request) => self.create_network(request),
            Action::CreateVolume(request) => self.create_volume(request),
            Action::CreateContainer(request) => self.create(request, secrets),
            Action::Rename { container, to } => self.rename(container, to),
            Action::PlaceSecrets(placement) => self.place_secrets(placement, secrets),
            Action::Start { container } => self.start(container, secrets, progress).await,
            Action::Stop { container, seconds } => self.stop(container, *seconds).await,
            Action::RemoveContainer { container } => self.remove_container(container),
            Action::AwaitReady { container, readiness, login, seen } => {
                let wait = Wait { readiness, login: login.as_ref(), ran: seen.is_some(), deadline };
                self.await_ready(container, &wait, secrets, progress).await
            }
            Action::AwaitExit { container, condition } => self.await_exit(container, *condition, deadline).await,
            Action::AlterPassword(change) => self.alter_password(change, secrets).await,
            Action::RemoveVolume { name } => self.remove_volume(name),
            Action::RemoveNetwork { engine_id } => self.remove_network(engine_id),
        }
    }

    async fn logs(
        &self,
        container: &str,
        request: &LogRequest,
        sink: &mut (dyn FnMut(LogLine) -> bool + Send),
    ) -> Result<(), EngineError> {
        self.read_log(container, request, sink).await
    }

    async fn exec(&self, container: &str, request: &ExecRequest) -> Result<i64, EngineError> {
        self.run_inside(container, request, None).await
    }

    async fn call(
        &self,
        container: &str,
        request: &ExecRequest,
        sink: &mut (dyn FnMut(Stream, &[u8]) + Send),
    ) -> Result<i64, EngineError> {
        self.run_inside(container, request, Some(sink)).await
    }

    async fn read_file(&self, container: &str, path: &str, limit: usize) -> Result<Vec<u8>, EngineError> {
        self.read_inside(container, path, limit)
    }

    async fn write_file(&self, container: &str, path: &str, content: &str) -> Result<(), EngineError> {
        self.write_inside(container, path, content)
    }

    async fn build(
        &self,
        request: &BuildRequest,
        _progress: &(dyn Fn(ProgressEvent) + Sync),
    ) -> Result<(), EngineError> {
        let name = request.tags.first().map(String::as_str).unwrap_or_default();
        let failure = Failure::Unsupported("the process engine has no images".to_owned());
        Err(doing(format!("build image `{name}`")).advise(failure, "`--engine docker` builds and runs images"))
    }
}
