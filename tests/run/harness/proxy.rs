//! Something between `pt` and the engine that hears every request and may do worse than pass it on.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::{Engine, until};

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
    shared: Arc<Shared>,
}

/// What all connections know.
struct Shared {
    judge: Box<dyn Fn(&Seen) -> Verdict + Send + Sync>,
    seen: Mutex<Vec<Seen>>,
    /// Requests that the engine has not begun to answer.
    unanswered: AtomicUsize,
}

impl Proxy {
    /// A proxy that passes everything on.
    pub fn new(listen: Listen) -> Self {
        Self::judging(listen, |_| Verdict::Pass)
    }

    /// A proxy that asks what becomes of each request.
    pub fn judging(listen: Listen, judge: impl Fn(&Seen) -> Verdict + Send + Sync + 'static) -> Self {
        let shared =
            Arc::new(Shared { judge: Box::new(judge), seen: Mutex::default(), unanswered: AtomicUsize::new(0) });
        let all = Arc::clone(&shared);
        let host = match listen {
            Listen::Socket(directory) => {
                let path = directory.join("proxy.sock");
                let _ = std::fs::remove_file(&path);
                let listener = UnixListener::bind(&path).unwrap();
                std::thread::spawn(move || {
                    for client in listener.incoming().flatten() {
                        let reader = client.try_clone().unwrap();
                        serve(reader, client, &all);
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
                        serve(reader, client, &all);
                    }
                });
                host
            }
        };
        Self { host, shared }
    }

    /// A proxy in this directory.
    pub fn at(directory: &Path, judge: impl Fn(&Seen) -> Verdict + Send + Sync + 'static) -> Self {
        Self::judging(Listen::Socket(directory.to_owned()), judge)
    }

    /// All requests so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.shared.seen.lock().unwrap().clone()
    }

    /// Waits until the engine has answered everything, be it to somebody who is dead by now.
    pub fn settle(&self) {
        until("the engine to answer", || (self.shared.unanswered.load(Ordering::SeqCst) == 0).then_some(()));
    }
}

/// One connection.
#[derive(Default)]
struct Exchange {
    /// Whether the engine owes an answer.
    owes: AtomicBool,
    /// What happens instead of passing the next answer on.
    ending: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl Exchange {
    fn asked(&self, shared: &Shared) {
        if !self.owes.swap(true, Ordering::SeqCst) {
            shared.unanswered.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn answered(&self, shared: &Shared) {
        if self.owes.swap(false, Ordering::SeqCst) {
            shared.unanswered.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// Both directions of one connection, in threads of their own.
fn serve(client: impl Read + Send + 'static, answers: impl Write + Send + 'static, shared: &Arc<Shared>) {
    let Ok(engine) = UnixStream::connect(Engine::new().socket()) else { return };
    let (to_engine, from_engine) = (engine.try_clone().unwrap(), engine);
    let exchange = Arc::new(Exchange::default());
    let (heard, known) = (Arc::clone(&exchange), Arc::clone(shared));
    std::thread::spawn(move || {
        answer(from_engine, answers, &heard, &known);
        heard.answered(&known);
    });
    let shared = Arc::clone(shared);
    std::thread::spawn(move || ask(client, to_engine, &exchange, &shared));
}

/// Passes requests on as the judge says.
fn ask(mut client: impl Read, mut engine: UnixStream, exchange: &Exchange, shared: &Shared) {
    let mut chunk = vec![0; 1 << 16];
    while let Ok(count @ 1..) = client.read(&mut chunk) {
        if let Some((method, path)) = first_line(&chunk[..count]) {
            let request = {
                let mut all = shared.seen.lock().unwrap();
                let request = Seen { position: all.len(), method, path };
                all.push(request.clone());
                request
            };
            match (shared.judge)(&request) {
                Verdict::Pass => {}
                Verdict::Drop => break,
                Verdict::Swallow(end) => *exchange.ending.lock().unwrap() = Some(end),
            }
            exchange.asked(shared);
        }
        if engine.write_all(&chunk[..count]).is_err() {
            break;
        }
    }
    let _ = engine.shutdown(std::net::Shutdown::Write);
}

/// Passes the engine's answers on, until one is to be swallowed.
fn answer(mut engine: UnixStream, mut client: impl Write, exchange: &Exchange, shared: &Shared) {
    let mut chunk = vec![0; 1 << 16];
    let mut open = true;
    // Read on when nobody listens any more: the engine is done when it has answered.
    while let Ok(count @ 1..) = engine.read(&mut chunk) {
        exchange.answered(shared);
        if let Some(end) = exchange.ending.lock().unwrap().take() {
            end();
            return;
        }
        open = open && client.write_all(&chunk[..count]).and_then(|()| client.flush()).is_ok();
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
