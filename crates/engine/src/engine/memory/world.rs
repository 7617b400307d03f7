//! What is in the engine, what it says no to, and what no plan may do.

use std::collections::BTreeMap;
use std::time::Duration;

use super::failed;
use super::program::Program;
use crate::engine::{EngineError, Failure, Outcome, ProgressEvent, SecretSource};
use crate::plan::{
    Action, ContainerRequest, ObservedContainer, ObservedNetwork, ObservedVolume, Published, State, labels,
};

/// Everything in the engine.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// Containers, of all projects and of nobody.
    pub containers: Vec<HeldContainer>,
    /// Volumes.
    pub volumes: Vec<ObservedVolume>,
    /// Networks, the oldest first.
    pub networks: Vec<ObservedNetwork>,
    /// Images by reference.
    pub images: BTreeMap<String, String>,
    /// Images that can be pulled.
    pub registry: BTreeMap<String, String>,
    /// Host ports that something outside of the engine holds.
    pub held_ports: BTreeMap<u16, String>,
    /// Passwords that were given to database roles: `(container id, password)`, the latest last.
    pub passwords: Vec<(String, String)>,
    /// Every action that was done, in order, in a few words.
    pub history: Vec<String>,
    /// What no plan may do and one did.
    pub violations: Vec<String>,
    /// Where the engine says no.
    pub fault: Option<Fault>,
    /// How often it was asked to do something.
    pub calls: usize,
    /// How many changes it was asked for at once, at most.
    pub most_at_once: usize,
    at_once: usize,
    made: u64,
}

/// At which call an engine fails, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// From this call on (the first is 0) nothing is done: the engine, or whoever asks it, is dead.
    DeadFrom(usize),
    /// As [`Fault::DeadFrom`], but the first of them is still done, and nobody hears of it.
    LostFrom(usize),
    /// This call alone is refused.
    Refuses(usize),
}

/// A container in the engine.
#[derive(Debug, Clone)]
pub struct HeldContainer {
    /// The engine's id.
    pub engine_id: String,
    /// Its name now.
    pub name: String,
    /// What it was made from.
    pub request: ContainerRequest,
    /// What it is doing.
    pub state: State,
    /// Id of its image.
    pub image_id: String,
    /// Id of its network.
    pub network: String,
    /// Whether all its files were put into it.
    pub complete: bool,
    /// Its files.
    pub files: BTreeMap<String, String>,
    /// What it publishes while it runs.
    pub published: Vec<Published>,
    /// What it printed.
    pub log: Vec<String>,
    pub(super) program: Program,
}

impl HeldContainer {
    /// Whether its process lives.
    pub fn is_up(&self) -> bool {
        matches!(self.state, State::Running | State::Restarting | State::Paused)
    }

    /// As an engine reports it.
    pub fn observed(&self) -> ObservedContainer {
        let label = |name: &str| self.request.labels.get(name).cloned().unwrap_or_default();
        ObservedContainer {
            engine_id: self.engine_id.clone(),
            name: self.name.clone(),
            container: label(labels::CONTAINER),
            replica: label(labels::REPLICA).parse().unwrap_or(1),
            state: self.state,
            image_id: self.image_id.clone(),
            labels: self.request.labels.clone(),
            published: if self.is_up() { self.published.clone() } else { Vec::new() },
            address: (self.state == State::Running).then(|| "10.0.0.2".to_owned()),
            network: Some(self.network.clone()),
        }
    }
}

impl World {
    /// Adds an image, or moves its name to another one.
    pub fn add_image(&mut self, image: &str) {
        let id = self.next_id();
        self.images.insert(image.to_owned(), id);
    }

    /// The container of this name or id.
    pub fn find(&self, container: &str) -> Option<&HeldContainer> {
        self.containers.iter().find(|held| held.name == container || held.engine_id == container)
    }

    /// Changes the state of a container from outside, as a user or a crash does.
    pub fn set_state(&mut self, container: &str, state: State) {
        if let Some(held) = self.find_mut(container) {
            held.state = state;
        }
    }

    /// Names and states of all containers, sorted.
    pub fn states(&self) -> Vec<(String, State)> {
        let mut states: Vec<(String, State)> =
            self.containers.iter().map(|held| (held.name.clone(), held.state)).collect();
        states.sort_by(|one, other| one.0.cmp(&other.0));
        states
    }

