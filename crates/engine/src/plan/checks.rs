//! What can be seen to go wrong, or is worth knowing, before anything is done.

use std::collections::BTreeMap;

use super::data_version;
use super::initialised::keeps_state_outside_volumes;
use super::judge::{Judged, Verdict, is_up};
use super::order::Order;
use super::want::{is_secret_file, secret_file};
use super::{Capabilities, Note, Observed, Obstacle, ObstacleKind, Request, as_processes, labels, naming};
use crate::expand::{Container, Mount, MountSource};
use crate::source::Span;
use crate::value::Segment;

/// Everything that stands in the way, but for ports, images, volumes and passwords, which are looked at on the way.
pub(super) fn check(
    request: &Request,
    observed: &Observed,
    capabilities: &Capabilities,
    order: &Order,
) -> Vec<Obstacle> {
    let mut obstacles: Vec<Obstacle> = other_directory(request, observed).into_iter().collect();
    obstacles.extend(circle(request, order));
    for container in request.program.containers.values() {
        obstacles.extend(held_names(request, observed, container));
        obstacles.extend(as_processes::check(request, capabilities, container));
        obstacles.extend(unserved(container));
        obstacles.extend(data_version::check(request, observed, capabilities, container));
        obstacles.extend(secrets_elsewhere(request, capabilities, container));
        obstacles.extend(container.mounts.iter().filter_map(|mount| path(request, capabilities, container, mount)));
    }
    obstacles.extend(equal_names(request));
    obstacles
}

/// A container that has to be there and is not.
pub(super) fn absent(judged: &Judged) -> Option<Obstacle> {
    let Verdict::Absent = judged.verdict else { return None };
    let name = &judged.want.name;
    let message = format!("the container `{name}` has to be there (`create: never`) and is not");
    let help = Some("leave `create` out to have it made".to_owned());
    Some(obstacle(ObstacleKind::Absent, judged.want.container, judged.want.container.origin, message, help))
}

/// What is worth knowing about the project.
pub(super) fn notes(request: &Request, observed: &Observed) -> Vec<Note> {
    let elsewhere = observed.volumes.iter().filter(|volume| {
        let ours = volume.labels.get(labels::PROJECT) == Some(&request.project);
        ours && volume.labels.get(labels::DIRECTORY).is_some_and(|directory| !request.is_from(directory))
    });
    let mut lacking = lacking(request, observed);
    let notes = elsewhere.map(|volume| {
        let directory = volume.labels.get(labels::DIRECTORY).map(String::as_str).unwrap_or_default();
        let message = format!("the volume `{}` was made from `{directory}`", volume.name);
        Note { subject: format!("volume {}", volume.name), span: None, message }
    });
    lacking.extend(notes);
    lacking
}

/// Containers that need others which are neither in the job nor running.
fn lacking(request: &Request, observed: &Observed) -> Vec<Note> {
    let program = request.program;
    let runs = |id: &String| observed.containers.iter().any(|seen| seen.container == *id && is_up(seen));
    let mut notes = Vec::new();
    for (id, container) in &program.containers {
        let needed = request.needs.get(id).into_iter().flatten();
        for other in needed.filter(|other| !program.containers.contains_key(*other) && !runs(other)) {
            let message = format!("it needs `{other}`, which does not run and is not part of this job");
            notes.push(Note { subject: id.clone(), span: Some(container.origin), message });
        }
    }
    notes
}

