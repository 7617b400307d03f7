//! Containers: made, started, stopped, removed, waited for.

use std::collections::BTreeMap;
use std::time::Duration;

use super::program::{self, Program};
use super::world::{HeldContainer, World};
use super::{failed, not_found};
use crate::engine::{EngineError, Failure, Outcome, SecretSource};
use crate::expand::Condition;
use crate::plan::{ContainerRequest, Published, SecretPlacement, State, labels};
use crate::value::Text;

/// First port that is given where any will do.
const EPHEMERAL: u16 = 32_768;

impl World {
    /// Makes a container; `half` leaves its files out, as a kill between the two does.
    pub(super) fn create_container(
        &mut self,
        request: &ContainerRequest,
        secrets: &dyn SecretSource,
        half: bool,
    ) -> Result<Outcome, Failure> {
        if self.find(&request.name).is_some() {
            return Err(Failure::Foreign(format!("the name `{}` is taken", request.name)));
        }
        let image_id = self.images.get(&request.image).cloned();
        let image_id = image_id.ok_or_else(|| Failure::Image(format!("no such image: {}", request.image)))?;
        let network = self.networks.iter().find(|network| network.name == request.network);
        let network = network.ok_or_else(|| not_found(&request.network))?.engine_id.clone();
        for (volume, _, _) in &request.volumes {
            if !self.volumes.iter().any(|held| held.name == *volume) {
                self.violations.push(format!("`{}` was made before its volume `{volume}`", request.name));
            }
        }
        for (_, value) in &request.environment {
            reveal(value, secrets)?;
        }
        let mut files = BTreeMap::new();
        for file in request.uploads.iter().chain(&request.secret_files) {
            files.insert(file.path.clone(), reveal(&file.content, secrets)?);
        }
        let engine_id = self.next_id();
        let command: Vec<String> = request.command.iter().flatten().map(ToString::to_string).collect();
        self.containers.push(HeldContainer {
            engine_id: engine_id.clone(),
            name: request.name.clone(),
            request: request.clone(),
            state: State::Created,
            image_id,
            network,
            complete: !half || files.is_empty(),
            files: if half { BTreeMap::new() } else { files },
            published: Vec::new(),
            log: Vec::new(),
            program: program::parse(&command),
        });
        Ok(Outcome::Created(engine_id))
    }

    pub(super) fn rename(&mut self, container: &str, to: &str) -> Result<Outcome, Failure> {
        let id = self.find(container).ok_or_else(|| not_found(container))?.engine_id.clone();
        match self.find(to) {
            Some(held) if held.engine_id == id => return Ok(Outcome::Already),
            Some(_) => return Err(Failure::Foreign(format!("the name `{to}` is taken"))),
            None => {}
        }
        self.touch(&id);
        if let Some(held) = self.find_mut(&id) {
            to.clone_into(&mut held.name);
        }
        Ok(Outcome::Done)
    }

    pub(super) fn place_secrets(
        &mut self,
        placement: &SecretPlacement,
        secrets: &dyn SecretSource,
    ) -> Result<Outcome, Failure> {
        let mut files = BTreeMap::new();
        for file in &placement.files {
            files.insert(file.path.clone(), reveal(&file.content, secrets)?);
        }
        let held = self.find_mut(&placement.container).ok_or_else(|| not_found(&placement.container))?;
        held.files.extend(files);
        Ok(Outcome::Done)
    }

    pub(super) fn start(&mut self, container: &str) -> Result<Outcome, Failure> {
        let held = self.find(container).ok_or_else(|| not_found(container))?.clone();
        if matches!(held.state, State::Running | State::Restarting) {
            return Ok(Outcome::Already);
        }
        if !held.complete {
            self.violations.push(format!("`{}` was started without its files", held.name));
        }
        let kind = |held: &HeldContainer| {
            let label = |name: &str| held.request.labels.get(name).cloned();
            (label(labels::PROJECT), label(labels::CONTAINER), label(labels::REPLICA))
        };
        let twin = self.containers.iter().find(|other| {
            other.engine_id != held.engine_id && other.is_up() && kind(other) == kind(&held) && kind(&held).1.is_some()
        });
        if let Some(twin) = twin.map(|twin| twin.name.clone()) {
            self.violations.push(format!("`{}` was started while `{twin}` ran", held.name));
        }
        let published = self.publish(&held)?;
        if let Some(held) = self.find_mut(&held.engine_id) {
            held.state = State::Running;
            held.published = published;
            let said = held.program.prints();
            held.log.extend(said);
        }
        Ok(Outcome::Done)
    }

