//! Programs in a running container: wired to this process's terminal or pipes, or captured.

use std::convert::Infallible;
use std::io::{IsTerminal, Write};
use std::pin::Pin;
use std::time::Duration;

use bollard::container::LogOutput;
use bollard::errors::Error;
use bollard::exec::{CreateExecOptions, ResizeExecOptions, StartExecOptions, StartExecResults};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

use super::client::CHANGE;
use super::engine::DockerEngine;
use super::errors::{Doing, doing};
use super::terminal::{self, RawMode};
use crate::engine::{EngineError, ExecRequest, Failure, Stream as StreamName};
use crate::plan::State;

/// How long a program that is captured may take.
const CAPTURED: Duration = Duration::from_secs(30);

/// Bytes of output that are kept of a program that is captured.
const KEPT: usize = 64 << 10;

/// Bytes of output from which an engine's complaint is told.
const FIRST: usize = 512;

/// The exit code when we were asked to end (SIGTERM), and when nobody reads our output (SIGPIPE).
const TERMINATED: i64 = 143;
const UNHEARD: i64 = 141;

/// How often and with which pause a program that has closed its output is looked at until it has ended.
const ENDS: u32 = 100;
const END: Duration = Duration::from_millis(20);

/// How the wiring of a program came to its end.
enum End {
    /// Its output ended; how it began.
    Said(Vec<u8>),
    /// We left it, with this exit code.
    Left(i64),
}

type Output = Pin<Box<dyn Stream<Item = Result<LogOutput, Error>> + Send>>;
type Input = Pin<Box<dyn AsyncWrite + Send>>;

impl DockerEngine {
    /// Runs a program wired to this process's standard streams; its exit code.
    pub(super) async fn run_wired(&self, container: &str, request: &ExecRequest) -> Result<i64, EngineError> {
        let doing = doing(format!("run `{}` in container `{container}`", program(request)));
        self.client.greet().await.map_err(|trouble| doing.because(trouble))?;
        let (id, output, input) = self.attach(container, request, &doing).await?;
        let terminal = request.tty && std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
        let raw = if terminal { RawMode::enter().ok() } else { None };
        let wired = self.wire(&id, request, output, input).await;
        drop(raw);
        match wired {
            Ok(End::Left(code)) => Ok(code),
            Ok(End::Said(first)) => self.exit_code(&id, &doing).await.map(|code| shell_code(code, &first)),
            Err(error) => Err(doing.because(self.client.trouble(&error, false))),
        }
    }

    /// Runs a program whose output goes to `sink`, for as long as it takes; its exit code.
    pub(super) async fn run_heard(
        &self,
        container: &str,
        request: &ExecRequest,
        sink: &mut (dyn FnMut(StreamName, &[u8]) + Send),
    ) -> Result<i64, EngineError> {
        let doing = doing(format!("run `{}` in container `{container}`", program(request)));
        self.client.greet().await.map_err(|trouble| doing.because(trouble))?;
        let (id, mut output, input) = self.attach(container, request, &doing).await?;
        let mut input = std::pin::pin!(feed(request, input));
        let mut first = Vec::new();
        loop {
            let item = tokio::select! {
                item = output.next() => item,
                never = &mut input => match never {},
            };
            let Some(item) = item else { break };
            let item = item.map_err(|error| doing.because(self.client.trouble(&error, false)))?;
            keep(&mut first, item.as_ref(), FIRST);
            let stream = if matches!(item, LogOutput::StdErr { .. }) { StreamName::Stderr } else { StreamName::Stdout };
            sink(stream, item.as_ref());
        }
        self.exit_code(&id, &doing).await.map(|code| shell_code(code, &first))
    }

    /// Runs a program and keeps what it prints; its exit code and its output.
    pub(super) async fn run_captured(
        &self,
        container: &str,
        request: &ExecRequest,
        doing: &Doing,
    ) -> Result<(i64, Vec<u8>), EngineError> {
        let (id, mut output, input) = self.attach(container, request, doing).await?;
        let run = async {
            let mut input = std::pin::pin!(feed(request, input));
            let mut kept = Vec::new();
            loop {
                tokio::select! {
                    item = output.next() => match item {
                        Some(item) => keep(&mut kept, &item?.into_bytes(), KEPT),
                        None => return Ok(kept),
                    },
                    never = &mut input => match never {},
                }
            }
        };
        let late = || Failure::Timeout { what: "done", seconds: CAPTURED.as_secs() };
        let kept = tokio::time::timeout(CAPTURED, run).await.map_err(|_| doing.failed(late()))?;
        let kept = kept.map_err(|error: Error| doing.because(self.client.trouble(&error, false)))?;
        Ok((self.exit_code(&id, doing).await?, kept))
    }

    async fn attach(
        &self,
        container: &str,
        request: &ExecRequest,
        doing: &Doing,
    ) -> Result<(String, Output, Input), EngineError> {
        let missing = || doing.failed(Failure::NotFound(format!("there is no container `{container}`")));
        let found = self.inspect(container, doing).await?.ok_or_else(missing)?;
        if found.state() != State::Running {
            let failure = Failure::Ended(super::exit::in_words(&found));
            let failure = if found.state() == State::Created {
                Failure::NotFound("it was never started".to_owned())
            } else {
                failure
            };
            return Err(doing.advise(failure, "`pt ps` shows what runs"));
        }
        let options = CreateExecOptions {
            attach_stdin: Some(request.stdin || request.input.is_some()),
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            tty: Some(request.tty),
            env: Some(request.environment.clone()),
            cmd: Some(request.command.clone()),
            user: request.user.clone(),
            working_dir: request.workdir.clone(),
            ..Default::default()
        };
        let explain = |trouble| doing.because(trouble);
        let docker = &self.client.docker;
        let made = self.client.within(CHANGE, docker.create_exec(&found.id, options)).await.map_err(explain)?;
        let options = StartExecOptions { tty: request.tty, ..Default::default() };
        let started = self.client.within(CHANGE, docker.start_exec(&made.id, Some(options))).await.map_err(explain)?;
        match started {
            StartExecResults::Attached { output, input } => Ok((made.id, output, input)),
            StartExecResults::Detached => Err(doing.failed(Failure::Engine("the engine kept its output".to_owned()))),
        }
    }