    /// Something is asked for.
    pub(super) fn enter(&mut self, action: &Action) {
        self.at_once += usize::from(action.is_change());
        self.most_at_once = self.most_at_once.max(self.at_once);
    }

    /// Something has been answered.
    pub(super) fn leave(&mut self, action: &Action) {
        self.at_once -= usize::from(action.is_change());
    }

    pub(super) fn find_mut(&mut self, container: &str) -> Option<&mut HeldContainer> {
        self.containers.iter_mut().find(|held| held.name == container || held.engine_id == container)
    }

    /// A new id whose first digits tell it apart.
    pub(super) fn next_id(&mut self) -> String {
        self.made += 1;
        format!("{:08x}{:024x}", (self.made * 2_654_435_761) & 0xffff_ffff, self.made)
    }

    /// Does an action, or fails where it shall.
    pub(super) fn apply(
        &mut self,
        action: &Action,
        secrets: &dyn SecretSource,
        deadline: Duration,
        progress: &(dyn Fn(ProgressEvent) + Sync),
    ) -> Result<Outcome, EngineError> {
        let call = self.calls;
        self.calls += 1;
        let dead = || Failure::Unreachable(vec!["memory: gone".to_owned()]);
        let failure = match self.fault {
            Some(Fault::DeadFrom(from)) if call >= from => Some(dead()),
            Some(Fault::LostFrom(from)) if call > from => Some(dead()),
            Some(Fault::Refuses(at)) if call == at => Some(Failure::Engine("refused".to_owned())),
            _ => None,
        };
        if let Some(failure) = failure {
            return Err(failed(words(action), failure));
        }
        self.history.push(words(action));
        let lost = self.fault == Some(Fault::LostFrom(call));
        let done = self.carry_out(action, secrets, deadline, progress, lost);
        if lost { Err(failed(words(action), dead())) } else { done }
    }

    fn carry_out(
        &mut self,
        action: &Action,
        secrets: &dyn SecretSource,
        deadline: Duration,
        progress: &(dyn Fn(ProgressEvent) + Sync),
        half: bool,
    ) -> Result<Outcome, EngineError> {
        let done = match action {
            Action::Keep => Ok(Outcome::Already),
            Action::Pull { image, always } => self.pull(image, *always, progress),
            Action::CreateNetwork(request) => self.create_network(request),
            Action::CreateVolume(request) => self.create_volume(request),
            Action::CreateContainer(request) => self.create_container(request, secrets, half),
            Action::Rename { container, to } => self.rename(container, to),
            Action::PlaceSecrets(placement) => self.place_secrets(placement, secrets),
            Action::Start { container } => self.start(container),
            Action::Stop { container, .. } => Ok(self.stop(container)),
            Action::RemoveContainer { container } => self.remove_container(container),
            Action::AwaitReady { container, .. } => return self.await_ready(container, deadline),
            Action::AwaitExit { container, condition } => self.await_exit(container, *condition),
            Action::AlterPassword(change) => self.alter_password(change, secrets),
            Action::RemoveVolume { name } => self.remove_volume(name),
            Action::RemoveNetwork { engine_id } => self.remove_network(engine_id),
        };
        done.map_err(|failure| failed(words(action), failure))
    }
}

/// What an action does, in words.
fn words(action: &Action) -> String {
    match action {
        Action::Keep => "keep".to_owned(),
        Action::Pull { image, .. } => format!("pull `{image}`"),
        Action::CreateNetwork(request) => format!("create network `{}`", request.name),
        Action::CreateVolume(request) => format!("create volume `{}`", request.name),
        Action::CreateContainer(request) => format!("create container `{}`", request.name),
        Action::Rename { container, to } => format!("rename `{container}` to `{to}`"),
        Action::PlaceSecrets(placement) => format!("place secrets of `{}`", placement.container),
        Action::Start { container } => format!("start `{container}`"),
        Action::Stop { container, .. } => format!("stop `{container}`"),
        Action::RemoveContainer { container } => format!("remove container `{container}`"),
        Action::AwaitReady { container, .. } => format!("await `{container}`"),
        Action::AwaitExit { container, .. } => format!("await the end of `{container}`"),
        Action::AlterPassword(change) => format!("change the password in `{}`", change.container),
        Action::RemoveVolume { name } => format!("remove volume `{name}`"),
        Action::RemoveNetwork { engine_id } => format!("remove network `{engine_id}`"),
    }
}
