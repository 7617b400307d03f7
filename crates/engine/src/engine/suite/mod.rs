//! The contract as checks: every engine passes all of them.
//!
//! In: an engine, and how certain programs are called on it. Out: each check by name, with what was wrong.
//! The checks make and remove things of one project only, and leave nothing behind.

mod containers;
mod ground;
mod secrets;

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Engine, EngineError, Outcome, SecretSource};
use crate::expand::{Readiness, Resources};
use crate::plan::{Action, Binding, ContainerRequest, NetworkRequest, Observed, ObservedContainer, State, labels};

/// What the checks need to know of an engine and an image.
#[derive(Debug, Clone)]
pub struct Stage {
    /// Name of a project that nobody else uses.
    pub project: String,
    /// An image that is there.
    pub image: String,
    /// A command that listens on [`Stage::port`] until it is stopped.
    pub serves: Vec<String>,
    /// The port.
    pub port: u16,
    /// A command that runs until it is stopped and listens nowhere.
    pub idles: Vec<String>,
    /// A command that ends with 0.
    pub ends_well: Vec<String>,
    /// A command that prints `last words` and ends with 3.
    pub ends_badly: Vec<String>,
    /// A command that ends with 0 only if `/suite/file` holds `content`.
    pub reads_file: Vec<String>,
    /// A command that ends with 0 only if `/run/secrets/KEY` holds `s3cret`; `None` where secrets cannot be files.
    pub reads_secret: Option<Vec<String>>,
}

/// One check and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What has to be so.
    pub name: &'static str,
    /// What is wrong, if anything.
    pub result: Result<(), String>,
}

/// Runs all checks, one after another.
pub async fn check<E: Engine>(engine: &E, stage: &Stage) -> Vec<Checked> {
    let suite = Suite { engine, stage };
    let mut checked = Vec::new();
    macro_rules! run {
        ($($check:ident),+ $(,)?) => {
            $(
                suite.sweep().await;
                let result = suite.$check().await;
                checked.push(Checked { name: stringify!($check), result });
            )+
        };
    }
    run!(
        a_network_is_made_once,
        a_volume_is_made_once,
        things_of_other_projects_are_not_seen,
        a_container_is_seen_as_it_was_made,
        a_container_starts_once,
        a_container_stops_once_and_within_its_time,
        a_container_is_removed_once,
        a_renamed_container_keeps_everything_else,
        a_taken_name_is_refused,
        the_end_of_a_job_is_judged,
        a_server_is_ready_when_its_port_answers,
        a_server_that_ends_is_not_waited_for,
        a_server_that_never_answers_is_given_up_in_time,
        a_taken_port_is_named,
        what_is_not_there_is_said,
        files_are_there_when_a_container_starts,
        a_container_starts_again_with_its_files,
        secrets_arrive_and_leave_no_trace,
        a_missing_secret_is_named,
        the_log_has_whole_lines,
        a_command_in_a_container_gives_its_code,
    );
    suite.sweep().await;
    checked
}

/// A check's word on what is wrong.
type Check = Result<(), String>;

/// The secrets of the checks.
struct Secrets;

impl SecretSource for Secrets {
    fn reveal(&self, name: &str) -> Option<&str> {
        (name == "key").then_some("s3cret")
    }
}

struct Suite<'a, E> {
    engine: &'a E,
    stage: &'a Stage,
}

