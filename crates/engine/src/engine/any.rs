//! Whichever engine the user has: commands are written once, for all of them.

use std::collections::BTreeMap;
use std::time::Duration;

use super::docker::DockerEngine;
use super::process::ProcessEngine;
use super::{
    BuildRequest, Details, Engine, EngineError, ExecRequest, Holdings, LogLine, LogRequest, Outcome, ProgressEvent,
    SecretSource, Stream, VolumeDetails,
};
use crate::plan::{Action, Capabilities, Observed};

/// One of the engines.
pub enum AnyEngine {
    /// Containers.
    Docker(Box<DockerEngine>),
    /// Processes of this machine.
    Process(ProcessEngine),
}

impl AnyEngine {
    /// `docker` or `process`, as `--engine` takes it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Docker(_) => "docker",
            Self::Process(_) => "process",
        }
    }

    /// All projects that it holds, whosever they are.
    pub async fn inventory(&self) -> Result<Vec<Holdings>, EngineError> {
        match self {
            Self::Docker(engine) => engine.inventory().await,
            Self::Process(engine) => Ok(engine.inventory()),
        }
    }
}

/// The same call to the engine that it is.
macro_rules! either {
    ($self:ident, $engine:ident => $call:expr) => {
        match $self {
            Self::Docker($engine) => $call,
            Self::Process($engine) => $call,
        }
    };
}

impl Engine for AnyEngine {
    fn capabilities(&self) -> Capabilities {
        either!(self, engine => engine.capabilities())
    }

    async fn observe(
        &self,
        project: &str,
        images: &[String],
        names: &[String],
        ports: &[u16],
    ) -> Result<Observed, EngineError> {
        either!(self, engine => engine.observe(project, images, names, ports).await)
    }

    async fn details(&self, images: &[String], volumes: &[String]) -> Result<Details, EngineError> {
        either!(self, engine => engine.details(images, volumes).await)
    }

    async fn volume_details(&self, names: &[String]) -> Result<BTreeMap<String, VolumeDetails>, EngineError> {
        either!(self, engine => engine.volume_details(names).await)
    }

    async fn apply(
        &self,
        action: &Action,
        secrets: &dyn SecretSource,
        deadline: Duration,
        progress: &(dyn Fn(ProgressEvent) + Sync),
    ) -> Result<Outcome, EngineError> {
        either!(self, engine => engine.apply(action, secrets, deadline, progress).await)
    }

    async fn logs(
        &self,
        container: &str,
        request: &LogRequest,
        sink: &mut (dyn FnMut(LogLine) -> bool + Send),
    ) -> Result<(), EngineError> {
        either!(self, engine => engine.logs(container, request, sink).await)
    }

    async fn exec(&self, container: &str, request: &ExecRequest) -> Result<i64, EngineError> {
        either!(self, engine => engine.exec(container, request).await)
    }

    async fn call(
        &self,
        container: &str,
        request: &ExecRequest,
        sink: &mut (dyn FnMut(Stream, &[u8]) + Send),
    ) -> Result<i64, EngineError> {
        either!(self, engine => engine.call(container, request, sink).await)
    }

    async fn read_file(&self, container: &str, path: &str, limit: usize) -> Result<Vec<u8>, EngineError> {
        either!(self, engine => engine.read_file(container, path, limit).await)
    }

    async fn write_file(&self, container: &str, path: &str, content: &str) -> Result<(), EngineError> {
        either!(self, engine => engine.write_file(container, path, content).await)
    }

    async fn build(
        &self,
        request: &BuildRequest,
        progress: &(dyn Fn(ProgressEvent) + Sync),
    ) -> Result<(), EngineError> {
        either!(self, engine => engine.build(request, progress).await)
    }
}