/// What is worth knowing about what happens to one container.
pub(super) fn notes_on(request: &Request, capabilities: &Capabilities, judged: &Judged) -> Vec<Note> {
    let mut notes = Vec::new();
    let container = judged.want.container;
    let mut add = |span: Span, message: String| {
        notes.push(Note { subject: judged.want.subject.clone(), span: Some(span), message });
    };
    if !judged.drift.is_empty() {
        let causes: Vec<String> = judged.drift.iter().map(ToString::to_string).collect();
        add(container.origin, format!("kept as it is, though it differs: {}", causes.join("; ")));
    }
    if matches!(judged.verdict, Verdict::Replace { .. } | Verdict::Again) && keeps_state_outside_volumes(container) {
        add(container.origin, "its data is not in a volume and goes with the old container".to_owned());
    }
    for (span, message) in broken_urls(request, container) {
        add(span, message);
    }
    let made = matches!(judged.verdict, Verdict::Create | Verdict::Replace { .. } | Verdict::Again);
    if made && judged.want.replica == 1 {
        for (span, message) in visible_secrets(request, capabilities, judged) {
            add(span, message);
        }
    }
    notes
}

/// URLs that a secret makes others than they look, since it holds what ends a part of a URL.
fn broken_urls(request: &Request, container: &Container) -> Vec<(Span, String)> {
    let variables = container
        .environment
        .iter()
        .map(|variable| (&variable.value, variable.span, format!("the URL in `{}`", variable.name.value)));
    let words = container.words().map(|(word, span)| (word, span, "a URL in the command".to_owned()));
    let mut broken = Vec::new();
    for (text, span, place) in variables.chain(words) {
        for segment in text.plain_in_url() {
            if let Segment::Secret { name, .. } = segment
                && request.reserved.contains(name)
            {
                broken.push((
                    span,
                    format!(
                        "{place} breaks at the secret `{name}`, which holds characters that end a part of a URL: \
                         write `{{pt.secret {name} | url}}`"
                    ),
                ));
            }
        }
    }
    broken
}

/// Secrets that reach the container in a way in which others can read them.
fn visible_secrets(request: &Request, capabilities: &Capabilities, judged: &Judged) -> Vec<(Span, String)> {
    let container = judged.want.container;
    let eyes = if capabilities.containers {
        "visible in `docker inspect`"
    } else {
        "visible to this user and root, in `/proc`"
    };
    let mut visible = Vec::new();
    for (name, value) in judged.want.environment.iter().filter(|(_, value)| value.has_secret()) {
        let secrets: Vec<String> = value.secrets().map(|secret| format!("`{secret}`")).collect();
        let span = container.variable(name).map_or(container.origin, |variable| variable.span);
        visible.push((span, format!("`{name}` holds {}: {eyes}", secrets.join(" and "))));
    }
    let arguments = container.entrypoint.iter().chain(&container.command).flatten();
    if arguments.into_iter().any(crate::value::Text::has_secret) {
        let message = format!("its command line holds a secret: {eyes} and to every process");
        visible.push((container.origin, message));
    }
    for mount in &container.mounts {
        let MountSource::Content { data, .. } = &mount.source else { continue };
        let path = &mount.path.value;
        if data.has_secret() && capabilities.containers && !(request.options.secret_files && is_secret_file(path, data))
        {
            visible.push((mount.span, format!("`{path}` holds a secret: it is written to the engine's disk")));
        }
    }
    visible
}

fn other_directory(request: &Request, observed: &Observed) -> Option<Obstacle> {
    let mut directories = observed.containers.iter().filter_map(|seen| seen.labels.get(labels::DIRECTORY));
    let other = directories.find(|directory| !request.is_from(directory))?;
    Some(Obstacle {
        kind: ObstacleKind::OtherDirectory,
        subject: request.project.clone(),
        span: None,
        message: format!("project `{}` runs from `{other}`, not from `{}`", request.project, request.directory),
        help: Some("give this one a name of its own: `--project NAME`".to_owned()),
    })
}

fn circle(request: &Request, order: &Order) -> Option<Obstacle> {
    let first = request.program.containers.get(order.circle.first()?)?;
    let names: Vec<String> = order.circle.iter().map(|id| format!("`{id}`")).collect();
    let edge = request.program.after.iter().find(|edge| edge.container == first.id.value);
    let span = edge.map_or(first.origin, |edge| edge.span);
    let message = format!("{} wait for each other: none of them can start", names.join(", "));
    let help = Some("take one `after` out of the circle".to_owned());
    Some(obstacle(ObstacleKind::Cycle, first, span, message, help))
}

