//! Programs beside a container's own, in its surroundings, and its files.

use std::fs;
use std::io::Read as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::Stdio;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;

use super::account::Account;
use super::confinement::start_beside;
use super::engine::ProcessEngine;
use super::errors::{Doing, doing};
use super::kernel::ProcessId;
use super::record::plain;
use super::shelf::Held;
use super::start::find;
use super::state;
use crate::engine::{EngineError, ExecRequest, Failure, Stream};

type Sink<'a> = Option<&'a mut (dyn FnMut(Stream, &[u8]) + Send)>;

impl ProcessEngine {
    pub(super) async fn run_inside(
        &self,
        container: &str,
        request: &ExecRequest,
        sink: Sink<'_>,
    ) -> Result<i64, EngineError> {
        let doing = doing(format!("run a program in container `{container}`"));
        let held = self.require(container, &doing)?;
        if !state::is_held(&held.folder) {
            return Err(doing.failed(Failure::Engine("it does not run".to_owned())));
        }
        let mut command = self.command(&held, request, &doing)?;
        match sink {
            None => run_here(&mut command, request, &doing).await,
            Some(sink) => run_captured(&mut command, request, sink, &doing).await,
        }
    }

    fn command(&self, held: &Held, request: &ExecRequest, doing: &Doing) -> Result<Command, EngineError> {
        let setting = self.setting(held).map_err(|error| doing.io(&error))?;
        let account = match &request.user {
            Some(user) => {
                let mut other = held.clone();
                other.record.user = Some(user.clone());
                Self::account(&other, doing)?
            }
            None => Self::account(held, doing)?,
        };
        let environment = self.known_environment(held, account.as_ref()).map_err(|error| doing.io(&error))?;
        let directory = match &request.workdir {
            Some(path) => setting.mapping.place(path).unwrap_or_else(|| PathBuf::from(path)),
            None => Self::directory(held, &setting),
        };
        let mut words = request.command.iter().map(|word| setting.in_words(word));
        let called = words.next().unwrap_or_default();
        let path = environment.iter().rev().find(|(name, _)| name == "PATH").map(|(_, path)| path.clone());
        let program = find(&called, &path.unwrap_or_default(), &directory);
        let program = program
            .ok_or_else(|| doing.failed(Failure::NotFound(format!("there is no program `{called}` in `PATH`"))))?;
        let start = start_beside(held, account);
        let command = start.command(&self.executable, program).map_err(|error| doing.io(&error))?;
        let mut command = Command::from(command);
        command.args(words).env_clear().envs(environment).current_dir(directory);
        for variable in &request.environment {
            if let Some((name, value)) = variable.split_once('=') {
                command.env(name, value);
            }
        }
        Ok(command)
    }

    /// The environment of the container's program. Secrets in it are where they went: in the program's own memory.
    fn known_environment(&self, held: &Held, account: Option<&Account>) -> std::io::Result<Vec<(String, String)>> {
        let setting = self.setting(held)?;
        let program = state::status(&held.folder).and_then(|status| status.program).filter(ProcessId::lives);
        let own = program.and_then(|program| fs::read(format!("/proc/{}/environ", program.pid)).ok());
        let own = own.unwrap_or_default();
        let begun_with = |name: &str| {
            let mut variables = own.split(|byte| *byte == 0);
            let value = variables.find_map(|variable| variable.strip_prefix(name.as_bytes())?.strip_prefix(b"="))?;
            Some(std::ffi::OsStr::from_bytes(value).to_string_lossy().into_owned())
        };
        let known = self.environment(held, &setting, account).into_iter().filter_map(|(name, words)| {
            let value = plain(&words).or_else(|| begun_with(&name))?;
            Some((name, value))
        });
        let mut known: Vec<(String, String)> = known.collect();
        if held.record.form.server.as_deref() == Some("postgres") {
            known.extend(Self::postgres_address(held, &setting));
        }
        Ok(known)
    }

