//! An engine without an engine: containers are entries in a list, programs are a few words. For tests.
//!
//! It keeps the contract, says no at a chosen call as an engine does that dies there, and writes down what no plan may
//! ever do: start a container without its files, run two of one kind at once, touch what is not the project's.

mod containers;
mod program;
mod things;
mod world;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{
    BuildRequest, Engine, EngineError, ExecRequest, Failure, LogLine, LogRequest, Outcome, ProgressEvent, SecretSource,
    Stream, VolumeDetails,
};
use crate::plan::{Action, Capabilities, Observed, labels};

pub use world::{Fault, HeldContainer, World};

/// The engine; everything in it can be looked at and changed through [`MemoryEngine::world`].
#[derive(Debug, Default)]
pub struct MemoryEngine {
    world: Mutex<World>,
}

impl MemoryEngine {
    /// An engine that has these images.
    pub fn with_images(images: &[&str]) -> Self {
        let engine = Self::default();
        for image in images {
            engine.world().add_image(image);
        }
        engine
    }

    /// What is in it.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine for MemoryEngine {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            name: "memory".to_owned(),
            local: true,
            reaches_containers: true,
            host_mounts: true,
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
        let world = self.world();
        let ours = |found: &std::collections::BTreeMap<String, String>| {
            found.get(labels::PROJECT).is_some_and(|of| of == project)
        };
        let wanted = |name: &String| names.contains(name);
        let prefix = format!("{project}-");
        let foreign = || world.containers.iter().filter(|held| !ours(&held.request.labels));
        let mut held_ports = world.held_ports.clone();
        for held in foreign().filter(|held| held.is_up()) {
            held_ports.extend(held.published.iter().map(|port| (port.host, format!("container `{}`", held.name))));
        }
        held_ports.retain(|port, _| ports.contains(port));
        Ok(Observed {
            postgres_majors: std::collections::BTreeMap::new(),
            containers: world
                .containers
                .iter()
                .filter(|held| ours(&held.request.labels))
                .map(HeldContainer::observed)
                .collect(),
            volumes: world
                .volumes
                .iter()
                .filter(|volume| ours(&volume.labels) || wanted(&volume.name))
                .cloned()
                .collect(),
            networks: world
                .networks
                .iter()
                .filter(|network| ours(&network.labels) || wanted(&network.name))
                .cloned()
                .collect(),
            images: world
                .images
                .iter()
                .filter(|(image, _)| images.contains(image))
                .map(|(image, id)| (image.clone(), id.clone()))
                .collect(),
            held_ports,
            held_names: foreign()
                .filter(|held| held.name.starts_with(&prefix))
                .map(|held| (held.name.clone(), "another project's".to_owned()))
                .collect(),
        })
    }

    async fn volume_details(&self, names: &[String]) -> Result<BTreeMap<String, VolumeDetails>, EngineError> {
        let world = self.world();
        let there = world.volumes.iter().filter(|volume| names.contains(&volume.name));
        let details = there.map(|volume| {
            let mounts = |held: &&HeldContainer| held.request.volumes.iter().any(|(name, _, _)| *name == volume.name);
            let users = world.containers.iter().filter(mounts).map(|held| held.name.clone()).collect();
            (volume.name.clone(), VolumeDetails { users, ..VolumeDetails::default() })
        });
        Ok(details.collect())
    }

    async fn apply(
        &self,
        action: &Action,
        secrets: &dyn SecretSource,
        deadline: Duration,
        progress: &(dyn Fn(ProgressEvent) + Sync),
    ) -> Result<Outcome, EngineError> {
        // Others have their turn before and after, as they have with an engine that takes its time.
        self.world().enter(action);
        tokio::task::yield_now().await;
        let done = self.world().apply(action, secrets, deadline, progress);
        tokio::task::yield_now().await;
        self.world().leave(action);
        if let Err(EngineError { failure: Failure::Timeout { .. }, .. }) = &done {
            tokio::time::sleep(deadline).await;
        }
        done
    }

    async fn logs(
        &self,
        container: &str,
        request: &LogRequest,
        sink: &mut (dyn FnMut(LogLine) -> bool + Send),
    ) -> Result<(), EngineError> {
        let lines = self.world().find(container).map(|held| held.log.clone());
        let Some(lines) = lines else {
            return Err(failed(format!("read the log of `{container}`"), not_found(container)));
        };
        let first = request.tail.map_or(0, |tail| lines.len().saturating_sub(tail));
        for line in lines.into_iter().skip(first) {
            let timestamp = "1970-01-01T00:00:00Z".to_owned();
            if !sink(LogLine { stream: Stream::Stdout, timestamp, bytes: line.into_bytes() }) {
                break;
            }
        }
        Ok(())
    }

    async fn exec(&self, container: &str, request: &ExecRequest) -> Result<i64, EngineError> {
        let doing = format!("run a command in `{container}`");
        let world = self.world();
        let held = world.find(container).ok_or_else(|| failed(doing.clone(), not_found(container)))?;
        if !held.is_up() {
            return Err(failed(doing, Failure::Engine("it does not run".to_owned())));
        }
        Ok(program::parse(&request.command).exit_code(&held.files).unwrap_or_default())
    }

    async fn call(
        &self,
        container: &str,
        request: &ExecRequest,
        sink: &mut (dyn FnMut(Stream, &[u8]) + Send),
    ) -> Result<i64, EngineError> {
        sink(Stream::Stdout, request.command.join(" ").as_bytes());
        self.exec(container, request).await
    }

    async fn read_file(&self, container: &str, path: &str, limit: usize) -> Result<Vec<u8>, EngineError> {
        let doing = format!("read `{path}` of `{container}`");
        let world = self.world();
        let held = world.find(container).ok_or_else(|| failed(doing.clone(), not_found(container)))?;
        let content = held.files.get(path).ok_or_else(|| failed(doing.clone(), not_found(path)))?;
        if content.len() > limit {
            return Err(failed(doing, Failure::Engine("it is too long".to_owned())));
        }
        Ok(content.clone().into_bytes())
    }

    async fn write_file(&self, container: &str, path: &str, content: &str) -> Result<(), EngineError> {
        let doing = format!("write `{path}` of `{container}`");
        let mut world = self.world();
        let held = world.containers.iter_mut().find(|held| held.name == container);
        let held = held.ok_or_else(|| failed(doing, not_found(container)))?;
        held.files.insert(path.to_owned(), content.to_owned());
        Ok(())
    }

    async fn build(
        &self,
        request: &BuildRequest,
        progress: &(dyn Fn(ProgressEvent) + Sync),
    ) -> Result<(), EngineError> {
        progress(ProgressEvent::Note("built from nothing".to_owned()));
        let mut world = self.world();
        for tag in &request.tags {
            world.add_image(tag);
        }
        Ok(())
    }
}

/// An error without more words than these.
fn failed(doing: String, failure: Failure) -> EngineError {
    EngineError { doing, failure, help: None, log: Vec::new(), exit_code: None }
}

fn not_found(name: &str) -> Failure {
    Failure::NotFound(format!("there is no `{name}`"))
}
