//! `polytope/container`: bound arguments to a container of the program. Everything that is run comes through here.

use super::bind::Bound;
use super::command::command;
use super::environment::environment;
use super::expander::Surroundings;
use super::holes::{holes_of_env, mounts_have_hole};
use super::image::{DataPath, ImageFacts, SecretTwin};
use super::impossible::report_impossible;
use super::known::known;
use super::mount::MountReader;
use super::process_form::ProcessForm;
use super::program::{
    Container, Create, PortRange, Protocol, Readiness, Restart, RestartPolicy, Role, Service, User, Volume,
};
use super::resources::resources;
use super::service::services;
use super::unserved::unserved;
use crate::blueprint::{Blueprint, ImageManifest, StatePath, facts_of};
use crate::diagnostic::Diagnostics;
use crate::source::{Span, Spanned};
use crate::value::{Data, Value};

/// Seconds that a program has to stop unless its image needs more.
const USUAL_STOP_SECONDS: u32 = 10;

/// What a container is made from.
pub(super) struct Made<'a> {
    /// Arguments of `polytope/container`.
    pub(super) bound: &'a Bound,
    /// Arguments of the blueprint that the user called.
    pub(super) arguments: &'a Bound,
    /// That blueprint.
    pub(super) blueprint: &'a Blueprint,
    /// The name if no argument gives one.
    pub(super) id: &'a Spanned<String>,
    /// The module or step.
    pub(super) origin: Span,
    /// The name of the blueprint in the call.
    pub(super) call: Span,
}

/// A container and the volumes that it mentions.
pub(super) struct Parts {
    pub(super) container: Container,
    pub(super) volumes: Vec<Volume>,
}

impl Made<'_> {
    fn get(&self, name: &str) -> Option<&Value> {
        self.bound.iter().find(|(param, _)| param == name).map(|(_, value)| value).filter(|value| !value.is_null())
    }

    /// The characters of an argument, if they are known.
    fn known(&self, name: &str, diagnostics: &mut Diagnostics) -> Option<Spanned<String>> {
        let value = self.get(name)?;
        known(value, &format!("`{name}`"), diagnostics).map(|text| Spanned::new(text, value.span))
    }

    fn flag(&self, name: &str, default: bool) -> bool {
        match self.get(name).map(|value| &value.data) {
            Some(Data::Bool(flag)) => *flag,
            _ => default,
        }
    }

    /// The container; its image is empty where it is not known.
    pub(super) fn container(&self, surroundings: Surroundings<'_>, diagnostics: &mut Diagnostics) -> Parts {
        let catalogue = surroundings.catalogue;
        let id = self.known("id", diagnostics).unwrap_or_else(|| self.id.clone());
        let image = self.known("image", diagnostics).unwrap_or_else(|| {
            let span = self.get("image").map_or(self.call, |value| value.span);
            Spanned::new(String::new(), span)
        });
        let knowing = catalogue.knowing(&image, self.blueprint);
        let manifest = knowing.and_then(|known| known.image.as_ref());
        let facts = knowing.map(|known| image_facts(&image, known)).unwrap_or_default();
        let mut volumes = Vec::new();
        let mounts = self.mounts(surroundings, &mut volumes, diagnostics);
        let services = self.get("services").map(|value| services(value, diagnostics)).unwrap_or_default();
        let restart = self.get("restart").and_then(|value| restart(value, diagnostics));
        let role = self.role(restart, &facts);
        let readiness = self.readiness(role, &services, manifest, diagnostics);
        let mut word_spans = Vec::new();
        let mut words = |name: &str| {
            let words = command(self.get(name)?, name, diagnostics)?;
            word_spans.extend(words.iter().map(|(_, span)| *span));
            Some(words.into_iter().map(|(word, _)| word).collect())
        };
        let entrypoint = words("entrypoint");
        let command = words("cmd");
        let container = Container {
            blueprint: self.blueprint.id.clone(),
            process: self.process(&image, knowing),
            command,
            entrypoint,
            environment: self.get("env").map(|value| environment(value, self.call, diagnostics)).unwrap_or_default(),
            mounts,
            services,
            restart,
            user: self.known("user", diagnostics).map(|user| {
                let invoking = matches!(user.value.as_str(), "#pt-host" | "pt.host");
                Spanned::new(if invoking { User::Invoking } else { User::Named(user.value) }, user.span)
            }),
            workdir: self.known("workdir", diagnostics).map(|path| path.value),
            tty: self.flag("tty", true),
            stdin: !self.flag("no-stdin", false),
            replicas: self.replicas(diagnostics),
            update_image: self.flag("update-image", false),
            create: self.get("create").map_or(Create::Always, |value| create(value, diagnostics)),
            resources: self.get("resources").map(|value| resources(value, diagnostics)).unwrap_or_default(),
            unconfined: self.flag("unconfined", false),
            role,
            awaits: self.awaits(),
            readiness,
            stop_signal: None,
            stop_seconds: manifest
                .and_then(|manifest| manifest.stop_seconds)
                .filter(|_| role == Role::Service)
                .unwrap_or(USUAL_STOP_SECONDS),
            origin: self.origin,
            call: self.call,
            word_spans,
            holes: self.holes(),
            unserved: unserved(self.bound, restart),
            id,
            image,
            facts,
        };
        report_impossible(&container, &volumes, diagnostics);
        Parts { container, volumes }
    }

    fn mounts(
        &self,
        surroundings: Surroundings<'_>,
        volumes: &mut Vec<Volume>,
        diagnostics: &mut Diagnostics,
    ) -> Vec<super::program::Mount> {
        let Some(Data::List(items)) = self.get("mounts").map(|value| &value.data) else { return Vec::new() };
        let mut reader = MountReader { surroundings, arguments: self.arguments, call: self.call, volumes, diagnostics };
        items.iter().filter_map(|item| reader.mount(item)).collect()
    }

    /// How it runs as a process: as its blueprint says, else as that of its image does.
    fn process(&self, image: &Spanned<String>, knowing: Option<&Blueprint>) -> Option<ProcessForm> {
        let manifest = self.blueprint.process.as_ref().or_else(|| knowing?.process.as_ref())?;
        let mut form = ProcessForm::from(manifest);
        // An image that the blueprint chose by itself says nothing about what this machine should have.
        let written = image.span != self.call;
        let name = image.value.split('@').next().and_then(|name| name.rsplit('/').next()).unwrap_or_default();
        form.version = name.split_once(':').map(|(_, tag)| tag.to_owned()).filter(|_| written);
        Some(form)
    }

    /// What the call says, else what its services and its image do.
    fn readiness(
        &self,
        role: Role,
        services: &[Service],
        manifest: Option<&ImageManifest>,
        diagnostics: &mut Diagnostics,
    ) -> Readiness {
        let said = self.get("ready").filter(|_| role == Role::Service);
        match said.and_then(|said| known(said, "`ready`", diagnostics)).as_deref() {
            Some("running") => Readiness::Running,
            _ => readiness(role, services, manifest),
        }
    }

    /// What is not known is not held against anyone.
    fn awaits(&self) -> bool {
        self.get("await").is_none_or(|value| !value.is_unknown()) && self.flag("await", true)
    }

    fn holes(&self) -> Vec<String> {
        let mut holes = self.get("env").map(holes_of_env).unwrap_or_default();
        if self.get("mounts").is_some_and(mounts_have_hole) {
            holes.push("mounts".to_owned());
        }
        holes
    }

    /// What has a service or is always restarted serves; everything else is expected to end.
    fn role(&self, restart: Option<Restart>, facts: &ImageFacts) -> Role {
        let always = restart.is_some_and(|restart| restart.policy == RestartPolicy::Always);
        let listens = !facts.ports.is_empty() && self.get("cmd").is_none() && self.get("entrypoint").is_none();
        let named = self.get("services").is_some_and(|services| match &services.data {
            Data::List(items) => items.iter().any(|item| !item.is_null()),
            // A hole may be a service as well as none, and a server is what most things with services are.
            data => *data == Data::Unknown,
        });
        let serves = named || always || listens || !self.flag("await", true);
        if serves { Role::Service } else { Role::Job }
    }

    fn replicas(&self, diagnostics: &mut Diagnostics) -> u32 {
        const MOST: i64 = 100;
        match self.get("scaling").map(|value| (&value.data, value.span)) {
            Some((Data::Int(count), span)) if !(0..=MOST).contains(count) => {
                diagnostics
                    .report(&crate::value::INVALID_LITERAL, span, format!("`scaling` cannot be {count}"))
                    .label("expected a number from 0 to 100");
                1
            }
            Some((Data::Int(count), _)) => u32::try_from(*count).unwrap_or(1),
            _ => 1,
        }
    }
}

