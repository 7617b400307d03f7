//! A project of its own for each test, and what every test needs to say.

use std::collections::{BTreeMap, HashMap};
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use polytope::engine::docker::DockerEngine;
use polytope::engine::{Engine, EngineError, LogLine, LogRequest, Outcome, ProgressEvent, SecretSource};
use polytope::expand::{Condition, Readiness, Resources};
use polytope::plan::{
    Action, Binding, ContainerRequest, Login, NetworkRequest, Observed, Upload, VolumeRequest, labels,
};
use polytope::value::Text;

/// How long a wait may take here.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// A project on an engine; whatever it holds is removed before and after.
pub struct Rig {
    /// The engine.
    pub engine: DockerEngine,
    /// Name of the project, which is also that of its network.
    pub project: String,
    /// Contents of secrets.
    pub secrets: Secrets,
    /// Words of progress that were heard.
    pub notes: Mutex<Vec<String>>,
}

/// Secrets by name.
#[derive(Default)]
pub struct Secrets(pub HashMap<String, String>);

impl SecretSource for Secrets {
    fn reveal(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

/// The environment of this process, without those variables that would lead a test elsewhere.
pub fn environment() -> BTreeMap<String, String> {
    std::env::vars().filter(|(name, _)| name != "XDG_RUNTIME_DIR").collect()
}

/// Where the real engine listens.
pub fn socket() -> PathBuf {
    let host = std::env::var("DOCKER_HOST").unwrap_or_default();
    PathBuf::from(host.strip_prefix("unix://").unwrap_or("/var/run/docker.sock"))
}

impl Rig {
    /// A clean project called `t-docker-NAME` on the real engine.
    pub async fn new(name: &str) -> Self {
        Self::on(None, name).await
    }

    /// A clean project on the engine that is reached through `host`.
    pub async fn on(host: Option<&str>, name: &str) -> Self {
        let project = format!("t-docker-{name}");
        clean(&project).await;
        Self {
            engine: DockerEngine::connect(host, &environment()).unwrap(),
            project,
            secrets: Secrets::default(),
            notes: Mutex::default(),
        }
    }

    /// Does one action.
    pub async fn apply(&self, action: Action) -> Result<Outcome, EngineError> {
        self.apply_within(action, DEADLINE).await
    }

    /// Does one action that may wait no longer than this.
    pub async fn apply_within(&self, action: Action, deadline: Duration) -> Result<Outcome, EngineError> {
        let hear = |event: ProgressEvent| {
            if let ProgressEvent::Note(words) = event {
                self.notes.lock().unwrap().push(words);
            }
        };
        self.engine.apply(&action, &self.secrets, deadline, &hear).await
    }

    /// What the engine holds of the project.
    pub async fn observe(&self) -> Observed {
        self.engine.observe(&self.project, &[], &[], &[]).await.unwrap()
    }

    /// The labels of a thing of this project.
    pub fn labels(&self) -> BTreeMap<String, String> {
        BTreeMap::from([(labels::PROJECT.to_owned(), self.project.clone())])
    }

    /// Name of a container of this project.
    pub fn name(&self, container: &str) -> String {
        format!("{}-{container}-1", self.project)
    }

    /// A container of busybox that runs this script, without a network.
    pub fn script(&self, container: &str, script: &str) -> ContainerRequest {
        let command = ["sh", "-c", script].map(Text::from).to_vec();
        ContainerRequest { command: Some(command), ..self.request(container, "busybox:latest") }
    }

    /// A container with nothing special.
    pub fn request(&self, container: &str, image: &str) -> ContainerRequest {
        let mut labels = self.labels();
        labels.insert(labels::CONTAINER.to_owned(), container.to_owned());
        labels.insert(labels::REPLICA.to_owned(), "1".to_owned());
        ContainerRequest {
            process: None,
            peers: Vec::new(),
            name: self.name(container),
            hostname: container.to_owned(),
            image: image.to_owned(),
            entrypoint: None,
            command: None,
            environment: Vec::new(),
            secret_files: Vec::new(),
            secret_owner: None,
            binds: Vec::new(),
            volumes: Vec::new(),
            uploads: Vec::new(),
            network: String::new(),
            aliases: vec![container.to_owned()],
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
            labels,
        }
    }

    /// Makes the network of the project.
    pub async fn network(&self) {
        let request = NetworkRequest { name: self.project.clone(), labels: self.labels() };
        self.apply(Action::CreateNetwork(request)).await.unwrap();
    }

    /// Makes a volume of the project.
    pub async fn volume(&self, id: &str) -> String {
        let name = format!("{}_{id}", self.project);
        let request = VolumeRequest { name: name.clone(), labels: self.labels() };
        self.apply(Action::CreateVolume(request)).await.unwrap();
        name
    }

    /// Makes a container; its name.
    pub async fn create(&self, request: ContainerRequest) -> String {
        let name = request.name.clone();
        self.apply(Action::CreateContainer(Box::new(request))).await.unwrap();
        name
    }

    /// Makes and starts a container; its name.
    pub async fn run(&self, request: ContainerRequest) -> String {
        let name = self.create(request).await;
        self.apply(start(&name)).await.unwrap();
        name
    }

    /// Runs a script to its end; its name.
    pub async fn run_to_end(&self, request: ContainerRequest) -> String {
        let name = self.run(request).await;
        self.apply(ended(&name, Condition::Always)).await.unwrap();
        name
    }

    /// All lines of a container's log.
    pub async fn log(&self, container: &str, request: &LogRequest) -> Vec<LogLine> {
        let mut lines = Vec::new();
        let mut keep = |line| {
            lines.push(line);
            true
        };
        self.engine.logs(container, request, &mut keep).await.unwrap();
        lines
    }

    /// The lines of a container's log as text.
    pub async fn text(&self, container: &str) -> Vec<String> {
        let lines = self.log(container, &LogRequest::default()).await;
        lines.into_iter().map(|line| String::from_utf8(line.bytes).unwrap()).collect()
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        let project = self.project.clone();
        let cleaning = std::thread::spawn(move || {
            tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(clean(&project));
        });
        cleaning.join().unwrap();
    }
}

/// Removes everything of a project from the real engine.
async fn clean(project: &str) {
    let engine = DockerEngine::connect(None, &environment()).unwrap();
    let there = engine.observe(project, &[], &[], &[]).await;
    let there = there.unwrap_or_else(|error| panic!("these tests need a Docker engine: {}", told(&error)));
    let containers = there.containers.into_iter().map(|found| Action::RemoveContainer { container: found.engine_id });
    let volumes = there.volumes.into_iter().map(|found| Action::RemoveVolume { name: found.name });
    let networks = there.networks.into_iter().map(|found| Action::RemoveNetwork { engine_id: found.engine_id });
    for action in containers.chain(volumes).chain(networks) {
        engine.apply(&action, &Secrets::default(), DEADLINE, &|_| ()).await.unwrap();
    }
}

/// Starts a container.
pub fn start(container: &str) -> Action {
    Action::Start { container: container.to_owned() }
}

/// Waits for a container to end.
pub fn ended(container: &str, condition: Condition) -> Action {
    Action::AwaitExit { container: container.to_owned(), condition }
}

/// Waits for a container to be ready.
pub fn ready(container: &str, readiness: Readiness) -> Action {
    Action::AwaitReady { container: container.to_owned(), readiness, seen: None, login: None }
}

/// Waits for a database that accepts this login.
pub fn accepts(container: &str, user: &str, password: &str) -> Action {
    let login = Login { user: user.into(), database: user.into(), password: Text::secret(password) };
    Action::AwaitReady {
        container: container.to_owned(),
        readiness: Readiness::Postgres { port: 5432 },
        seen: None,
        login: Some(login),
    }
}

/// A file for a container.
pub fn upload(path: &str, content: impl Into<Text>, mode: u32) -> Upload {
    Upload { path: path.to_owned(), content: content.into(), mode }
}

/// A port of a container on loopback.
pub fn on_loopback(container: u16, host: u16) -> (u16, bool, Option<Binding>) {
    (container, false, Some(Binding { address: "127.0.0.1".to_owned(), port: host }))
}

/// The whole error as a user sees it.
pub fn told(error: &EngineError) -> String {
    format!("{error} | {} | {}", error.help.clone().unwrap_or_default(), error.log.join("\n"))
}

/// One request to the real engine, past all of our code; status and body.
pub fn raw(method: &str, target: &str, body: &str) -> (u16, String) {
    let mut stream = UnixStream::connect(socket()).unwrap();
    let head = format!(
        "{method} {target} HTTP/1.0\r\nHost: engine\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

/// What the engine knows of a container.
pub fn inspect(container: &str) -> serde_json::Value {
    let (status, body) = raw("GET", &format!("/containers/{container}/json"), "");
    assert_eq!(status, 200, "{body}");
    serde_json::from_str(&body).unwrap()
}
