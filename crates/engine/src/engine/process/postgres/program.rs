//! Programs that are run to their end, or followed: what they say is handed on line by line, the last lines are kept.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::{Account, PostgresError};

/// Lines that are kept for an error.
const KEPT: usize = 20;

/// How long the output of a program may stay open after it has ended: a daemon that it left may hold it for ever.
pub(super) const LAST_WORDS: Duration = Duration::from_millis(500);

/// Hears each line.
pub(super) type Hear<'a> = &'a (dyn Fn(&str) + Sync);

/// The last lines of what was said.
#[derive(Debug, Clone, Default)]
pub(super) struct Tail(Arc<Mutex<VecDeque<String>>>);

impl Tail {
    fn add(&self, line: &str) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == KEPT {
            lines.pop_front();
        }
        lines.push_back(line.to_owned());
    }

    /// Them, the oldest first.
    pub(super) fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

/// A program in an environment of its own, as this account, that dies with us.
pub(super) fn command(program: &Path, account: Option<&Account>, path: &OsStr, directory: &Path) -> Command {
    let mut command = dying_with_us(program, "KILL");
    command.env_clear().env("PATH", path).current_dir(directory).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    // Signals of a terminal are for us, who know what to do with them.
    command.process_group(0);
    if let Some(account) = account {
        command.uid(account.uid).gid(account.gid);
    }
    command
}

/// A program that gets a signal when the thread that started it ends, however that ends. A child can ask for that
/// only between fork and exec, which takes unsafe code, or `setpriv`, which every Linux but the smallest has.
pub(super) fn dying_with_us(program: &Path, signal: &str) -> Command {
    // That of busybox, a link to it, does not know the option.
    let real = |path: &Path| fs::symlink_metadata(path).is_ok_and(|found| found.is_file());
    let setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].map(Path::new).into_iter().find(|path| real(path));
    let Some(setpriv) = setpriv else { return Command::new(program) };
    let mut command = Command::new(setpriv);
    command.args(["--pdeathsig", signal, "--"]).arg(program);
    command
}

/// Starts a program.
pub(super) fn spawn(command: &mut Command, doing: &str) -> Result<Child, PostgresError> {
    command.spawn().map_err(|source| PostgresError::Io { doing: doing.to_owned(), source })
}

/// Runs a program to its end, with these bytes for input; one that ends badly is an error with its last lines.
pub(super) async fn finish(
    command: &mut Command,
    input: Option<&[u8]>,
    doing: &str,
    hear: Hear<'_>,
) -> Result<(), PostgresError> {
    if input.is_some() {
        command.stdin(Stdio::piped());
    }
    let mut child = spawn(command, doing)?;
    let tail = Tail::default();
    let status = attend(&mut child, input, &tail, hear).await;
    let status = status.map_err(|source| PostgresError::Io { doing: doing.to_owned(), source })?;
    judge(status, doing, &tail)
}

/// An end that is none of success is an error.
pub(super) fn judge(status: ExitStatus, doing: &str, tail: &Tail) -> Result<(), PostgresError> {
    if status.success() {
        return Ok(());
    }
    Err(PostgresError::Failed {
        doing: doing.to_owned(),
        problem: format!("it ended with {status}"),
        log: tail.lines(),
    })
}

async fn attend(child: &mut Child, input: Option<&[u8]>, tail: &Tail, hear: Hear<'_>) -> io::Result<ExitStatus> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let write = async {
        if let (Some(mut stdin), Some(input)) = (stdin, input) {
            // One that has heard enough closes its end.
            let _ = stdin.write_all(input).await;
        }
    };
    let talk = async { tokio::join!(write, follow(stdout, tail, hear), follow(stderr, tail, hear)) };
    tokio::pin!(talk);
    tokio::select! {
        _ = &mut talk => child.wait().await,
        status = child.wait() => {
            let _ = timeout(LAST_WORDS, talk).await;
            status
        }
    }
}

/// Hands every line of a stream on until it ends.
pub(super) async fn follow(stream: Option<impl AsyncRead + Unpin>, tail: &Tail, hear: Hear<'_>) {
    let Some(stream) = stream else { return };
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).await.is_ok_and(|length| length > 0) {
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end();
        tail.add(text);
        hear(text);
        line.clear();
    }
}