fn restart(value: &Value, diagnostics: &mut Diagnostics) -> Option<Restart> {
    let policy = match known(value.get("policy")?, "`policy`", diagnostics)?.as_str() {
        "always" => RestartPolicy::Always,
        "on-failure" => RestartPolicy::OnFailure,
        _ => RestartPolicy::Never,
    };
    let max_restarts = match value.get("max-restarts").map(|most| &most.data) {
        Some(Data::Int(most)) => u32::try_from(*most).ok(),
        _ => None,
    };
    Some(Restart { policy, max_restarts })
}

pub(super) fn create(value: &Value, diagnostics: &mut Diagnostics) -> Create {
    match known(value, "`create`", diagnostics).as_deref() {
        Some("when-missing") => Create::WhenMissing,
        Some("never") => Create::Never,
        _ => Create::Always,
    }
}

/// What is known of an image.
fn image_facts(image: &str, known: &Blueprint) -> ImageFacts {
    let Some(manifest) = &known.image else { return ImageFacts::default() };
    let (_, major) = facts_of(image);
    let path = |state: &StatePath| DataPath {
        mount: state.path.clone(),
        variable: state.variable.clone(),
        cache: state.cache,
    };
    let twin =
        |(variable, file): &(String, Option<String>)| SecretTwin { variable: variable.clone(), file: file.clone() };
    ImageFacts {
        family: known.family().to_owned(),
        major,
        data_paths: manifest.state_of(major).map(path).collect(),
        secrets: manifest.secrets.iter().map(twin).collect(),
        first_start: manifest.first_start.clone(),
        ports: manifest.ports.clone(),
        init_scripts: manifest.init_scripts.clone(),
        owner: manifest.owner,
    }
}

fn readiness(role: Role, services: &[Service], manifest: Option<&ImageManifest>) -> Readiness {
    if role == Role::Job {
        return Readiness::Exit;
    }
    let ports = services.iter().flat_map(|service| &service.ports).filter(|port| port.protocol != Protocol::Udp);
    let tcp: Vec<PortRange> = ports.map(|port| port.range.value).collect();
    // A server that does not offer its image's usual port was told to listen elsewhere.
    let moved = |usual: u16| match tcp.first() {
        Some(first) if tcp.iter().all(|range| usual < range.first || usual > range.last) => first.first,
        _ => usual,
    };
    if let Some(port) = manifest.and_then(|manifest| manifest.postgres_ready) {
        return Readiness::Postgres { port: moved(port) };
    }
    let usual = manifest.and_then(|manifest| manifest.port_ready).map(moved);
    usual.or_else(|| tcp.first().map(|range| range.first)).map_or(Readiness::Running, Readiness::Port)
}
