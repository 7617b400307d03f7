//! Programs and engines to plan with, for tests.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::{
    Action, Capabilities, Fingerprint, Observed, ObservedContainer, ObservedNetwork, ObservedVolume, Options, Plan,
    Planned, Published, Request, State, labels, reconcile,
};
use crate::expand::{
    Condition, Container, Create, DataPath, Edge, Expose, HostPort, ImageFacts, Mount, MountSource, Port, PortRange,
    Program, Protocol, Readiness, Resources, Role, SecretTwin, Service, Variable, Volume, VolumeScope,
};
use crate::source::{FileId, Span, Spanned};
use crate::value::{Encoding, Text};

/// A place in a file.
pub(crate) fn span() -> Span {
    Span::start_of(FileId(0))
}

fn spanned<T>(value: T) -> Spanned<T> {
    Spanned::new(value, span())
}

/// A hash with a key that everybody knows.
pub(crate) struct Keyed;

impl Fingerprint for Keyed {
    fn digest(&self, content: &str) -> String {
        Sha256::digest(format!("key:{content}")).iter().take(8).fold(String::new(), |mut hash, byte| {
            let _ = write!(hash, "{byte:02x}");
            hash
        })
    }
}

/// A project with a program.
pub(crate) struct Sample {
    pub program: Program,
    pub secrets: BTreeMap<String, String>,
    pub known: BTreeSet<String>,
    pub rerun: BTreeSet<String>,
    pub refreshed: BTreeSet<String>,
    pub paths: BTreeMap<String, Result<String, String>>,
    pub directory: String,
    pub options: Options,
    pub capabilities: Capabilities,
}

impl Sample {
    /// A project with these containers.
    pub fn new(containers: Vec<Container>) -> Self {
        let containers = containers.into_iter().map(|container| (container.id.value.clone(), container));
        let mut program = Program { containers: containers.collect(), ..Program::default() };
        let mounts: Vec<Mount> = program.containers.values().flat_map(|container| container.mounts.clone()).collect();
        for mount in mounts {
            if let MountSource::Volume { id } = &mount.source {
                program.volumes.entry(id.clone()).or_insert_with(|| volume(id));
            }
        }
        Self {
            program,
            secrets: BTreeMap::new(),
            known: BTreeSet::new(),
            rerun: BTreeSet::new(),
            refreshed: BTreeSet::new(),
            paths: BTreeMap::new(),
            directory: "/home/ada/shop".to_owned(),
            options: Options { secret_files: true, ..Options::default() },
            capabilities: Capabilities {
                name: "memory".to_owned(),
                local: true,
                reaches_containers: true,
                host_mounts: true,
                containers: true,
                read_only_mounts: true,
                core_limits: true,
            },
        }
    }

    /// The same with a wait.
    pub fn after(mut self, container: &str, waits_for: &str, condition: Condition) -> Self {
        let (container, waits_for) = (container.to_owned(), waits_for.to_owned());
        self.program.after.push(Edge { container, waits_for, condition, span: span() });
        self
    }

    /// The same with a secret that is set.
    pub fn secret(mut self, name: &str, content: &str) -> Self {
        self.secrets.insert(name.to_owned(), content.to_owned());
        self
    }

    /// The container of this id.
    pub fn container(&mut self, id: &str) -> &mut Container {
        self.program.containers.get_mut(id).unwrap()
    }

    fn reserved(&self) -> BTreeSet<String> {
        let reserved = self.secrets.iter().filter(|(_, content)| Encoding::Url.changes(content));
        reserved.map(|(name, _)| name.clone()).collect()
    }

    pub fn request(&self) -> Request<'_> {
        Request {
            program: &self.program,
            project: "pt-shop".to_owned(),
            job: "stack".to_owned(),
            home: Some("/home/ada".to_owned()),
            needs: BTreeMap::new(),
            scripts: BTreeMap::new(),
            directory: self.directory.clone(),
            former: BTreeSet::new(),
            repository: self.directory.clone(),
            file: format!("{}/polytope.yml", self.directory),
            invoking_user: Some("1000:1000".to_owned()),
            digests: self.secrets.iter().map(|(name, content)| (name.clone(), Keyed.digest(content))).collect(),
            reserved: self.reserved(),
            fingerprint: &Keyed,
            known: self.known.clone(),
            rerun: self.rerun.clone(),
            settled: BTreeSet::new(),
            refreshed: self.refreshed.clone(),
            paths: self.paths.clone(),
            lacking: BTreeSet::new(),
            unservable: BTreeMap::new(),
            names_are_ports: !self.capabilities.containers,
            options: self.options,
        }
    }

    pub fn plan(&self, observed: &Observed) -> Planned {
        reconcile(&self.request(), observed, &self.capabilities)
    }

    /// An engine that has all images of the program and nothing else.
    pub fn empty_engine(&self) -> Observed {
        let images = self.request().images().into_iter().map(|image| (image.clone(), image_id(&image))).collect();
        Observed { images, ..Observed::default() }
    }

    /// An engine in which everything of the program runs; jobs have ended well.
    pub fn running_engine(&self) -> Observed {
        after(&self.plan(&self.empty_engine()).plan, self.empty_engine(), &self.program)
    }
}