    /// Gives a container its ports, or says who has one.
    fn publish(&self, held: &HeldContainer) -> Result<Vec<Published>, Failure> {
        let mut published: Vec<Published> = Vec::new();
        for (container, udp, binding) in &held.request.ports {
            let Some(binding) = binding else { continue };
            let holder = |port: u16| {
                let inside = self.containers.iter().filter(|other| other.is_up() && other.engine_id != held.engine_id);
                let mut inside = inside.filter(|other| other.published.iter().any(|held| held.host == port));
                let outside = self.held_ports.get(&port).cloned();
                inside.next().map(|other| other.name.clone()).or(outside)
            };
            let host = if binding.port == 0 {
                let free = |port: &u16| holder(*port).is_none() && !published.iter().any(|other| other.host == *port);
                (EPHEMERAL..u16::MAX).find(free).unwrap_or(u16::MAX)
            } else if let Some(holder) = holder(binding.port) {
                return Err(Failure::PortTaken { port: binding.port, holder });
            } else {
                binding.port
            };
            published.push(Published { address: binding.address.clone(), host, container: *container, udp: *udp });
        }
        Ok(published)
    }

    pub(super) fn stop(&mut self, container: &str) -> Outcome {
        let Some(id) = self.find(container).filter(|held| held.is_up()).map(|held| held.engine_id.clone()) else {
            return Outcome::Already;
        };
        self.touch(&id);
        self.set_state(&id, State::Exited(143));
        Outcome::Done
    }

    pub(super) fn remove_container(&mut self, container: &str) -> Result<Outcome, Failure> {
        let Some(held) = self.find(container) else { return Ok(Outcome::Already) };
        if held.is_up() {
            return Err(Failure::Engine(format!("`{}` runs and cannot be removed", held.name)));
        }
        let id = held.engine_id.clone();
        self.touch(&id);
        self.containers.retain(|held| held.engine_id != id);
        Ok(Outcome::Done)
    }

    pub(super) fn await_ready(&mut self, container: &str, deadline: Duration) -> Result<Outcome, EngineError> {
        let doing = format!("await `{container}`");
        let Some(held) = self.find(container).cloned() else { return Err(failed(doing, not_found(container))) };
        let ended = match (held.state, held.program.exit_code(&held.files)) {
            (State::Running, Some(code)) => {
                self.set_state(container, State::Exited(code));
                Some(code)
            }
            (State::Exited(code), _) => Some(code),
            _ => None,
        };
        let failure = match ended {
            Some(code) => Failure::Ended(code.to_string()),
            None if held.program == Program::Hang || held.state != State::Running => {
                Failure::Timeout { what: "ready", seconds: deadline.as_secs() }
            }
            None => {
                let ports = held.published.iter().map(|port| (port.container, port.address.clone(), port.host));
                return Ok(Outcome::Ready(ports.collect()));
            }
        };
        let mut error = failed(doing, failure);
        error.log = held.log;
        Err(error)
    }

    pub(super) fn await_exit(&mut self, container: &str, condition: Condition) -> Result<Outcome, Failure> {
        let held = self.find(container).ok_or_else(|| not_found(container))?;
        let ((State::Exited(code), _) | (State::Running, Some(code))) =
            (held.state, held.program.exit_code(&held.files))
        else {
            return Err(Failure::Timeout { what: "done", seconds: 0 });
        };
        self.set_state(container, State::Exited(code));
        let good = match condition {
            Condition::Success => code == 0,
            Condition::Always => true,
            Condition::Failed => code != 0,
        };
        if good { Ok(Outcome::Exited(code)) } else { Err(Failure::Ended(format!("exit code {code}"))) }
    }

    /// Writes down when something is changed that is not of any project.
    pub(super) fn touch(&mut self, container: &str) {
        let foreign = self.find(container).filter(|held| !held.request.labels.contains_key(labels::PROJECT));
        if let Some(name) = foreign.map(|held| held.name.clone()) {
            self.violations.push(format!("`{name}` was touched and is not ours"));
        }
    }
}

/// The content of a text with its secrets.
pub(super) fn reveal(text: &Text, secrets: &dyn SecretSource) -> Result<String, Failure> {
    text.reveal(|name| secrets.reveal(name)).ok_or_else(|| Failure::NotFound(format!("`{text}` is not set")))
}
