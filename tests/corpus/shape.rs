//! What a program comes down to, as a reader can compare it with the file: names, images, ports, mounts, order; no contents.

use std::fmt::Write as _;

use polytope::expand::{Container, Expose, MountSource, Program, Role, TaskKind};

/// Everything of a program except what its variables, commands and files hold.
pub fn shape(program: &Program) -> String {
    let mut text: String = program.containers.values().map(container).collect();
    for task in program.tasks.values() {
        let what = match &task.kind {
            TaskKind::Code(code) => code.language.name(),
            TaskKind::Builtin { name, .. } => name,
        };
        let _ = writeln!(text, "task {}: {what}", task.id);
    }
    for edge in &program.after {
        let _ = writeln!(text, "{} after {}", edge.container, edge.waits_for);
    }
    text
}

fn container(container: &Container) -> String {
    let role = if container.role == Role::Service { "service" } else { "job" };
    let mut text = format!("{} ({role}, {})\n", container.id.value, container.blueprint);
    let _ = writeln!(text, "  image {}", container.image.value);
    if let Some(command) = &container.command {
        let _ = writeln!(text, "  command of {} words", command.len());
    }
    if !container.environment.is_empty() {
        let names = container.environment.iter().map(|variable| {
            if variable.value.has_secret() { format!("{}*", variable.name.value) } else { variable.name.value.clone() }
        });
        let _ = writeln!(text, "  env {}", names.collect::<Vec<_>>().join(" "));
    }
    for mount in &container.mounts {
        let source = match &mount.source {
            MountSource::Host { path } => format!("host {}", path.value),
            MountSource::Repo { path } => format!("repo {}", path.value),
            MountSource::Content { .. } => "text".to_owned(),
            MountSource::Volume { id } => format!("volume {id}"),
        };
        let _ = writeln!(text, "  {} from {source}", mount.path.value);
    }
    for service in &container.services {
        let ports = service.ports.iter().map(|port| {
            let range = port.range.value;
            let hidden = if port.expose == Expose::Internal { " inside" } else { "" };
            if range.first == range.last {
                format!("{}{hidden}", range.first)
            } else {
                format!("{}-{}{hidden}", range.first, range.last)
            }
        });
        let _ = writeln!(text, "  serves {}: {}", service.id.value, ports.collect::<Vec<_>>().join(", "));
    }
    if !container.holes.is_empty() {
        let _ = writeln!(text, "  not known: {}", container.holes.join(", "));
    }
    text
}
