//! The engine's API, asked directly: what is really there, whatever `pt` says.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

use serde_json::{Value, json};

/// The engine of this machine. Tests fail without one.
#[derive(Debug, Clone)]
pub struct Engine {
    socket: PathBuf,
}

impl Engine {
    /// The engine that the docker command would use, if it listens on a socket.
    pub fn new() -> Self {
        let host = std::env::var("DOCKER_HOST").unwrap_or_default();
        let socket = host.strip_prefix("unix://").unwrap_or("/var/run/docker.sock");
        Self { socket: PathBuf::from(socket) }
    }

    /// Where it listens.
    pub fn socket(&self) -> &PathBuf {
        &self.socket
    }

    /// Asks for a document that has to be there.
    pub fn get(&self, path: &str) -> Value {
        let (status, body) = self.call("GET", path, None);
        assert_eq!(status, 200, "GET {path}: {body}");
        body
    }

    /// One call; its status and its answer.
    pub fn call(&self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut stream = UnixStream::connect(&self.socket).expect("these tests need a Docker Engine; is one running?");
        // An answer to HTTP/1.0 comes in one piece and ends with the connection.
        let request = format!(
            "{method} {path} HTTP/1.0\r\nHost: docker\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("an answer with a head");
        let head = String::from_utf8_lossy(&answer[..end]);
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("an answer with a status");
        let body = &answer[end + 4..];
        let value =
            serde_json::from_slice(body).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(body).into_owned()));
        (status, value)
    }

    /// Everything that carries a label, in the engine's own words: containers, volumes and networks.
    pub fn labelled(&self, label: &str) -> Labelled {
        let filter = percent(&json!({ "label": [label] }).to_string());
        let list = |value: Value| value.as_array().cloned().unwrap_or_default();
        Labelled {
            containers: list(self.get(&format!("/containers/json?all=1&filters={filter}"))),
            volumes: list(self.get(&format!("/volumes?filters={filter}"))["Volumes"].take()),
            networks: list(self.get(&format!("/networks?filters={filter}"))),
        }
    }

    /// A container as `docker inspect` shows it.
    pub fn inspect(&self, container: &str) -> Option<Value> {
        let (status, body) = self.call("GET", &format!("/containers/{container}/json"), None);
        (status == 200).then_some(body)
    }

    /// Removes everything that carries a label, by force.
    pub fn clear(&self, label: &str) {
        let found = self.labelled(label);
        let name = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
        for container in &found.containers {
            self.call("DELETE", &format!("/containers/{}?force=1&v=1", name(container, "Id")), None);
        }
        for volume in &found.volumes {
            self.call("DELETE", &format!("/volumes/{}?force=1", name(volume, "Name")), None);
        }
        for network in &found.networks {
            self.call("DELETE", &format!("/networks/{}", name(network, "Id")), None);
        }
    }
}

/// What carries a label.
#[derive(Debug)]
pub struct Labelled {
    pub containers: Vec<Value>,
    pub volumes: Vec<Value>,
    pub networks: Vec<Value>,
}

impl Labelled {
    /// Kind and name of everything, sorted.
    pub fn names(&self) -> Vec<String> {
        let of = |kind: &str, values: &[Value], name: fn(&Value) -> String| {
            values.iter().map(|value| format!("{kind} {}", name(value))).collect::<Vec<_>>()
        };
        let named = |value: &Value| value["Name"].as_str().unwrap_or_default().to_owned();
        let mut all = of("container", &self.containers, |value| {
            value["Names"][0].as_str().unwrap_or_default().trim_start_matches('/').to_owned()
        });
        all.extend(of("volume", &self.volumes, named));
        all.extend(of("network", &self.networks, named));
        all.sort();
        all
    }
}

/// Something in the engine that belongs to nobody's project; removed at the end.
#[derive(Debug)]
pub struct Foreign {
    engine: Engine,
    path: String,
    before: Value,
}

impl Foreign {
    /// A container that sleeps, with these fields of the engine's API on top.
    pub fn container(name: &str, more: &Value) -> Self {
        let engine = Engine::new();
        let mut body = json!({ "Image": "busybox:latest", "Cmd": ["sleep", "600"], "HostConfig": { "Init": true, "NetworkMode": "none" } });
        merge(&mut body, more);
        let (status, made) = engine.call("POST", &format!("/containers/create?name={name}"), Some(&body));
        assert_eq!(status, 201, "{made}");
        let mut foreign = Self { engine, path: format!("/containers/{name}"), before: Value::Null };
        let (status, answer) = foreign.engine.call("POST", &format!("/containers/{name}/start"), None);
        assert_eq!(status, 204, "{answer}");
        foreign.before = foreign.look();
        foreign
    }

    /// A volume.
    pub fn volume(name: &str) -> Self {
        let engine = Engine::new();
        let (status, made) = engine.call("POST", "/volumes/create", Some(&json!({ "Name": name })));
        assert_eq!(status, 201, "{made}");
        Self::made(engine, format!("/volumes/{name}"))
    }

    /// A network.
    pub fn network(name: &str) -> Self {
        let engine = Engine::new();
        let (status, made) = engine.call("POST", "/networks/create", Some(&json!({ "Name": name })));
        assert_eq!(status, 201, "{made}");
        let id = made["Id"].as_str().unwrap();
        Self::made(engine, format!("/networks/{id}"))
    }

    fn made(engine: Engine, path: String) -> Self {
        let mut foreign = Self { engine, path, before: Value::Null };
        foreign.before = foreign.look();
        foreign
    }

    fn look(&self) -> Value {
        let suffix = if self.path.starts_with("/containers/") { "/json" } else { "" };
        self.engine.get(&format!("{}{suffix}", self.path))
    }

    /// Its id in the engine.
    pub fn id(&self) -> &str {
        self.before["Id"].as_str().unwrap()
    }

    /// Fails if anything about it is different from how it was made.
    #[track_caller]
    pub fn is_untouched(&self) {
        assert_eq!(self.look(), self.before, "{} was changed", self.path);
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        self.engine.call("DELETE", &format!("{}?force=1", self.path), None);
    }
}

fn merge(into: &mut Value, more: &Value) {
    match (into, more) {
        (Value::Object(into), Value::Object(more)) => {
            for (key, value) in more {
                merge(into.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (into, more) => *into = more.clone(),
    }
}

/// A text as part of a query.
fn percent(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let coded = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(coded).collect()
}
