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
use crate::engine::{EngineError, ExecRequest, Failure};
use crate::plan::State;

/// How long a program that is captured may take.
const CAPTURED: Duration = Duration::from_secs(30);

/// Bytes of output that are kept of a program that is captured.
const KEPT: usize = 64 << 10;

/// The exit code of a program that was asked to end together with us.
const TERMINATED: i64 = 143;

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
            Ok(Some(code)) => Ok(code),
            Ok(None) => self.exit_code(&id, &doing).await,
            Err(error) => Err(doing.because(self.client.trouble(&error, false))),
        }
    }

    /// Runs a program and keeps what it prints; its exit code and its output.
    pub(super) async fn run_captured(
        &self,
        container: &str,
        request: &ExecRequest,
        doing: &Doing,
    ) -> Result<(i64, Vec<u8>), EngineError> {
        let (id, mut output, mut input) = self.attach(container, request, doing).await?;
        let run = async {
            if let Some(bytes) = &request.input {
                input.write_all(bytes).await?;
            }
            input.shutdown().await?;
            let mut kept = Vec::new();
            while let Some(item) = output.next().await {
                let bytes = item?.into_bytes();
                kept.extend_from_slice(&bytes[..bytes.len().min(KEPT - kept.len())]);
            }
            Ok(kept)
        };
        let late = || Failure::Timeout { what: "done".to_owned(), seconds: CAPTURED.as_secs() };
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

    /// Passes bytes both ways until the program's output ends; `Some` when we were told to end first.
    async fn wire(
        &self,
        id: &str,
        request: &ExecRequest,
        mut output: Output,
        input: Input,
    ) -> Result<Option<i64>, Error> {
        let mut resized = signal(SignalKind::window_change())?;
        let mut terminated = signal(SignalKind::terminate())?;
        if request.tty {
            self.resize(id).await;
        }
        let mut input = std::pin::pin!(feed(request, input));
        loop {
            tokio::select! {
                item = output.next() => match item {
                    Some(item) => pass_on(item?)?,
                    None => return Ok(None),
                },
                never = &mut input => match never {},
                _ = resized.recv(), if request.tty => self.resize(id).await,
                _ = terminated.recv() => return Ok(Some(TERMINATED)),
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
        let found = self.client.within(CHANGE, self.client.docker.inspect_exec(id)).await;
        let found = found.map_err(|trouble| doing.because(trouble))?;
        let unknown = || Failure::Engine("the engine lost sight of it".to_owned());
        found.exit_code.ok_or_else(|| doing.failed(unknown()))
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