impl<E: Engine> Suite<'_, E> {
    /// Removes everything of the project.
    async fn sweep(&self) {
        let Ok(observed) = self.observe().await else { return };
        for seen in &observed.containers {
            let container = seen.engine_id.clone();
            let _ = self.apply(&Action::Stop { container: container.clone(), seconds: 0 }).await;
            let _ = self.apply(&Action::RemoveContainer { container }).await;
        }
        for network in observed.networks {
            let _ = self.apply(&Action::RemoveNetwork { engine_id: network.engine_id }).await;
        }
        for volume in observed.volumes {
            let _ = self.apply(&Action::RemoveVolume { name: volume.name }).await;
        }
    }

    async fn apply(&self, action: &Action) -> Result<Outcome, EngineError> {
        self.engine.apply(action, &Secrets, Duration::from_secs(30), &|_| {}).await
    }

    /// Does an action that has to work.
    async fn done(&self, action: Action) -> Result<Outcome, String> {
        self.apply(&action).await.map_err(|error| format!("{error}"))
    }

    async fn observe(&self) -> Result<Observed, String> {
        let images = [self.stage.image.clone()];
        self.engine.observe(&self.stage.project, &images, &[], &[]).await.map_err(|error| error.to_string())
    }

    /// The only container of this id.
    async fn seen(&self, id: &str) -> Result<ObservedContainer, String> {
        let observed = self.observe().await?;
        let mut of_id: Vec<ObservedContainer> =
            observed.containers.into_iter().filter(|seen| seen.container == id).collect();
        if of_id.len() == 1 { Ok(of_id.remove(0)) } else { Err(format!("{} containers of id `{id}`", of_id.len())) }
    }

    async fn expect_state(&self, id: &str, wanted: fn(State) -> bool, words: &str) -> Check {
        let state = self.seen(id).await?.state;
        ensure(wanted(state), || format!("`{id}` should be {words}, it is {state:?}"))
    }

    fn labels(&self, own: &[(&str, &str)]) -> BTreeMap<String, String> {
        let project = [(labels::PROJECT, self.stage.project.as_str())];
        project.iter().chain(own).map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    fn network(&self) -> Action {
        let labels = self.labels(&[(labels::KIND, "network")]);
        Action::CreateNetwork(NetworkRequest { name: self.stage.project.clone(), labels })
    }

    /// A container that runs a command, in the project's network.
    fn request(&self, id: &str, command: &[String]) -> ContainerRequest {
        ContainerRequest {
            name: self.name(id),
            hostname: id.to_owned(),
            image: self.stage.image.clone(),
            process: None,
            peers: Vec::new(),
            entrypoint: None,
            command: Some(command.iter().map(|word| word.as_str().into()).collect()),
            environment: Vec::new(),
            secret_files: Vec::new(),
            secret_owner: None,
            binds: Vec::new(),
            volumes: Vec::new(),
            uploads: Vec::new(),
            network: self.stage.project.clone(),
            aliases: vec![id.to_owned()],
            ports: Vec::new(),
            restart: None,
            user: None,
            workdir: None,
            tty: false,
            stdin: false,
            resources: Resources::default(),
            unconfined: false,
            stop_signal: None,
            stop_seconds: 1,
            labels: self.labels(&[(labels::KIND, "container"), (labels::CONTAINER, id), (labels::REPLICA, "1")]),
        }
    }

    fn name(&self, id: &str) -> String {
        format!("{}-{id}-1", self.stage.project)
    }

    /// Makes a container and the network that it needs.
    async fn make(&self, request: ContainerRequest) -> Check {
        self.done(self.network()).await?;
        self.done(Action::CreateContainer(Box::new(request))).await.map(drop)
    }

    /// Makes and starts a container.
    async fn launch(&self, request: ContainerRequest) -> Check {
        let container = request.name.clone();
        self.make(request).await?;
        self.done(Action::Start { container }).await.map(drop)
    }

    /// Waits until something answers on the stage's port.
    async fn ready(&self, id: &str, deadline: Duration) -> Result<Outcome, EngineError> {
        let readiness = Readiness::Port(self.stage.port);
        let action = Action::AwaitReady { container: self.name(id), readiness, seen: None, login: None };
        self.engine.apply(&action, &Secrets, deadline, &|_| {}).await
    }

    /// The stage's port on a port of the host; 0 for any.
    fn published(&self, host: u16) -> Vec<(u16, bool, Option<Binding>)> {
        let binding = Binding { address: "127.0.0.1".to_owned(), port: host };
        vec![(self.stage.port, false, Some(binding))]
    }
}

/// An error unless it is so.
fn ensure(so: bool, otherwise: impl FnOnce() -> String) -> Check {
    if so { Ok(()) } else { Err(otherwise()) }
}
