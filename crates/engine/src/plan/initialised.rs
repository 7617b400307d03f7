//! Variables that only matter on the first start: what a data volume was initialised with, and whether that still holds.
//!
//! The volume's label says what it was made with. Labels of volumes cannot change, so a password that was applied
//! later is recorded by an empty volume beside it, a mark; the one with the highest number counts. A mark is made after
//! the password was changed: a run that is cut off in between changes it once more.

use std::collections::BTreeMap;

use serde_json::json;

use super::proof::proof;
use super::want::Want;
use super::{
    Login, Note, Observed, ObservedVolume, Obstacle, ObstacleKind, PasswordChange, Request, VolumeRequest, description,
    labels, naming,
};
use crate::expand::{Container, Mount, MountSource, Variable};
use crate::value::{Encoding, Segment, Text};

/// The variable with the password of the first role.
const PASSWORD: &str = "POSTGRES_PASSWORD";

/// The variable that says how the server tells who somebody is.
const AUTH_METHOD: &str = "POSTGRES_HOST_AUTH_METHOD";

/// The database that every server has.
const MAINTENANCE: &str = "postgres";

/// Keyed hashes of first-start variables, by name.
pub(super) type Digests = BTreeMap<String, String>;

/// A password to change and how to remember that.
pub(super) struct PasswordStep {
    /// The change itself.
    pub change: PasswordChange,
    /// The mark to make afterwards.
    pub mark: VolumeRequest,
    /// Earlier marks, to remove at the end: engine names.
    pub outdated: Vec<String>,
}

/// What the label of a new volume says: the variables of the first container that keeps its data there.
pub(super) fn init_label(request: &Request, volume: &str) -> Option<String> {
    let owner = request.program.containers.values().find(|container| data_volume(container) == Some(volume))?;
    let digests = digests(request, owner);
    (!digests.is_empty()).then(|| json!(digests).to_string())
}

/// Compares a container with what its data volume is initialised with.
pub(super) fn check(
    request: &Request,
    observed: &Observed,
    want: &Want,
    obstacles: &mut Vec<Obstacle>,
    notes: &mut Vec<Note>,
) -> Option<PasswordStep> {
    let id = data_volume(want.container)?;
    let marks = marks(request, observed, id);
    let name = naming::volume_name(&request.project, id);
    let volume = observed.volumes.iter().find(|volume| volume.name == name && is_ours(request, volume))?;
    let newest = marks.last().map_or(volume, |(_, mark)| mark);
    let known: Digests = serde_json::from_str(newest.labels.get(labels::INIT)?).ok()?;
    let mut wanted = digests(request, want.container);
    for (script, mount) in changed_scripts(want.container, &known, &wanted) {
        let message =
            format!("`{script}` does not run any more: it was changed after the volume `{name}` was initialised");
        notes.push(Note { subject: want.subject.clone(), span: Some(mount.span), message });
    }
    // What ran on the first start stays what ran, whatever else a mark says.
    wanted.retain(|key, _| !key.starts_with(SCRIPT));
    wanted.extend(known.iter().filter(|(key, _)| key.starts_with(SCRIPT)).map(|(key, it)| (key.clone(), it.clone())));
    let mut step = None;
    for variable in changed(want.container, &known, &wanted) {
        if !is_password(variable) || trusts(want.container, &known, &wanted) {
            notes.push(no_effect(want, variable, &name));
        } else if request.options.apply_password && can_alter(want.container) {
            step = Some(password_step(request, want, variable, (id, &name), &marks, &wanted));
        } else {
            obstacles.push(obstacle(want, variable, &name));
        }
    }
    step
}

/// The login that has to work once a database is ready: its password may not be the one that its data keeps.
pub(super) fn login(container: &Container) -> Option<Login> {
    let password = container.variable(PASSWORD).filter(|_| can_alter(container))?.value.clone();
    Some(Login { user: superuser(container), database: Text::literal(MAINTENANCE), password })
}

/// The role that the image makes on the first start.
fn superuser(container: &Container) -> Text {
    container.variable("POSTGRES_USER").map_or_else(|| Text::literal("postgres"), |user| user.value.clone())
}