    /// Passes bytes both ways until the program's output ends, or we have to leave.
    async fn wire(&self, id: &str, request: &ExecRequest, mut output: Output, input: Input) -> Result<End, Error> {
        let mut resized = signal(SignalKind::window_change())?;
        let mut terminated = signal(SignalKind::terminate())?;
        if request.tty {
            self.resize(id).await;
        }
        let mut input = std::pin::pin!(feed(request, input));
        let mut first = Vec::new();
        loop {
            tokio::select! {
                item = output.next() => {
                    let Some(item) = item else { return Ok(End::Said(first)) };
                    let item = item?;
                    keep(&mut first, item.as_ref(), FIRST);
                    if pass_on(item).is_err() {
                        return Ok(End::Left(UNHEARD));
                    }
                },
                never = &mut input => match never {},
                _ = resized.recv(), if request.tty => self.resize(id).await,
                _ = terminated.recv() => return Ok(End::Left(TERMINATED)),
            }
        }
    }

    /// Tells the program how large the terminal is; one that has just ended does not mind.
    async fn resize(&self, id: &str) {
        if let Some((width, height)) = terminal::size() {
            let options = ResizeExecOptions { width, height };
            let _ = self.client.within(CHANGE, self.client.docker.resize_exec(id, options)).await;
        }
    }

    async fn exit_code(&self, id: &str, doing: &Doing) -> Result<i64, EngineError> {
        for _ in 0..ENDS {
            let found = self.client.within(CHANGE, self.client.docker.inspect_exec(id)).await;
            let found = found.map_err(|trouble| doing.because(trouble))?;
            if let (Some(code), Some(false) | None) = (found.exit_code, found.running) {
                return Ok(code);
            }
            tokio::time::sleep(END).await;
        }
        Err(doing.failed(Failure::Engine("it closed its output but goes on".to_owned())))
    }
}

/// Gives the program its input, and closes it at the end. Never ends before the input does.
async fn feed(request: &ExecRequest, mut input: Input) -> Infallible {
    if let Some(bytes) = &request.input {
        // a program that has enough closes its input: no reason to complain
        let _ = input.write_all(bytes).await;
    } else if request.stdin {
        let mut chunks = read_stdin();
        while let Some(chunk) = chunks.recv().await {
            if input.write_all(&chunk).await.is_err() {
                break;
            }
        }
    }
    let _ = input.shutdown().await;
    // the connection closes when both halves are gone, and output is still to come
    std::future::pending().await
}

/// Reads standard input on a thread of its own: one of the runtime would keep the process alive until the next key.
fn read_stdin() -> mpsc::Receiver<Bytes> {
    let (sender, receiver) = mpsc::channel(8);
    std::thread::spawn(move || {
        let mut buffer = [0; 16 << 10];
        loop {
            match std::io::Read::read(&mut std::io::stdin(), &mut buffer) {
                Ok(0) => break,
                Ok(count) if sender.blocking_send(Bytes::copy_from_slice(&buffer[..count])).is_ok() => {}
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Ok(_) | Err(_) => break,
            }
        }
    });
    receiver
}

/// Adds bytes to what is kept, up to a limit.
fn keep(kept: &mut Vec<u8>, bytes: &[u8], limit: usize) {
    let room = limit.saturating_sub(kept.len());
    kept.extend_from_slice(&bytes[..bytes.len().min(room)]);
}

/// The exit code as a shell has it: older engines say 126 for a program that is not there, too.
fn shell_code(code: i64, first: &[u8]) -> i64 {
    let said = String::from_utf8_lossy(first);
    let missing = ["no such file or directory", "executable file not found"].iter().any(|words| said.contains(words));
    if code == 126 && said.starts_with("OCI runtime exec failed") && missing { 127 } else { code }
}

fn pass_on(output: LogOutput) -> std::io::Result<()> {
    match output {
        LogOutput::StdErr { message } => {
            let mut stderr = std::io::stderr().lock();
            stderr.write_all(&message)?;
            stderr.flush()
        }
        LogOutput::StdOut { message } | LogOutput::Console { message } | LogOutput::StdIn { message } => {
            let mut stdout = std::io::stdout().lock();
            stdout.write_all(&message)?;
            stdout.flush()
        }
    }
}

fn program(request: &ExecRequest) -> &str {
    request.command.first().map_or("", String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_not_there_is_127_with_every_engine() {
        let missing = b"OCI runtime exec failed: exec failed: exec: \"x\": executable file not found in $PATH: unknown";
        assert_eq!(shell_code(126, missing), 127);
        assert_eq!(shell_code(126, b"OCI runtime exec failed: exec: \"/etc\": permission denied: unknown"), 126);
        assert_eq!(shell_code(126, b"cat: no such file or directory"), 126);
        assert_eq!(shell_code(1, missing), 1);
    }

    #[test]
    fn only_the_beginning_is_kept() {
        let mut kept = Vec::new();
        for _ in 0..3 {
            keep(&mut kept, b"abcd", 6);
        }
        assert_eq!(kept, b"abcdab");
    }
}
