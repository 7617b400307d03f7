//! Something between `pt` and the engine that hears every request and may do worse than pass it on.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::Engine;

/// A request as its first line says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its position among all requests, from 0.
    pub position: usize,
    /// `GET`, `POST`, …
    pub method: String,
    /// Path and query.
    pub path: String,
}

impl Seen {
    /// Whether it may change something.
    pub fn changes(&self) -> bool {
        self.method != "GET" && self.method != "HEAD"
    }
}

/// What becomes of a request.
pub enum Verdict {
    /// It is passed on.
    Pass,
    /// The engine never hears of it.
    Drop,
    /// The engine does it; what it answers is heard by this alone.
    Swallow(Box<dyn FnOnce() + Send>),
}

/// Where a proxy listens.
pub enum Listen {
    /// On a socket in a directory.
    Socket(PathBuf),
    /// On a port of this machine, as an engine elsewhere would.
    Port,
}

/// A running proxy; its threads end with the connections.
pub struct Proxy {
    /// How `pt` reaches it.
    pub host: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

type Judge = Arc<dyn Fn(&Seen) -> Verdict + Send + Sync>;

impl Proxy {
    /// A proxy that passes everything on.
    pub fn new(listen: Listen) -> Self {
        Self::judging(listen, |_| Verdict::Pass)
    }

    /// A proxy that asks what becomes of each request.
    pub fn judging(listen: Listen, judge: impl Fn(&Seen) -> Verdict + Send + Sync + 'static) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (judge, all): (Judge, _) = (Arc::new(judge), Arc::clone(&seen));
        let host = match listen {
            Listen::Socket(directory) => {
                let path = directory.join("proxy.sock");
                let _ = std::fs::remove_file(&path);
                let listener = UnixListener::bind(&path).unwrap();
                std::thread::spawn(move || {
                    for client in listener.incoming().flatten() {
                        let reader = client.try_clone().unwrap();
                        serve(reader, client, &judge, &all);
                    }
                });
                format!("unix://{}", path.display())
            }
            Listen::Port => {
                let listener = TcpListener::bind("127.0.0.1:0").unwrap();
                let host = format!("tcp://{}", listener.local_addr().unwrap());
                std::thread::spawn(move || {
                    for client in listener.incoming().flatten() {
                        let reader: TcpStream = client.try_clone().unwrap();
                        serve(reader, client, &judge, &all);
                    }
                });
                host
            }
        };
        Self { host, seen }
    }

    /// A proxy in this directory.
    pub fn at(directory: &Path, judge: impl Fn(&Seen) -> Verdict + Send + Sync + 'static) -> Self {
        Self::judging(Listen::Socket(directory.to_owned()), judge)
    }

    /// All requests so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

/// Both directions of one connection, in threads of their own.
fn serve(
    mut client: impl Read + Send + 'static,
    answers: impl Write + Send + 'static,
    judge: &Judge,
    all: &Arc<Mutex<Vec<Seen>>>,
) {
    let Ok(engine) = UnixStream::connect(Engine::new().socket()) else { return };
    let (judge, all) = (Arc::clone(judge), Arc::clone(all));
    let ending: Arc<Mutex<Option<Box<dyn FnOnce() + Send>>>> = Arc::default();
    let (mut to_engine, from_engine) = (engine.try_clone().unwrap(), engine);
    let heard = Arc::clone(&ending);
    std::thread::spawn(move || answer(from_engine, answers, &heard));
    std::thread::spawn(move || {
        let mut chunk = vec![0; 1 << 16];
        while let Ok(count @ 1..) = client.read(&mut chunk) {
            if let Some((method, path)) = first_line(&chunk[..count]) {
                let request = {
                    let mut all = all.lock().unwrap();
                    let request = Seen { position: all.len(), method, path };
                    all.push(request.clone());
                    request
                };
                match judge(&request) {
                    Verdict::Pass => {}
                    Verdict::Drop => break,
                    Verdict::Swallow(end) => *ending.lock().unwrap() = Some(end),
                }
            }
            if to_engine.write_all(&chunk[..count]).is_err() {
                break;
            }
        }
        let _ = to_engine.shutdown(std::net::Shutdown::Write);
    });
}

/// Passes the engine's answers on, until one is to be swallowed.
fn answer(mut engine: UnixStream, mut client: impl Write, ending: &Mutex<Option<Box<dyn FnOnce() + Send>>>) {
    let mut chunk = vec![0; 1 << 16];
    while let Ok(count @ 1..) = engine.read(&mut chunk) {
        if let Some(end) = ending.lock().unwrap().take() {
            end();
            return;
        }
        if client.write_all(&chunk[..count]).and_then(|()| client.flush()).is_err() {
            return;
        }
    }
}

/// Method and path, if this is the beginning of a request.
fn first_line(bytes: &[u8]) -> Option<(String, String)> {
    const METHODS: [&str; 5] = ["GET", "POST", "PUT", "DELETE", "HEAD"];
    let end = bytes.iter().position(|byte| *byte == b'\r')?;
    let line = std::str::from_utf8(&bytes[..end]).ok()?;
    let mut words = line.split(' ');
    let (method, path) = (words.next()?, words.next()?);
    (METHODS.contains(&method) && words.next()?.starts_with("HTTP/")).then(|| (method.to_owned(), path.to_owned()))
}
