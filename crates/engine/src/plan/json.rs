//! A plan as JSON, for programs. The form has a version; secrets are names.

use serde_json::{Map, Value, json};

use super::{Action, Binding, Cause, ContainerRequest, Note, Obstacle, Plan, PlanNode, Planned, Row};
use crate::source::Span;
use crate::value::Text;

/// Version of the form; a key is never taken away or given another meaning within one.
const VERSION: u32 = 1;

impl Planned {
    /// The plan, its rows and what stands in its way. `place` turns a span into `file:line:column`.
    pub fn to_json(&self, place: &dyn Fn(Span) -> Option<String>) -> Value {
        let obstacles: Vec<Value> = self.obstacles.iter().map(|obstacle| obstacle_json(obstacle, place)).collect();
        let mut json = self.plan.to_json(place);
        if let Value::Object(entries) = &mut json {
            entries.insert("obstacles".to_owned(), json!(obstacles));
        }
        json
    }
}

impl Plan {
    /// The plan and its rows. `place` turns a span into `file:line:column`.
    pub fn to_json(&self, place: &dyn Fn(Span) -> Option<String>) -> Value {
        let counts: Map<String, Value> =
            self.counts().into_iter().map(|(change, count)| (change.word().to_owned(), json!(count))).collect();
        json!({
            "version": VERSION,
            "project": self.project,
            "summary": counts,
            "subjects": self.rows().iter().map(row_json).collect::<Vec<_>>(),
            "steps": self.nodes.iter().enumerate().map(|(index, node)| step_json(index, node)).collect::<Vec<_>>(),
            "notes": self.notes.iter().map(|note| note_json(note, place)).collect::<Vec<_>>(),
        })
    }
}

fn row_json(row: &Row) -> Value {
    let causes: Vec<Value> = row.because.iter().map(cause_json).collect();
    json!({ "subject": row.subject, "change": row.change.word(), "causes": causes })
}

fn cause_json(cause: &Cause) -> Value {
    let kind = match cause {
        Cause::Missing => "missing",
        Cause::NotRunning(_) => "not-running",
        Cause::Changed { .. } => "changed",
        Cause::SecretChanged(_) => "secret-changed",
        Cause::ImageMoved => "image-moved",
        Cause::Forced => "forced",
        Cause::Interrupted => "interrupted",
        Cause::NotWanted => "not-wanted",
        Cause::Asked => "asked",
        Cause::Finished => "finished",
        Cause::Unneeded(_) => "unneeded",
    };
    let mut json = json!({ "kind": kind, "text": cause.to_string() });
    if let (Cause::Changed { key, before, after }, Value::Object(entries)) = (cause, &mut json) {
        entries.insert("key".to_owned(), json!(key));
        entries.insert("before".to_owned(), json!(before));
        entries.insert("after".to_owned(), json!(after));
    }
    json
}

fn step_json(index: usize, node: &PlanNode) -> Value {
    let (action, target) = named(&node.action);
    let mut json = json!({
        "id": index,
        "subject": node.subject,
        "action": action,
        "target": target,
        "after": node.after,
        "following": node.following,
    });
    if let (Action::CreateContainer(request), Value::Object(entries)) = (&node.action, &mut json) {
        entries.insert("container".to_owned(), request_json(request));
    }
    json
}

/// The name of an action and of what it is done to.
fn named(action: &Action) -> (&'static str, &str) {
    match action {
        Action::Keep => ("keep", ""),
        Action::Pull { image, .. } => ("pull", image),
        Action::CreateNetwork(request) => ("create-network", &request.name),
        Action::CreateVolume(request) => ("create-volume", &request.name),
        Action::CreateContainer(request) => ("create-container", &request.name),
        Action::Rename { container, .. } => ("rename", container),
        Action::PlaceSecrets(placement) => ("place-secrets", &placement.container),
        Action::Start { container } => ("start", container),
        Action::Stop { container, .. } => ("stop", container),
        Action::RemoveContainer { container } => ("remove-container", container),
        Action::AwaitReady { container, .. } => ("await-ready", container),
        Action::AwaitExit { container, .. } => ("await-exit", container),
        Action::AlterPassword(change) => ("alter-password", &change.container),
        Action::RemoveVolume { name } => ("remove-volume", name),
        Action::RemoveNetwork { engine_id } => ("remove-network", engine_id),
    }
}

fn request_json(request: &ContainerRequest) -> Value {
    let texts =
        |texts: &Option<Vec<Text>>| texts.as_ref().map(|texts| texts.iter().map(Text::to_string).collect::<Vec<_>>());
    let environment: Map<String, Value> =
        request.environment.iter().map(|(name, value)| (name.clone(), json!(value.to_string()))).collect();
    let mount = |(source, target, read_only): &(String, String, bool)| json!({ "source": source, "target": target, "read-only": read_only });
    let port = |(container, udp, binding): &(u16, bool, Option<Binding>)| {
        let host = binding.as_ref().map(|binding| json!({ "address": binding.address, "port": binding.port }));
        json!({ "container": container, "protocol": if *udp { "udp" } else { "tcp" }, "host": host })
    };
    json!({
        "image": request.image,
        "entrypoint": texts(&request.entrypoint),
        "command": texts(&request.command),
        "environment": environment,
        "secret-files": request.secret_files.iter().map(|file| &file.path).collect::<Vec<_>>(),
        "files": request.uploads.iter().map(|file| &file.path).collect::<Vec<_>>(),
        "binds": request.binds.iter().map(mount).collect::<Vec<_>>(),
        "volumes": request.volumes.iter().map(mount).collect::<Vec<_>>(),
        "ports": request.ports.iter().map(port).collect::<Vec<_>>(),
        "aliases": request.aliases,
        "user": request.user,
        "workdir": request.workdir,
    })
}

fn obstacle_json(obstacle: &Obstacle, place: &dyn Fn(Span) -> Option<String>) -> Value {
    json!({
        "kind": obstacle.kind.code(),
        "subject": obstacle.subject,
        "message": obstacle.message,
        "help": obstacle.help,
        "place": obstacle.span.and_then(place),
    })
}

fn note_json(note: &Note, place: &dyn Fn(Span) -> Option<String>) -> Value {
    json!({ "subject": note.subject, "message": note.message, "place": note.span.and_then(place) })
}
