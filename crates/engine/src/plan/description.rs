//! What a container is, as canonical JSON: two containers are equal when their descriptions are.
//!
//! It is kept in a label, so that the next plan can say which key changed. What a container does not use is left out:
//! a new key of a later version changes no old description. Secrets are names beside keyed hashes of their contents;
//! texts that are too long for a label are keyed hashes.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Request, as_processes};
use crate::expand::{
    Container, Expose, HostPort, Mount, MountSource, Port, PortRange, Protocol, Restart, RestartPolicy,
};
use crate::value::{Segment, Text};

/// Texts up to this many bytes stand in the description as they are.
const LONGEST_TEXT: usize = 256;

/// The description of a container. `secret_files` are the variables whose secret arrives as a file.
pub(super) fn describe(request: &Request, container: &Container, user: Option<&str>, secret_files: &[String]) -> Value {
    let mut entries = Map::new();
    let mut put = |key: &str, value: Value| {
        if !is_unused(&value) {
            entries.insert(key.to_owned(), value);
        }
    };
    put("image", json!(container.image.value));
    put("entrypoint", texts(request, container.entrypoint.as_deref()));
    put("command", texts(request, container.command.as_deref()));
    put("env", environment(request, container));
    put("secret-files", json!(secret_files));
    put("mounts", mounts(request, container));
    put("services", json!(container.services.iter().map(|service| &service.id.value).collect::<BTreeSet<_>>()));
    put("ports", ports(container));
    put("reaches", as_processes::reaches(request, container));
    put("restart", container.restart.map_or(Value::Null, restart));
    put("user", json!(user));
    put("workdir", json!(container.workdir));
    put("tty", json!(container.tty));
    put("stdin", json!(container.stdin));
    put("resources", resources(container));
    put("unconfined", json!(container.unconfined));
    put("stop-signal", json!(container.stop_signal));
    put("stop-seconds", json!(container.stop_seconds));
    put("secrets", secrets(request, container));
    Value::Object(entries)
}

/// Seconds that a described container has to stop.
pub(super) fn stop_seconds(description: &str) -> Option<u32> {
    let described: Value = serde_json::from_str(description).ok()?;
    u32::try_from(described.get("stop-seconds")?.as_u64()?).ok()
}

/// A text: a string, a list of strings and `{"secret": name, "encoding": "url"}`, or `{"digest": …, "bytes": n}` when it is long.
pub(super) fn text(request: &Request, text: &Text) -> Value {
    let mut parts: Vec<Value> = Vec::new();
    for segment in text.segments() {
        match segment {
            Segment::Literal(content) | Segment::Value { content: Some(content), .. } => {
                if let Some(Value::String(before)) = parts.last_mut() {
                    before.push_str(content);
                } else {
                    parts.push(json!(content));
                }
            }
            Segment::Value { name, content: None } => parts.push(json!({ "value": name })),
            Segment::Secret { name, encoding } => parts.push(match encoding.word() {
                None => json!({ "secret": name }),
                Some(word) => json!({ "secret": name, "encoding": word }),
            }),
        }
    }
    let bytes: usize = parts.iter().filter_map(Value::as_str).map(str::len).sum();
    let value = match parts.as_slice() {
        [] => json!(""),
        [Value::String(_)] => parts.remove(0),
        _ => Value::Array(parts),
    };
    if bytes <= LONGEST_TEXT {
        return value;
    }
    json!({ "digest": request.fingerprint.digest(&value.to_string()), "bytes": bytes })
}

/// Whether a value says no more than its absence.
fn is_unused(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Object(entries) => entries.is_empty(),
        _ => false,
    }
}

fn texts(request: &Request, list: Option<&[Text]>) -> Value {
    list.map_or(Value::Null, |list| list.iter().map(|item| text(request, item)).collect())
}

/// Variables by name: their order in the file means nothing to a process.
fn environment(request: &Request, container: &Container) -> Value {
    let mut variables: Vec<(&str, Value)> = container
        .environment
        .iter()
        .map(|variable| (variable.name.value.as_str(), text(request, &variable.value)))
        .collect();
    variables.sort_by_key(|(name, _)| *name);
    variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>().into()
}

fn mounts(request: &Request, container: &Container) -> Value {
    let mut mounts: Vec<&Mount> = container.mounts.iter().collect();
    mounts.sort_by(|one, other| one.path.value.cmp(&other.path.value));
    mounts.into_iter().map(|mount| (mount.path.value.clone(), mounted(request, mount))).collect::<Map<_, _>>().into()
}

fn mounted(request: &Request, mount: &Mount) -> Value {
    let mut described = Map::new();
    match &mount.source {
        MountSource::Host { .. } | MountSource::Repo { .. } => {
            let absolute = request.absolute(&mount.source).unwrap_or_default();
            let path = request.resolved(&absolute).unwrap_or(absolute);
            described.insert("host".to_owned(), json!(path));
        }
        MountSource::Volume { id } => {
            described.insert("volume".to_owned(), json!(id));
        }
        MountSource::Content { data, executable } => {
            described.insert("content".to_owned(), text(request, data));
            if *executable {
                described.insert("executable".to_owned(), json!(true));
            }
        }
    }
    if mount.read_only {
        described.insert("read-only".to_owned(), json!(true));
    }
    Value::Object(described)
}

/// `5432/tcp` to where it is found on the host.
fn ports(container: &Container) -> Value {
    let mut described: Vec<(PortRange, bool, String)> = container
        .services
        .iter()
        .flat_map(|service| &service.ports)
        .map(|port| (port.range.value, port.protocol == Protocol::Udp, exposed(port)))
        .collect();
    described.sort();
    let key = |range: PortRange, udp: bool| {
        let protocol = if udp { "udp" } else { "tcp" };
        if range.first == range.last {
            format!("{}/{protocol}", range.first)
        } else {
            format!("{}-{}/{protocol}", range.first, range.last)
        }
    };
    described.into_iter().map(|(range, udp, exposed)| (key(range, udp), json!(exposed))).collect::<Map<_, _>>().into()
}

fn exposed(port: &Port) -> String {
    match &port.expose {
        Expose::Internal => "internal".to_owned(),
        Expose::Host { address, port: HostPort::Exact(host), .. } => format!("{address}:{host}"),
        Expose::Host { address, port: HostPort::Preferred(host), .. } => format!("{address}:{host} if free"),
    }
}

fn restart(restart: Restart) -> Value {
    let policy = match restart.policy {
        RestartPolicy::Never => "never",
        RestartPolicy::Always => "always",
        RestartPolicy::OnFailure => "on-failure",
    };
    match restart.max_restarts {
        Some(most) => json!(format!("{policy}, at most {most} times")),
        None => json!(policy),
    }
}

fn resources(container: &Container) -> Value {
    let limits = container.resources;
    let entries = [
        ("cpu-request", limits.cpu_request.map(|cores| json!(cores))),
        ("cpu-limit", limits.cpu_limit.map(|cores| json!(cores))),
        ("memory-request", limits.memory_request.map(|bytes| json!(bytes))),
        ("memory-limit", limits.memory_limit.map(|bytes| json!(bytes))),
        ("gpu", limits.gpu.then(|| json!(true))),
    ];
    entries.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect::<Map<_, _>>().into()
}

/// Keyed hash of every secret that the container uses, so that a new content is a change.
fn secrets(request: &Request, container: &Container) -> Value {
    let names: BTreeSet<&str> = container.texts().flat_map(Text::secrets).collect();
    names.into_iter().map(|name| (name.to_owned(), json!(request.digests.get(name)))).collect::<Map<_, _>>().into()
}
