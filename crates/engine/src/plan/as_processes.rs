//! What cannot be where containers are processes of this machine, and what is another way there.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Capabilities, Note, Obstacle, ObstacleKind, Request};
use crate::expand::{Container, Expose, HostPort, MountSource, ProcessForm, User};
use crate::source::Span;

/// What the engine cannot do of what a container asks for.
pub(super) fn check(request: &Request, capabilities: &Capabilities, container: &Container) -> Vec<Obstacle> {
    let mut found = Found { container, obstacles: Vec::new() };
    let form = container.process.as_ref();
    if capabilities.containers {
        if form.is_some_and(|form| form.only) {
            let message = format!("`{}` can only run as a process: there is no image of it", container.id.value);
            found.add(container.call, message, "run it with `--engine process`");
        }
        return found.obstacles;
    }
    let Some(form) = form else {
        let message =
            format!("`{}` cannot run as a process: `{}` does not say how", container.id.value, container.blueprint);
        found.add(container.call, message, "run it with `--engine docker`, or write it with `polytope/process`");
        return found.obstacles;
    };
    if let Some((message, help)) = request.unservable.get(&container.id.value) {
        found.add(container.image.span, message.clone(), help.clone().unwrap_or_default());
    }
    if let Some((_, span)) = container.words().find(|(word, _)| word.has_secret()) {
        let message =
            format!("a secret would stand in the command line of `{}`, which everybody can read", container.id.value);
        found.add(span, message, "give it as a variable of `env`, or in a `string` mount");
    }
    found.programs(request, form);
    found.user(request);
    if container.resources.cpu_limit.is_some() && !capabilities.core_limits {
        let message =
            format!("the cores of `{}` cannot be limited: this account may make no control groups", container.id.value);
        found.add(container.origin, message, "leave `resources.cpu.limit` out, or run it with `--engine docker`");
    }
    let reserved = container.resources.cpu_request.is_some() || container.resources.memory_request.is_some();
    if reserved {
        let message = format!("nothing can be reserved for `{}`: it is a process beside others", container.id.value);
        found.add(container.origin, message, "leave `request` of `resources` out, or run it with `--engine docker`");
    }
    found.obstacles
}

struct Found<'a> {
    container: &'a Container,
    obstacles: Vec<Obstacle>,
}

impl Found<'_> {
    fn add(&mut self, span: Span, message: String, help: impl Into<String>) {
        self.obstacles.push(Obstacle {
            kind: ObstacleKind::Capability,
            subject: self.container.id.value.clone(),
            span: Some(span),
            message,
            help: Some(help.into()),
        });
    }

    /// The program that is called first has to be there before anything starts.
    fn programs(&mut self, request: &Request, form: &ProcessForm) {
        let wanted = wanted(self.container, form);
        if wanted.is_empty() || form.server.is_some() || wanted.iter().any(|program| !request.lacking.contains(program))
        {
            return;
        }
        let message =
            format!("`{}` cannot run: there is no program `{}` in `PATH`", self.container.id.value, wanted[0]);
        let help = match &form.package {
            Some(package) if form.is_program(&wanted[0]) => {
                format!("`apt-get install {package}` brings it; `--engine docker` needs none")
            }
            _ => "install it, or run it with `--engine docker`".to_owned(),
        };
        self.add(self.container.call, message, help);
    }

    /// Only root can run a program as somebody else.
    fn user(&mut self, request: &Request) {
        let Some(user) = &self.container.user else { return };
        let User::Named(name) = &user.value else { return };
        let own = request.invoking_user.as_deref().unwrap_or_default();
        let uid = own.split(':').next().unwrap_or_default();
        if uid != "0" && name != own && name != uid {
            let message = format!("only root can run `{}` as `{name}`", self.container.id.value);
            self.add(user.span, message, "leave `user` out: it runs as you");
        }
    }
}

/// Names of the program that a container begins with: any of them will do. Empty where it is not known before, or where it
/// is a file of a mount.
pub(super) fn wanted(container: &Container, form: &ProcessForm) -> Vec<String> {
    let mut words = container.entrypoint.iter().chain(&container.command).flatten();
    let Some(first) = words.next() else { return form.program.clone() };
    match first.known() {
        Some(word) if word.starts_with('-') || form.program.contains(&word) => form.program.clone(),
        Some(word) if !word.contains('/') => vec![word],
        _ => Vec::new(),
    }
}

/// Fixed ports of the host behind the names of services that a container mentions: it is told them when it starts, and so is
/// another one when they change. Ports that any free one will do for stay as they are.
pub(super) fn reaches(request: &Request, container: &Container) -> Value {
    if !request.names_are_ports {
        return Value::Null;
    }
    let texts: Vec<String> = container.texts().map(ToString::to_string).collect();
    let mut reached = BTreeMap::new();
    for service in request.program.containers.values().flat_map(|other| &other.services) {
        let name = &service.id.value;
        let is_named = |text: &String| text.split(|letter: char| !is_name(letter)).any(|word| word == name);
        if !texts.iter().any(is_named) {
            continue;
        }
        for port in &service.ports {
            if let Expose::Host { port: HostPort::Exact(host), .. } = port.expose {
                reached.insert(format!("{name}:{}", port.range.value.first), json!(host));
            }
        }
    }
    json!(reached)
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.')
}

/// What is another way than in a container, said once for all that is started.
pub(super) fn difference(request: &Request, capabilities: &Capabilities) -> Option<Note> {
    let message = "programs run as processes of this machine, under this account: they see its files and its network, and \
                   only paths of mounts and names of services are turned into the real ones";
    let note = Note { subject: request.project.clone(), span: None, message: message.to_owned() };
    (!capabilities.containers).then_some(note)
}

/// What is another way than in a container.
pub(super) fn notes(capabilities: &Capabilities, container: &Container) -> Vec<Note> {
    let Some(form) = container.process.as_ref().filter(|_| !capabilities.containers) else { return Vec::new() };
    let mut notes = Vec::new();
    let mut add = |span: Span, message: String| {
        notes.push(Note { subject: container.id.value.clone(), span: Some(span), message });
    };
    let reads_itself = form.server.is_some();
    let unguarded = !reads_itself && !capabilities.read_only_mounts;
    for mount in container.mounts.iter().filter(|mount| mount.read_only && unguarded) {
        if !matches!(mount.source, MountSource::Content { .. }) {
            add(
                mount.span,
                format!("`{}` can be written to: this account may make no mounts of its own", mount.path.value),
            );
        }
    }
    let told = reads_itself || form.arguments.iter().any(|it| it.contains("{{ port }}"));
    for port in container.services.iter().flat_map(|service| &service.ports).filter(|_| !told) {
        if let Expose::Host { port: HostPort::Exact(host), span, .. } = &port.expose
            && *host != port.range.value.first
        {
            let number = port.range.value.first;
            add(*span, format!("it has to listen on {host} itself, not on {number}: `PORT_{number}` says so"));
        }
    }
    notes
}