/// What an engine holds once a plan that only makes things is done.
fn after(plan: &Plan, mut observed: Observed, program: &Program) -> Observed {
    for (index, node) in plan.nodes.iter().enumerate() {
        match &node.action {
            Action::CreateNetwork(request) => observed.networks.push(ObservedNetwork {
                engine_id: "net1".to_owned(),
                name: request.name.clone(),
                labels: request.labels.clone(),
            }),
            Action::CreateVolume(request) => {
                observed.volumes.push(ObservedVolume { name: request.name.clone(), labels: request.labels.clone() });
            }
            Action::CreateContainer(request) => {
                let container = request.labels[labels::CONTAINER].clone();
                let job = program.containers.get(&container).is_some_and(|container| container.role == Role::Job);
                let published = |(container, udp, binding): &(u16, bool, Option<super::Binding>)| {
                    let binding = binding.as_ref()?;
                    let host = if binding.port == 0 { 32_768 } else { binding.port };
                    Some(Published { address: binding.address.clone(), host, container: *container, udp: *udp })
                };
                observed.containers.push(ObservedContainer {
                    engine_id: format!("{index:08x}ffff"),
                    name: request.name.clone(),
                    container,
                    replica: request.labels[labels::REPLICA].parse().unwrap(),
                    state: if job { State::Exited(0) } else { State::Running },
                    image_id: image_id(&request.image),
                    labels: request.labels.clone(),
                    published: request.ports.iter().filter_map(published).collect(),
                    address: Some("172.20.0.2".to_owned()),
                    network: Some("net1".to_owned()),
                });
            }
            _ => {}
        }
    }
    observed
}

/// The id that an image has at first.
pub(crate) fn image_id(image: &str) -> String {
    format!("sha256:{image}")
}

/// A service that is ready when it runs.
pub(crate) fn service(id: &str) -> Container {
    Container {
        id: spanned(id.to_owned()),
        blueprint: "polytope/container".to_owned(),
        image: spanned("busybox:1.36".to_owned()),
        facts: ImageFacts::default(),
        process: None,
        command: None,
        entrypoint: None,
        environment: Vec::new(),
        mounts: Vec::new(),
        services: Vec::new(),
        restart: None,
        user: None,
        workdir: None,
        tty: false,
        stdin: false,
        replicas: 1,
        update_image: false,
        create: Create::Always,
        resources: Resources::default(),
        unconfined: false,
        role: Role::Service,
        awaits: true,
        holes: Vec::new(),
        unserved: Vec::new(),
        word_spans: Vec::new(),
        readiness: Readiness::Running,
        stop_signal: None,
        stop_seconds: 10,
        origin: span(),
        call: span(),
    }
}

/// A job that runs these words.
pub(crate) fn job(id: &str, command: &str) -> Container {
    let command = command.split(' ').map(Text::from).collect();
    Container { command: Some(command), role: Role::Job, readiness: Readiness::Exit, ..service(id) }
}

/// A database that keeps its data in the volume `pgdata` and has its password from the secret `postgres-password`.
pub(crate) fn postgres(id: &str) -> Container {
    let facts = ImageFacts {
        family: "postgres".to_owned(),
        major: Some(16),
        data_paths: vec![DataPath {
            mount: "/var/lib/postgresql/data".to_owned(),
            variable: Some("PGDATA".to_owned()),
            cache: false,
        }],
        secrets: ["POSTGRES_PASSWORD", "POSTGRES_USER", "POSTGRES_DB"]
            .map(|name| SecretTwin { variable: name.to_owned(), file: Some(format!("{name}_FILE")) })
            .to_vec(),
        first_start: ["POSTGRES_PASSWORD", "POSTGRES_USER", "POSTGRES_DB", "POSTGRES_HOST_AUTH_METHOD"]
            .map(str::to_owned)
            .to_vec(),
        ports: vec![5432],
        init_scripts: Some("/docker-entrypoint-initdb.d".to_owned()),
        owner: Some(999),
    };
    let mut container = Container {
        image: spanned("postgres:16.2".to_owned()),
        facts,
        readiness: Readiness::Postgres { port: 5432 },
        mounts: vec![volume_mount("pgdata", "/var/lib/postgresql/data")],
        ..service(id)
    };
    container.blueprint = "polytope/postgres".to_owned();
    container.environment.push(variable("POSTGRES_PASSWORD", Text::secret("postgres-password")));
    container.environment.push(variable("POSTGRES_DB", Text::from("shop")));
    container.services.push(listening(id, 5432, HostPort::Preferred(5432)));
    container
}

/// The project with nothing but the database.
pub(crate) fn database() -> Sample {
    Sample::new(vec![postgres("db")]).secret("postgres-password", "first")
}

pub(crate) fn variable(name: &str, value: Text) -> Variable {
    Variable { name: spanned(name.to_owned()), value, span: span(), plain: false, written: true, replaces: None }
}

pub(crate) fn volume_mount(id: &str, path: &str) -> Mount {
    mount(path, MountSource::Volume { id: id.to_owned() }, "data-volume")
}

pub(crate) fn mount(path: &str, source: MountSource, argument: &str) -> Mount {
    Mount { path: spanned(path.to_owned()), source, read_only: false, span: span(), argument: argument.to_owned() }
}

pub(crate) fn content(path: &str, data: Text, argument: &str) -> Mount {
    mount(path, MountSource::Content { data, executable: false }, argument)
}

pub(crate) fn host(path: &str, on_host: &str) -> Mount {
    mount(path, MountSource::Host { path: spanned(on_host.to_owned()) }, "mounts")
}

/// A service with one port on the loopback address.
pub(crate) fn listening(id: &str, port: u16, host: HostPort) -> Service {
    let expose = Expose::Host { address: "127.0.0.1".to_owned(), port: host, span: span() };
    let range = spanned(PortRange { first: port, last: port });
    Service { id: spanned(id.to_owned()), ports: vec![Port { range, protocol: Protocol::Tcp, expose, label: None }] }
}

fn volume(id: &str) -> Volume {
    Volume {
        id: spanned(id.to_owned()),
        scope: VolumeScope::Project,
        scope_written: true,
        create: Create::WhenMissing,
        source: None,
        span: span(),
    }
}