fn held_names(request: &Request, observed: &Observed, container: &Container) -> Vec<Obstacle> {
    let names =
        (1..=container.replicas).map(|replica| naming::container_name(&request.project, &container.id.value, replica));
    let held = names.filter_map(|name| {
        let whose = observed.held_names.get(&name)?;
        let message = format!("the name `{name}` is taken by a container of {whose}");
        let help = Some("remove or rename it, or give the project another name with `--project`".to_owned());
        Some(obstacle(ObstacleKind::Foreign, container, container.id.span, message, help))
    });
    held.collect()
}

/// Ids that are told apart in the file, but not in the engine.
fn equal_names(request: &Request) -> Vec<Obstacle> {
    let mut obstacles = Vec::new();
    let mut names: BTreeMap<String, &str> = BTreeMap::new();
    for container in request.program.containers.values() {
        let id = &container.id.value;
        let name = naming::container_name(&request.project, id, 1);
        if let Some(other) = names.insert(name.clone(), id) {
            let message = format!("`{other}` and `{id}` would both be the container `{name}`");
            let help = Some("give one of them another `id`: the engine does not tell upper case from lower".to_owned());
            obstacles.push(obstacle(ObstacleKind::NameTwice, container, container.id.span, message, help));
        }
    }
    let mut volumes: BTreeMap<String, &str> = BTreeMap::new();
    for volume in request.program.volumes.values() {
        let id = &volume.id.value;
        let name = naming::volume_name(&request.project, id);
        if let Some(other) = volumes.insert(name.clone(), id) {
            obstacles.push(Obstacle {
                kind: ObstacleKind::NameTwice,
                subject: format!("volume {id}"),
                span: Some(volume.id.span),
                message: format!("`{other}` and `{id}` would both be the volume `{name}`"),
                help: Some("give one of them another `id`".to_owned()),
            });
        }
    }
    obstacles
}

fn path(request: &Request, capabilities: &Capabilities, container: &Container, mount: &Mount) -> Option<Obstacle> {
    let absolute = request.absolute(&mount.source)?;
    if !capabilities.host_mounts {
        let message = format!("{} cannot mount `{absolute}`: it does not run on this machine", capabilities.name);
        let help = Some("use a `string` mount or a volume, or an engine on this machine".to_owned());
        return Some(obstacle(ObstacleKind::Capability, container, mount.span, message, help));
    }
    let wrong = request.resolved(&absolute).err()?;
    Some(obstacle(ObstacleKind::HostPath, container, mount.span, wrong, None))
}

/// What is asked for and no engine can give.
fn unserved(container: &Container) -> impl Iterator<Item = Obstacle> {
    container.unserved.iter().map(|it| {
        let message =
            format!("`{}` of `{}` is nothing that an engine of this machine can give", it.key, container.id.value);
        obstacle(ObstacleKind::Capability, container, it.span, message, Some(it.help.clone()))
    })
}

/// Secret files are put where only an engine of this machine finds them.
fn secrets_elsewhere(request: &Request, capabilities: &Capabilities, container: &Container) -> Option<Obstacle> {
    let span = secret_file(request, container).filter(|_| !capabilities.local)?;
    let id = &container.id.value;
    let name = &capabilities.name;
    let message = format!("secrets cannot reach `{id}` as files: {name} does not run on this machine");
    let help = "`--secrets-in-env` sets them as environment variables, which `docker inspect` shows there".to_owned();
    Some(obstacle(ObstacleKind::Capability, container, span, message, Some(help)))
}

fn obstacle(kind: ObstacleKind, container: &Container, span: Span, message: String, help: Option<String>) -> Obstacle {
    Obstacle { kind, subject: container.id.value.clone(), span: Some(span), message, help }
}