/// Id of the volume that holds the state of a container.
pub(super) fn data_volume(container: &Container) -> Option<&str> {
    let holds = |path: &str| {
        let paths = &container.facts.data_paths;
        paths
            .iter()
            .any(|data| path == data.mount || path.strip_prefix(&data.mount).is_some_and(|at| at.starts_with('/')))
    };
    container.mounts.iter().find_map(|mount| match &mount.source {
        MountSource::Volume { id } if holds(&mount.path.value) => Some(id.as_str()),
        _ => None,
    })
}

/// Whether a volume carries the project's label.
pub(super) fn is_ours(request: &Request, volume: &ObservedVolume) -> bool {
    volume.labels.get(labels::PROJECT) == Some(&request.project)
}

/// Whether a volume is only there for its labels.
pub(super) fn is_mark(volume: &ObservedVolume) -> bool {
    volume.labels.get(labels::KIND).is_some_and(|kind| kind == "mark")
}

/// Files of a container that the image runs on its first start, by name.
pub(super) fn init_scripts(container: &Container) -> Vec<(&str, &Mount)> {
    let Some(directory) = container.facts.init_scripts.as_deref() else { return Vec::new() };
    let named = container.mounts.iter().filter_map(|mount| {
        let name = mount.path.value.strip_prefix(directory)?.strip_prefix('/')?;
        (!name.contains('/')).then_some((name, mount))
    });
    named.collect()
}

/// What stands before the name of a script among the hashes of variables, which have no such letter.
const SCRIPT: &str = "script:";

/// Scripts that the data were not initialised with: those whose content was another, and new ones.
fn changed_scripts<'a>(container: &'a Container, known: &Digests, wanted: &Digests) -> Vec<(&'a str, &'a Mount)> {
    // Volumes of earlier versions know of no scripts.
    if !known.keys().any(|key| key.starts_with(SCRIPT)) {
        return Vec::new();
    }
    let differs = |name: &str| {
        let key = format!("{SCRIPT}{name}");
        wanted.get(&key).is_some_and(|wanted| known.get(&key) != Some(wanted))
    };
    init_scripts(container).into_iter().filter(|(name, _)| differs(name)).collect()
}

fn script_digest(request: &Request, mount: &Mount) -> Option<String> {
    match &mount.source {
        MountSource::Content { data, .. } => digest(request, data),
        source => request.scripts.get(&request.bound(source)?).cloned(),
    }
}

pub(super) fn digests(request: &Request, container: &Container) -> Digests {
    let scripts = init_scripts(container).into_iter();
    let scripts = scripts.filter_map(|(name, mount)| Some((format!("{SCRIPT}{name}"), script_digest(request, mount)?)));
    let variables = container.facts.first_start.iter().filter_map(|name| container.variable(name));
    let variables = variables.filter_map(|it| Some((it.name.value.clone(), digest(request, &it.value)?)));
    variables.chain(scripts).collect()
}

/// The hash of a text's content; a secret's own hash when the text is nothing else, so that equal contents stay equal.
fn digest(request: &Request, text: &Text) -> Option<String> {
    match text.segments() {
        [Segment::Secret { name, encoding: Encoding::Plain }] => request.digests.get(name).cloned(),
        _ => match text.known() {
            Some(content) => Some(request.fingerprint.digest(&content)),
            None => Some(request.fingerprint.digest(&mixed(request, text)?)),
        },
    }
}

fn mixed(request: &Request, text: &Text) -> Option<String> {
    let mut hashes = Vec::new();
    for name in text.secrets() {
        hashes.push(request.digests.get(name)?);
    }
    Some(json!([description::text(request, text), hashes]).to_string())
}

/// Variables that both know and that differ, in the order of the facts.
pub(super) fn changed<'a>(container: &'a Container, known: &Digests, wanted: &Digests) -> Vec<&'a Variable> {
    let differs = |name: &String| known.get(name).zip(wanted.get(name)).is_some_and(|(known, wanted)| known != wanted);
    let names = container.facts.first_start.iter().filter(|name| differs(name));
    names.filter_map(|name| container.variable(name)).collect()
}

