//! A registry on loopback, which engines trust without TLS; the name of the repository picks its fault.

use std::io::Write;
use std::sync::{Arc, Mutex};

use sha2::{Digest, Sha256};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// User and password that `auth` asks for; its base64 holds both characters that differ in URLs.
pub const LOGIN: (&str, &str) = ("me", "p?>~??>>~~ü");

/// A registry; what it was asked for is kept.
pub struct Registry {
    /// `127.0.0.1:port`.
    pub address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

struct Content {
    layer: Vec<u8>,
    config: Vec<u8>,
    manifest: Vec<u8>,
}

impl Registry {
    /// Opens it with an image of one small file.
    pub async fn new() -> Self {
        Self::open(false).await
    }

    /// The same, for those who log in with [`LOGIN`].
    pub async fn closed() -> Self {
        Self::open(true).await
    }

    async fn open(closed: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let (content, heard) = (Arc::new(Content::new()), asked.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, content.clone(), heard.clone(), closed));
            }
        });
        Self { address, asked }
    }

    /// The image of this name.
    pub fn image(&self, name: &str) -> String {
        format!("{}/{name}:1", self.address)
    }

    /// How often something with these words was asked for.
    pub fn times(&self, words: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|asked| asked.contains(words)).count()
    }
}

impl Content {
    fn new() -> Self {
        let mut tar = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_size(5);
        header.set_mode(0o644);
        // different for each test, so that no engine has it already
        header.set_mtime(
            u64::from(std::process::id()) * 1000
                + u64::from(jiff::Timestamp::now().subsec_millisecond().unsigned_abs()),
        );
        tar.append_data(&mut header, "hello", &b"hello"[..]).unwrap();
        let layer = tar.into_inner().unwrap();
        let config = serde_json::json!({
            "architecture": "amd64", "os": "linux", "config": {"Cmd": ["/hello"]},
            "rootfs": {"type": "layers", "diff_ids": [digest(&layer)]},
        });
        let config = config.to_string().into_bytes();
        let manifest = serde_json::json!({
            "schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
            "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "size": config.len(), "digest": digest(&config)},
            "layers": [{"mediaType": "application/vnd.docker.image.rootfs.diff.tar", "size": layer.len(), "digest": digest(&layer)}],
        });
        Self { layer, config, manifest: manifest.to_string().into_bytes() }
    }
}

fn digest(bytes: &[u8]) -> String {
    let mut text = b"sha256:".to_vec();
    for byte in Sha256::digest(bytes) {
        write!(text, "{byte:02x}").unwrap();
    }
    String::from_utf8(text).unwrap()
}

async fn serve(stream: TcpStream, content: Arc<Content>, asked: Arc<Mutex<Vec<String>>>, closed: bool) {
    let mut stream = BufReader::new(stream);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if stream.read_line(&mut head).await.unwrap_or_default() == 0 {
                return;
            }
        }
        let mut line = head.lines().next().unwrap_or_default().split(' ');
        let (method, path) = (line.next().unwrap_or_default(), line.next().unwrap_or_default());
        asked.lock().unwrap().push(format!("{method} {path}"));
        let (status, headers, body) =
            if closed && !head.contains(&authorization()) { refusal() } else { answer(path, &content) };
        let start = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
        let body = if method == "HEAD" { Vec::new() } else { body };
        if stream.write_all(start.as_bytes()).await.is_err() || stream.write_all(&body).await.is_err() {
            return;
        }
    }
}

type Answer = (&'static str, String, Vec<u8>);

/// What a client says who logs in.
fn authorization() -> String {
    let (user, password) = LOGIN;
    let login = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, format!("{user}:{password}"));
    format!("Basic {login}")
}

fn refusal() -> Answer {
    let asks = "WWW-Authenticate: Basic realm=\"t\"\r\n".to_owned();
    let body = br#"{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}"#;
    ("401 Unauthorized", asks, body.to_vec())
}

fn answer(path: &str, content: &Content) -> Answer {
    let plain = String::new;
    let parts: Vec<&str> = path.split('/').collect();
    let [_, "v2", repository, kind, reference] = parts[..] else { return ("200 OK", plain(), b"{}".to_vec()) };
    match repository {
        "auth" => return refusal(),
        "rate" => {
            let body = br#"{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your pull rate limit."}]}"#;
            return ("429 Too Many Requests", plain(), body.to_vec());
        }
        "broken" => return ("500 Internal Server Error", plain(), b"oops".to_vec()),
        "absent" if kind == "manifests" => {
            let body = br#"{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}"#;
            return ("404 Not Found", plain(), body.to_vec());
        }
        _ => {}
    }
    if kind == "manifests" {
        let headers = format!(
            "Content-Type: application/vnd.docker.distribution.manifest.v2+json\r\nDocker-Content-Digest: {}\r\n",
            digest(&content.manifest)
        );
        return ("200 OK", headers, content.manifest.clone());
    }
    let mut blob = if reference == digest(&content.config) { content.config.clone() } else { content.layer.clone() };
    if repository == "damaged" && reference != digest(&content.config) {
        blob[0] ^= 1;
    }
    ("200 OK", plain(), blob)
}
