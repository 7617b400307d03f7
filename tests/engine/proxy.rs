//! A socket before the engine that misbehaves as real ones do.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinHandle};

use crate::rig::socket;

/// What is said to everybody who connects.
#[derive(Clone)]
pub enum Manner {
    /// Nothing, for ever.
    Hang,
    /// These bytes, in this many writes, and the end.
    Say(Vec<Vec<u8>>),
    /// Whatever the engine says.
    Pass,
    /// The same, but these bytes to requests that begin so.
    PassBut(&'static str, Vec<Vec<u8>>),
}

/// The socket; gone when dropped.
pub struct Proxy {
    directory: TempDir,
    manner: Manner,
    listening: Mutex<Option<JoinHandle<()>>>,
    connections: Arc<Mutex<Vec<AbortHandle>>>,
    heard: watch::Sender<String>,
}

impl Proxy {
    /// Opens the socket.
    pub fn new(manner: Manner) -> Self {
        let proxy = Self {
            directory: tempfile::tempdir().unwrap(),
            manner,
            listening: Mutex::default(),
            connections: Arc::default(),
            heard: watch::Sender::default(),
        };
        proxy.up();
        proxy
    }

    /// Says these bytes to everybody.
    pub fn saying(answer: &str) -> Self {
        Self::new(Manner::Say(vec![answer.as_bytes().to_vec()]))
    }

    /// Answers every request with this JSON.
    pub fn answering(status: &str, json: &str) -> Self {
        let length = json.len();
        let head = format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n");
        Self::saying(&format!("{head}{json}"))
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("engine.sock")
    }

    /// Its address.
    pub fn host(&self) -> String {
        format!("unix://{}", self.path().display())
    }

    /// Ends every connection as an engine does that is killed, and takes no new ones.
    pub fn down(&self) {
        if let Some(listening) = self.listening.lock().unwrap().take() {
            listening.abort();
        }
        // the socket file stays, as it does when an engine is killed
        self.connections.lock().unwrap().drain(..).for_each(|connection| connection.abort());
    }

    /// Waits for a request with these words.
    pub async fn hears(&self, words: &str) {
        self.heard.subscribe().wait_for(|request| request.contains(words)).await.unwrap();
    }

    /// Takes connections again.
    pub fn up(&self) {
        let _ = std::fs::remove_file(self.path());
        let listener = UnixListener::bind(self.path()).unwrap();
        let (manner, connections, heard) = (self.manner.clone(), self.connections.clone(), self.heard.clone());
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let connection = tokio::spawn(serve(stream, manner.clone(), heard.clone()));
                connections.lock().unwrap().push(connection.abort_handle());
            }
        });
        *self.listening.lock().unwrap() = Some(listening);
    }
}

async fn serve(mut stream: UnixStream, manner: Manner, heard: watch::Sender<String>) {
    let mut request = vec![0; 65536];
    let count = stream.read(&mut request).await.unwrap_or_default();
    request.truncate(count);
    heard.send_replace(String::from_utf8_lossy(&request).lines().next().unwrap_or_default().to_owned());
    match manner {
        Manner::Hang => std::future::pending().await,
        Manner::Say(parts) => say(stream, parts).await,
        Manner::PassBut(start, parts) if request.starts_with(start.as_bytes()) => say(stream, parts).await,
        Manner::Pass | Manner::PassBut(..) => {
            let mut engine = UnixStream::connect(socket()).await.unwrap();
            let _ = engine.write_all(&request).await;
            let _ = tokio::io::copy_bidirectional(&mut stream, &mut engine).await;
        }
    }
}

async fn say(mut stream: UnixStream, parts: Vec<Vec<u8>>) {
    for part in parts {
        let _ = stream.write_all(&part).await;
        let _ = stream.flush().await;
        // so that each part arrives on its own
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    }
}

/// The real engine over TCP, as if it were another machine's; its address.
pub async fn over_tcp() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut engine = UnixStream::connect(socket()).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut stream, &mut engine).await;
            });
        }
    });
    format!("tcp://{address}")
}
