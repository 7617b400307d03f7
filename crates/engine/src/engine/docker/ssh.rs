//! An engine on another machine through the user's own `ssh`, as the docker command does it.
//!
//! A private socket of ours stands for the engine; whoever connects to it is passed on to `docker system dial-stdio`
//! on the other machine. Keys, hosts and passwords are the business of `ssh`.

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::process::{Child, ChildStderr, Command};
use tokio::task::JoinHandle;

use super::endpoint::SshTarget;

/// Seconds that `ssh` may take to reach the other machine.
const CONNECT: &str = "ConnectTimeout=10";

/// How long the last words of `ssh` may take after its output has ended.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// What `ssh` last complained of.
pub(super) type Complaint = Arc<Mutex<String>>;

/// A socket that leads to an engine elsewhere, for as long as this lives.
pub(super) struct Tunnel {
    directory: TempDir,
    listening: JoinHandle<()>,
    complaint: Complaint,
}

impl Tunnel {
    /// Opens the socket; `program` is `ssh`. Connects only when somebody connects to it.
    pub(super) fn open(program: &Path, target: &SshTarget) -> io::Result<Self> {
        // nobody else may get to the socket
        let closed = std::fs::Permissions::from_mode(0o700);
        let directory = tempfile::Builder::new().prefix("pt-ssh-").permissions(closed).tempdir()?;
        let listener = UnixListener::bind(socket(directory.path()))?;
        let complaint = Complaint::default();
        let listening = tokio::spawn(listen(listener, program.to_owned(), target.clone(), complaint.clone()));
        Ok(Self { directory, listening, complaint })
    }

    /// The socket.
    pub(super) fn path(&self) -> PathBuf {
        socket(self.directory.path())
    }

    /// What `ssh` last complained of.
    pub(super) fn complaint(&self) -> Complaint {
        self.complaint.clone()
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

fn socket(directory: &Path) -> PathBuf {
    directory.join("engine.sock")
}

async fn listen(listener: UnixListener, program: PathBuf, target: SshTarget, complaint: Complaint) {
    while let Ok((stream, _)) = listener.accept().await {
        match dial(&program, &target) {
            Ok(child) => {
                tokio::spawn(pass(stream, child, complaint.clone()));
            }
            Err(error) => note(&complaint, &format!("`{}` cannot be run: {error}", program.display())),
        }
    }
}

fn dial(program: &Path, target: &SshTarget) -> io::Result<Child> {
    let mut command = Command::new(program);
    command.args(["-T", "-o", CONNECT]);
    if let Some(user) = &target.user {
        command.args(["-l", user]);
    }
    if let Some(port) = target.port {
        command.args(["-p", &port.to_string()]);
    }
    command.args(["--", target.host.trim_matches(['[', ']']), "docker", "system", "dial-stdio"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true).spawn()
}

/// Passes bytes both ways until the far side has said all.
async fn pass(stream: UnixStream, mut child: Child, complaint: Complaint) {
    let (Some(mut input), Some(mut output), Some(errors)) =
        (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return;
    };
    let (mut ours_read, mut ours_write) = stream.into_split();
    // whoever breaks a connection, the reason is what ssh says
    let up = async move {
        let _ = tokio::io::copy(&mut ours_read, &mut input).await;
    };
    let up = tokio::spawn(up);
    let _ = tokio::io::copy(&mut output, &mut ours_write).await;
    // before our side hears the end, so that the reason is there when it asks
    let _ = tokio::time::timeout(LAST_WORDS, listen_to(errors, &complaint)).await;
    let _ = ours_write.shutdown().await;
    up.abort();
}

/// Keeps the last line of what `ssh` complains of.
async fn listen_to(errors: ChildStderr, complaint: &Complaint) {
    let mut lines = BufReader::new(errors).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        note(complaint, &line);
    }
}

fn note(complaint: &Complaint, words: &str) {
    *complaint.lock().unwrap_or_else(PoisonError::into_inner) = crate::engine::sentence(words);
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    fn program(directory: &Path, script: &str) -> PathBuf {
        let path = directory.join("ssh");
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    fn target() -> SshTarget {
        SshTarget { user: Some("me".to_owned()), host: "box".to_owned(), port: Some(2222) }
    }

    async fn talk(tunnel: &Tunnel, said: &[u8]) -> Vec<u8> {
        let mut stream = UnixStream::connect(tunnel.path()).await.unwrap();
        stream.write_all(said).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut heard = Vec::new();
        stream.read_to_end(&mut heard).await.unwrap();
        heard
    }

    #[tokio::test]
    async fn bytes_pass_both_ways_and_the_command_is_that_of_docker() {
        let directory = tempfile::tempdir().unwrap();
        let echo = program(directory.path(), r#"echo "$@"; cat"#);
        let tunnel = Tunnel::open(&echo, &target()).unwrap();
        let heard = String::from_utf8(talk(&tunnel, b"hello").await).unwrap();
        assert_eq!(heard, "-T -o ConnectTimeout=10 -l me -p 2222 -- box docker system dial-stdio\nhello");
        let mode = std::fs::metadata(tunnel.path().parent().unwrap()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[tokio::test]
    async fn what_ssh_complains_of_is_kept() {
        let directory = tempfile::tempdir().unwrap();
        let fails = program(directory.path(), "echo 'Host key verification failed.' >&2; exit 255");
        let tunnel = Tunnel::open(&fails, &target()).unwrap();
        assert_eq!(talk(&tunnel, b"").await, b"");
        assert_eq!(*tunnel.complaint().lock().unwrap(), "Host key verification failed");
    }

    #[tokio::test]
    async fn the_socket_goes_with_the_tunnel() {
        let tunnel = Tunnel::open(Path::new("ssh"), &target()).unwrap();
        let path = tunnel.path();
        assert!(path.exists());
        drop(tunnel);
        assert!(!path.exists());
    }
}