/// Whether clients have to know it: names of databases and users can be read from files too, and are no passwords.
fn is_password(variable: &Variable) -> bool {
    variable.name.value.ends_with("PASSWORD")
}

/// Whether the server lets everybody in without asking, and has done so from the first start.
fn trusts(container: &Container, known: &Digests, wanted: &Digests) -> bool {
    let method = container.variable(AUTH_METHOD).and_then(|method| method.value.known());
    method.as_deref() == Some("trust") && known.get(AUTH_METHOD) == wanted.get(AUTH_METHOD)
}

/// Whether an engine knows how to change the password of such a server.
fn can_alter(container: &Container) -> bool {
    container.facts.family == "postgres"
}

/// Marks of a volume, the latest last.
pub(super) fn marks<'a>(request: &Request, observed: &'a Observed, id: &str) -> Vec<(u32, &'a ObservedVolume)> {
    let of_volume = |volume: &&ObservedVolume| {
        is_mark(volume) && is_ours(request, volume) && volume.labels.get(labels::VOLUME).is_some_and(|of| of == id)
    };
    let number = |volume: &ObservedVolume| volume.labels.get(labels::SEQUENCE)?.parse().ok();
    let mut marks: Vec<(u32, &ObservedVolume)> =
        observed.volumes.iter().filter(of_volume).filter_map(|mark| Some((number(mark)?, mark))).collect();
    marks.sort_by_key(|(number, _)| *number);
    marks
}

fn password_step(
    request: &Request,
    want: &Want,
    variable: &Variable,
    (id, name): (&str, &str),
    marks: &[(u32, &ObservedVolume)],
    wanted: &Digests,
) -> PasswordStep {
    let sequence = marks.last().map_or(1, |(number, _)| number + 1);
    let mark = naming::mark_name(name, sequence);
    let labels = [
        (labels::PROJECT, request.project.clone()),
        (labels::PROOF, proof(&request.project, &mark, request.fingerprint)),
        (labels::KIND, "mark".to_owned()),
        (labels::VOLUME, id.to_owned()),
        (labels::SEQUENCE, sequence.to_string()),
        (labels::INIT, json!(wanted).to_string()),
    ];
    let change = PasswordChange {
        container: want.name.clone(),
        user: superuser(want.container),
        database: Text::literal(MAINTENANCE),
        password: variable.value.clone(),
    };
    PasswordStep {
        change,
        mark: VolumeRequest {
            name: mark,
            labels: labels.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
        },
        outdated: marks.iter().map(|(_, mark)| mark.name.clone()).collect(),
    }
}

fn obstacle(want: &Want, variable: &Variable, volume: &str) -> Obstacle {
    let name = &variable.name.value;
    let help = if can_alter(want.container) {
        "`pt run --apply-password` changes it in the database too; or set the earlier one again"
    } else {
        "set the earlier one again, or change it in the server and start with a new volume"
    };
    Obstacle {
        kind: ObstacleKind::PasswordChanged,
        subject: want.subject.clone(),
        span: Some(variable.span),
        message: format!("`{name}` changed, but the volume `{volume}` was initialised with another one"),
        help: Some(help.to_owned()),
    }
}

fn no_effect(want: &Want, variable: &Variable, volume: &str) -> Note {
    let name = &variable.name.value;
    Note {
        subject: want.subject.clone(),
        span: Some(variable.span),
        message: format!(
            "`{name}` only matters on the first start: the volume `{volume}` was initialised with another one"
        ),
    }
}

/// Whether the state of a container lives in itself and is lost with it.
pub(super) fn keeps_state_outside_volumes(container: &Container) -> bool {
    !container.facts.data_paths.is_empty() && data_volume(container).is_none() && !is_bound(container)
}

fn is_bound(container: &Container) -> bool {
    let bound = |path: &str| container.facts.data_paths.iter().any(|data| data.mount == path);
    container.mounts.iter().any(|mount| bound(&mount.path.value))
}
