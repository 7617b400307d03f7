//! The engine as the rest of `pt` sees it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use tokio::sync::OnceCell;

use super::apply::Surroundings;
use super::client::Client;
use super::connect::{self, Version};
use super::errors::doing;
use super::ssh::Tunnel;
use crate::engine::{
    BuildRequest, Details, Engine, EngineError, ExecRequest, LogLine, LogRequest, Outcome, ProgressEvent, SecretSource,
    Stream, VolumeDetails,
};
use crate::plan::{Action, Capabilities, Observed};

/// Docker Engine behind [`Engine`].
pub struct DockerEngine {
    pub(super) client: Client,
    /// Directory of the docker command's configuration, for registry logins.
    pub(super) configuration: Option<PathBuf>,
    /// `XDG_RUNTIME_DIR`, for secret files.
    pub(super) runtime: Option<PathBuf>,
    /// When this process began: what was made before is not of its making.
    pub(super) begun: SystemTime,
    version: OnceCell<Version>,
    new_enough: OnceCell<bool>,
    /// Keeps the way through `ssh` open.
    _tunnel: Option<Tunnel>,
}

impl DockerEngine {
    /// Finds the engine as the docker command does and prepares to talk to it; for sockets of this machine nothing
    /// is sent yet: the first call finds out whether it answers. Needs a tokio runtime.
    pub fn connect(host: Option<&str>, environment: &BTreeMap<String, String>) -> Result<Self, EngineError> {
        let connection = connect::open(host, environment)?;
        Ok(Self {
            client: connection.client,
            configuration: connection.configuration,
            runtime: connection.runtime,
            begun: SystemTime::now(),
            version: OnceCell::new(),
            new_enough: OnceCell::new(),
            _tunnel: connection.tunnel,
        })
    }

    /// Whether the socket of an engine is there that this user may not open.
    pub fn is_closed_to_us(environment: &BTreeMap<String, String>) -> bool {
        connect::is_closed_to_us(environment)
    }

    /// Whether anybody answers.
    pub async fn answers(&self) -> Result<(), EngineError> {
        self.client.greet().await.map_err(|trouble| doing("reach the engine").because(trouble))
    }

    /// Version and API of the engine; asked for once, because answering takes an engine some milliseconds.
    pub(super) async fn version(&self) -> Result<&Version, EngineError> {
        self.version.get_or_try_init(|| connect::version(&self.client)).await
    }

    /// Refuses an engine that is too old for what is about to be made. It is asked for an answer in the oldest API that
    /// is understood, which takes it a tenth of the time that its version does.
    pub(super) async fn require_api(&self) -> Result<(), EngineError> {
        if *self.new_enough.get_or_init(|| connect::speaks_oldest(&self.client)).await {
            return Ok(());
        }
        // its version says what is wrong, and how old it is
        self.version().await.map(drop)
    }
}

impl Engine for DockerEngine {
    fn capabilities(&self) -> Capabilities {
        let local = self.client.reach().found.endpoint.is_local();
        let name = self.version.get().map_or_else(|| "docker".to_owned(), |version| version.name.clone());
        Capabilities {
            name,
            local,
            reaches_containers: self.reaches_containers(),
            host_mounts: local,
            containers: true,
            read_only_mounts: true,
            core_limits: true,
        }
    }

    async fn observe(
        &self,
        project: &str,
        images: &[String],
        names: &[String],
        ports: &[u16],
    ) -> Result<Observed, EngineError> {
        self.observe_project(project, images, names, ports).await
    }

    async fn details(&self, images: &[String], volumes: &[String]) -> Result<Details, EngineError> {
        self.details_of(images, volumes).await
    }

    async fn volume_details(&self, names: &[String]) -> Result<BTreeMap<String, VolumeDetails>, EngineError> {
        self.look_at_volumes(names).await
    }

    async fn apply(
        &self,
        action: &Action,
        secrets: &dyn SecretSource,
        deadline: Duration,
        progress: &(dyn Fn(ProgressEvent) + Sync),
    ) -> Result<Outcome, EngineError> {
        self.apply_action(action, Surroundings { secrets, deadline, progress }).await
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
        self.run_wired(container, request).await
    }

    async fn call(
        &self,
        container: &str,
        request: &ExecRequest,
        sink: &mut (dyn FnMut(Stream, &[u8]) + Send),
    ) -> Result<i64, EngineError> {
        self.run_heard(container, request, sink).await
    }

    async fn read_file(&self, container: &str, path: &str, limit: usize) -> Result<Vec<u8>, EngineError> {
        self.fetch_file(container, path, limit).await
    }

    async fn write_file(&self, container: &str, path: &str, content: &str) -> Result<(), EngineError> {
        self.put_file(container, path, content).await
    }

    async fn build(
        &self,
        request: &BuildRequest,
        progress: &(dyn Fn(ProgressEvent) + Sync),
    ) -> Result<(), EngineError> {
        self.build_image(request, progress).await
    }
}
