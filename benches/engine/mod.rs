//! The engine as nothing but HTTP on its socket: what the work costs when no program thinks about it.
//!
//! In: paths and JSON bodies. Out: answers; panics when the engine refuses. One kept connection for each [`Engine`].

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Pause between two probes of a port.
const PROBE: Duration = Duration::from_millis(10);

/// A kept connection to the engine.
pub struct Engine {
    stream: BufReader<UnixStream>,
}

impl Engine {
    /// Connects to the local engine, or to the one that `DOCKER_HOST=unix://…` names.
    pub fn connect() -> Self {
        let host = std::env::var("DOCKER_HOST").unwrap_or_default();
        let path = host.strip_prefix("unix://").unwrap_or("/var/run/docker.sock");
        let stream = UnixStream::connect(path).expect("a Docker engine listens on its socket");
        Self { stream: BufReader::new(stream) }
    }

    /// Sends a request; the answer, or the status where it is none of success.
    pub fn ask(&mut self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, u16> {
        let body = body.map_or_else(String::new, Value::to_string);
        let head = format!(
            "{method} /v1.40{path} HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        self.stream.get_mut().write_all((head + &body).as_bytes()).expect("the engine takes a request");
        let status: u16 = self.line().split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status line");
        let bytes = self.rest(status);
        if status >= 400 {
            return Err(status);
        }
        Ok(serde_json::from_slice(&bytes).unwrap_or_default())
    }

    /// A request that has to be done.
    pub fn must(&mut self, method: &str, path: &str, body: Option<&Value>) -> Value {
        self.ask(method, path, body).unwrap_or_else(|status| panic!("{method} {path}: the engine answers {status}"))
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).expect("the engine answers");
        line.trim_end().to_owned()
    }

    fn rest(&mut self, status: u16) -> Vec<u8> {
        let (mut length, mut chunked) = (0, false);
        loop {
            let line = self.line().to_ascii_lowercase();
            match line.split_once(": ") {
                Some(("content-length", value)) => length = value.parse().expect("a length"),
                Some(("transfer-encoding", value)) => chunked = value == "chunked",
                _ if line.is_empty() => break,
                _ => {}
            }
        }
        if !chunked {
            return if status == 204 || status == 304 { Vec::new() } else { self.exactly(length) };
        }
        let mut whole = Vec::new();
        loop {
            let size = usize::from_str_radix(&self.line(), 16).expect("the size of a chunk");
            whole.extend(self.exactly(size));
            self.line();
            if size == 0 {
                return whole;
            }
        }
    }

    fn exactly(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes).expect("the whole answer");
        bytes
    }

    /// Makes a container on a network.
    pub fn create(&mut self, name: &str, network: &str, mut body: Value) {
        body["HostConfig"]["NetworkMode"] = json!(network);
        body["HostConfig"]["Init"] = json!(true);
        body["Labels"] = json!({"polytope-bench": ""});
        self.must("POST", &format!("/containers/create?name={name}"), Some(&body));
    }

    /// Starts a container and waits for its port to accept a connection.
    pub fn start(&mut self, name: &str, port: u16) {
        self.must("POST", &format!("/containers/{name}/start"), None);
        let inspection = self.must("GET", &format!("/containers/{name}/json"), None);
        let networks = inspection["NetworkSettings"]["Networks"].as_object().expect("its networks");
        let address = networks.values().next().and_then(|network| network["IPAddress"].as_str()).expect("an address");
        let address = SocketAddr::new(address.parse().expect("an address"), port);
        let started = Instant::now();
        while TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_err() {
            assert!(started.elapsed() < Duration::from_secs(60), "`{name}` does not get ready");
            std::thread::sleep(PROBE);
        }
    }

    /// Stops a container as its image asks for, and removes it.
    pub fn stop_and_remove(&mut self, name: &str) {
        self.must("POST", &format!("/containers/{name}/stop"), None);
        self.must("DELETE", &format!("/containers/{name}?v=1&force=1"), None);
    }

    /// Removes everything whose name starts with `prefix`: containers, then networks and volumes.
    pub fn remove_all(&mut self, prefix: &str) {
        let containers = self.must("GET", "/containers/json?all=1", None);
        for container in containers.as_array().into_iter().flatten() {
            if container["Names"][0].as_str().is_some_and(|name| name[1..].starts_with(prefix)) {
                let id = container["Id"].as_str().unwrap_or_default();
                let _ = self.ask("DELETE", &format!("/containers/{id}?v=1&force=1"), None);
            }
        }
        for network in self.must("GET", "/networks", None).as_array().into_iter().flatten() {
            if let Some(name) = network["Name"].as_str().filter(|name| name.starts_with(prefix)) {
                let _ = self.ask("DELETE", &format!("/networks/{name}"), None);
            }
        }
        for volume in self.must("GET", "/volumes", None)["Volumes"].as_array().into_iter().flatten() {
            if let Some(name) = volume["Name"].as_str().filter(|name| name.starts_with(prefix)) {
                let _ = self.ask("DELETE", &format!("/volumes/{name}"), None);
            }
        }
    }
}

/// Does `work` for each of `0..count`, so many at a time, each worker with a connection of its own.
pub fn at_once(workers: usize, count: usize, work: impl Fn(&mut Engine, usize) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                let mut engine = Engine::connect();
                while let Some(index) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|index| *index < count) {
                    work(&mut engine, index);
                }
            });
        }
    });
}
