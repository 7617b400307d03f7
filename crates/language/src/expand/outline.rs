//! A program as a document that people and machines read: `pt render`. Secrets stand in it by name.

use serde_json::{Map, Value, json};

use super::program::{Container, Expose, HostPort, Mount, MountSource, Port, Program, Readiness, User};
use super::task::{Task, TaskKind};
use crate::conceal::{MASK, assignments, concealed, concealed_under, names_a_secret};
use crate::value::Text;

/// The document: `{version, containers, volumes}`, absent keys left out, everything in the program's order.
pub fn outline(program: &Program) -> Value {
    let containers: Map<String, Value> = program
        .containers
        .values()
        .map(|container| (container.id.value.clone(), container_outline(program, container)))
        .collect();
    let volumes: Map<String, Value> =
        program.volumes.values().map(|volume| (volume.id.value.clone(), json!({ "scope": volume.scope }))).collect();
    let mut document = json!({ "version": 1, "containers": containers, "volumes": volumes });
    // What few jobs have is only there where they have it.
    if !program.tasks.is_empty() {
        let tasks = program.tasks.values().map(|task| (task.id.clone(), task_outline(program, task)));
        document["tasks"] = tasks.collect::<Map<_, _>>().into();
    }
    document
}

fn task_outline(program: &Program, task: &Task) -> Value {
    let does = match &task.kind {
        TaskKind::Code(code) => code.language.name(),
        TaskKind::Builtin { name, .. } => name,
    };
    let mut entry = json!({ "does": does });
    let after = after(program, &task.id);
    if !after.is_empty() {
        entry["after"] = after.into();
    }
    entry
}

/// What a container or task waits for.
fn after(program: &Program, id: &str) -> Vec<Value> {
    let edges = program.after.iter().filter(|edge| edge.container == id);
    edges.map(|edge| json!({ "container": edge.waits_for, "condition": edge.condition })).collect()
}

fn container_outline(program: &Program, container: &Container) -> Value {
    let mut entries = Map::new();
    let mut put = |key: &str, value: Value| {
        let empty = match &value {
            Value::Null => true,
            Value::Array(items) => items.is_empty(),
            Value::Object(items) => items.is_empty(),
            _ => false,
        };
        if !empty {
            entries.insert(key.to_owned(), value);
        }
    };
    put("blueprint", json!(container.blueprint));
    put("image", json!(container.image.value));
    put("role", json!(container.role));
    put("entrypoint", words(container.entrypoint.as_deref()));
    put("command", words(container.command.as_deref()));
    let shown = |name: &str, text: &Text| json!(concealed_under(name, &text.to_string()));
    let variables = container.environment.iter();
    let variables = variables.map(|it| (it.name.value.clone(), shown(&it.name.value, &it.value)));
    put("env", variables.collect::<Map<_, _>>().into());
    put("mounts", container.mounts.iter().map(mount).collect());
    let services = container.services.iter();
    put(
        "services",
        services.map(|it| (it.id.value.clone(), it.ports.iter().map(port).collect())).collect::<Map<_, _>>().into(),
    );
    put("restart", json!(container.restart));
    put(
        "user",
        match container.user.as_ref().map(|user| &user.value) {
            Some(User::Named(name)) => json!(name),
            Some(User::Invoking) => json!("the invoking user"),
            None => Value::Null,
        },
    );
    put("workdir", json!(container.workdir));
    put("tty", json!(container.tty));
    // What few containers have is only there where they have it.
    let only_if = |is: bool| if is { json!(true) } else { Value::Null };
    put("no-stdin", only_if(!container.stdin));
    put("unconfined", only_if(container.unconfined));
    put("update-image", only_if(container.update_image));
    put("await", if container.awaits { Value::Null } else { json!(false) });
    put("resources", resources(container));
    put("replicas", if container.replicas == 1 { Value::Null } else { json!(container.replicas) });
    put("create", json!(container.create));
    put("ready", readiness(&container.readiness));
    put("after", after(program, &container.id.value).into());
    Value::Object(entries)
}

/// The words of a command, secrets in them masked: what an option such as `--password` is given, too.
fn words(words: Option<&[Text]>) -> Value {
    let Some(words) = words else { return Value::Null };
    let words: Vec<String> = words.iter().map(ToString::to_string).collect();
    let mut shown: Vec<String> = words.iter().map(|word| concealed(word)).collect();
    let plain: Vec<&str> = words.iter().map(String::as_str).collect();
    for given in assignments(&plain) {
        let is_secret = names_a_secret(given.name) && concealed_under(given.name, given.value) != given.value;
        if is_secret && given.value == words[given.word] {
            MASK.clone_into(&mut shown[given.word]);
        }
    }
    shown.into()
}

/// Limits and reservations that are set.
fn resources(container: &Container) -> Value {
    let Ok(Value::Object(mut all)) = serde_json::to_value(container.resources) else { return Value::Null };
    all.retain(|_, limit| !limit.is_null());
    all.into()
}

fn mount(mount: &Mount) -> Value {
    let source = match &mount.source {
        MountSource::Host { path } => json!({ "host": path.value }),
        MountSource::Repo { path } => json!({ "repo": path.value }),
        MountSource::Volume { id } => json!({ "volume": id }),
        MountSource::Content { data, executable } => {
            let mut content = json!({ "content": concealed(&data.to_string()) });
            if *executable {
                content["executable"] = json!(true);
            }
            content
        }
    };
    let mut entry = json!({ "path": mount.path.value, "source": source });
    if mount.read_only {
        entry["read-only"] = json!(true);
    }
    entry
}

fn port(port: &Port) -> Value {
    let range = port.range.value;
    let inside =
        if range.first == range.last { json!(range.first) } else { json!(format!("{}-{}", range.first, range.last)) };
    let outside = match &port.expose {
        Expose::Internal => Value::Null,
        Expose::Host { address, port: HostPort::Exact(port), .. } => json!(format!("{address}:{port}")),
        Expose::Host { address, port: HostPort::Preferred(port), .. } => json!(format!("{address}:{port} if free")),
    };
    let mut entry = json!({ "port": inside, "protocol": port.protocol });
    if !outside.is_null() {
        entry["host"] = outside;
    }
    if let Some(label) = &port.label {
        entry["label"] = json!(label);
    }
    entry
}

fn readiness(readiness: &Readiness) -> Value {
    match readiness {
        Readiness::Running => json!("its process runs"),
        Readiness::Port(port) => json!(format!("port {port} accepts connections")),
        Readiness::Postgres { port } => json!(format!("PostgreSQL answers on port {port}")),
        Readiness::Exit => json!("it exits with 0"),
    }
}
