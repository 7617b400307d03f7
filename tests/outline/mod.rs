//! Programs as people can read them in a snapshot: secrets by name, unset values as `<value:name>`.

use std::fmt::Write as _;

use polytope::expand::{
    Container, Edge, Expose, HostPort, Mount, MountSource, Port, Program, Readiness, Resources, RestartPolicy, Role,
    Service, Task, TaskKind, User, Volume,
};
use polytope::value::Text;

/// Everything of a program that an engine would look at, a line for each thing, absent things left out.
pub fn outline(program: &Program) -> String {
    let mut text: String = program.containers.values().map(container).collect();
    text.extend(program.tasks.values().map(task));
    text.extend(program.volumes.values().map(volume));
    text.extend(program.after.iter().map(edge));
    text
}

fn task(task: &Task) -> String {
    match &task.kind {
        TaskKind::Code(code) => format!("task {}: {:?}\n", task.id, code.language),
        TaskKind::Builtin { name, .. } => format!("task {}: {name}\n", task.id),
    }
}

fn container(container: &Container) -> String {
    let mut text = String::new();
    let role = match container.role {
        Role::Service => "service",
        Role::Job => "job",
    };
    let ready = match container.readiness {
        Readiness::Running => "running".to_owned(),
        Readiness::Port(port) => format!("port {port}"),
        Readiness::Postgres { port } => format!("postgres on {port}"),
        Readiness::Exit => "exit".to_owned(),
    };
    let _ = writeln!(text, "{}: {role}, ready by {ready}", container.id.value);
    let mut line = |name: &str, value: String| {
        let _ = writeln!(text, "  {name:10} {value}");
    };
    line("image", container.image.value.clone());
    for (name, command) in [("entrypoint", &container.entrypoint), ("command", &container.command)] {
        if let Some(command) = command {
            line(name, words(command));
        }
    }
    for variable in &container.environment {
        let written = if variable.written { "" } else { " (added)" };
        line("env", format!("{}={}{written}", variable.name.value, variable.value));
    }
    container.mounts.iter().for_each(|each| line("mount", mount(each)));
    container.services.iter().for_each(|each| line("service", service(each)));
    if let Some(restart) = container.restart {
        let most = restart.max_restarts.map(|most| format!(", at most {most} times")).unwrap_or_default();
        let policy = match restart.policy {
            RestartPolicy::Never => "never",
            RestartPolicy::Always => "always",
            RestartPolicy::OnFailure => "on-failure",
        };
        line("restart", format!("{policy}{most}"));
    }
    for (name, value) in settings(container) {
        line(name, value);
    }
    text
}

/// What is not as it is without a word about it.
fn settings(container: &Container) -> Vec<(&'static str, String)> {
    let mut settings = Vec::new();
    if let Some(user) = &container.user {
        let user = match &user.value {
            User::Named(name) => name.clone(),
            User::Invoking => "who runs pt".to_owned(),
        };
        settings.push(("user", user));
    }
    settings.extend(container.workdir.clone().map(|path| ("workdir", path)));
    let create = format!("{:?}", container.create);
    let resources = format!("{:?}", container.resources);
    for (name, differs, value) in [
        ("tty", !container.tty, "no".to_owned()),
        ("stdin", !container.stdin, "no".to_owned()),
        ("replicas", container.replicas != 1, container.replicas.to_string()),
        ("pull", container.update_image, "always".to_owned()),
        ("create", create != "Always", create),
        ("limits", container.resources != Resources::default(), resources),
        ("unconfined", container.unconfined, "yes".to_owned()),
        ("stop", container.stop_seconds != 10, format!("within {} s", container.stop_seconds)),
    ] {
        if differs {
            settings.push((name, value));
        }
    }
    settings
}

/// Words as a list, so that each one is seen.
fn words(command: &[Text]) -> String {
    let words: Vec<String> = command.iter().map(|word| format!("{:?}", word.to_string())).collect();
    format!("[{}]", words.join(", "))
}

fn mount(mount: &Mount) -> String {
    let read_only = if mount.read_only { ", read-only" } else { "" };
    format!("{} from {} ({}{read_only})", mount.path.value, source(&mount.source), mount.argument)
}

fn source(source: &MountSource) -> String {
    match source {
        MountSource::Host { path } => format!("host {}", path.value),
        MountSource::Repo { path } => format!("repo {}", path.value),
        MountSource::Content { data, executable: false } => format!("text {:?}", data.to_string()),
        MountSource::Content { data, executable: true } => format!("program {:?}", data.to_string()),
        MountSource::Volume { id } => format!("volume {id}"),
    }
}

fn service(service: &Service) -> String {
    let ports: Vec<String> = service.ports.iter().map(port).collect();
    format!("{} [{}]", service.id.value, ports.join(", "))
}

fn port(port: &Port) -> String {
    let range = port.range.value;
    let number = if range.first == range.last { range.first.to_string() } else { format!("{range:?}") };
    let label = port.label.as_deref().map(|label| format!(" {label}")).unwrap_or_default();
    let expose = match &port.expose {
        Expose::Internal => "internal".to_owned(),
        Expose::Host { address, port: HostPort::Exact(port), .. } => format!("{address}:{port}"),
        Expose::Host { address, port: HostPort::Preferred(port), .. } => format!("{address}:{port} or any"),
    };
    format!("{} {number}{label} at {expose}", format!("{:?}", port.protocol).to_lowercase())
}

fn volume(volume: &Volume) -> String {
    let filled = volume.source.as_ref().map(|from| format!(", filled from {}", source(from))).unwrap_or_default();
    format!("volume {}: {:?}, create {:?}{filled}\n", volume.id.value, volume.scope, volume.create)
}

fn edge(edge: &Edge) -> String {
    format!("{} waits for {} ({:?})\n", edge.container, edge.waits_for, edge.condition)
}