    /// Where a file of a container is: only what is mounted or put there is the container's.
    fn place_inside(&self, held: &Held, path: &str, doing: &Doing) -> Result<PathBuf, EngineError> {
        let setting = self.setting(held).map_err(|error| doing.io(&error))?;
        setting.mapping.place(path).ok_or_else(|| {
            let failure = Failure::NotFound(format!("`{path}` is in nothing that is mounted"));
            doing.advise(failure, "a process has no file system of its own: use a path of its mounts or its `workdir`")
        })
    }

    pub(super) fn read_inside(&self, container: &str, path: &str, limit: usize) -> Result<Vec<u8>, EngineError> {
        let doing = doing(format!("read `{path}` of container `{container}`"));
        let held = self.require(container, &doing)?;
        let place = self.place_inside(&held, path, &doing)?;
        let found = fs::metadata(&place).map_err(|error| doing.io(&error))?;
        if !found.is_file() {
            return Err(doing.failed(Failure::Engine("it is no regular file".to_owned())));
        }
        let mut bytes = Vec::new();
        let file = fs::File::open(&place).map_err(|error| doing.io(&error))?;
        file.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(|error| doing.io(&error))?;
        if bytes.len() > limit {
            return Err(doing.failed(Failure::Engine(format!("it is longer than {limit} bytes"))));
        }
        Ok(bytes)
    }

    pub(super) fn write_inside(&self, container: &str, path: &str, content: &str) -> Result<(), EngineError> {
        let doing = doing(format!("write `{path}` of container `{container}`"));
        let held = self.require(container, &doing)?;
        let place = self.place_inside(&held, path, &doing)?;
        fs::write(&place, content).map_err(|error| doing.io(&error))
    }
}

async fn run_here(command: &mut Command, request: &ExecRequest, doing: &Doing) -> Result<i64, EngineError> {
    let input = match (&request.input, request.stdin) {
        (Some(_), _) => Stdio::piped(),
        (None, true) => Stdio::inherit(),
        (None, false) => Stdio::null(),
    };
    let mut child = command.stdin(input).spawn().map_err(|error| doing.io(&error))?;
    feed(&mut child, request).await;
    Ok(code(child.wait().await.map_err(|error| doing.io(&error))?))
}

async fn run_captured(
    command: &mut Command,
    request: &ExecRequest,
    sink: &mut (dyn FnMut(Stream, &[u8]) + Send),
    doing: &Doing,
) -> Result<i64, EngineError> {
    let input = if request.input.is_some() { Stdio::piped() } else { Stdio::null() };
    command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().map_err(|error| doing.io(&error))?;
    let (mut out, mut err) = (child.stdout.take(), child.stderr.take());
    feed(&mut child, request).await;
    let (mut first, mut second) = (vec![0; 8192], vec![0; 8192]);
    while out.is_some() || err.is_some() {
        tokio::select! {
            read = next(&mut out, &mut first), if out.is_some() => match read {
                0 => out = None,
                count => sink(Stream::Stdout, &first[..count]),
            },
            read = next(&mut err, &mut second), if err.is_some() => match read {
                0 => err = None,
                count => sink(Stream::Stderr, &second[..count]),
            },
        }
    }
    Ok(code(child.wait().await.map_err(|error| doing.io(&error))?))
}

/// Reads on; a pipe that breaks has ended.
async fn next<P: tokio::io::AsyncRead + Unpin>(pipe: &mut Option<P>, buffer: &mut [u8]) -> usize {
    match pipe {
        Some(pipe) => pipe.read(buffer).await.unwrap_or(0),
        None => 0,
    }
}

/// Hands over what the program reads; it need not read all of it.
async fn feed(child: &mut tokio::process::Child, request: &ExecRequest) {
    if let (Some(bytes), Some(mut input)) = (&request.input, child.stdin.take()) {
        let _ = input.write_all(bytes).await;
    }
}

fn code(status: std::process::ExitStatus) -> i64 {
    status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(255).into()
}
