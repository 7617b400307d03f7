//! Ends: waiting for one, judging it, and saying in words what an exit code means.
//!
//! A wait is a stream, and a stream ends when the engine dies just as it does when the container has ended; so each
//! end is believed only after the container has been looked at.

use std::time::Duration;

use bollard::errors::Error;
use bollard::query_parameters::WaitContainerOptions;
use futures_util::StreamExt;
use tokio::time::Instant;

use super::apply::Surroundings;
use super::engine::DockerEngine;
use super::errors::{Doing, doing};
use super::model::Inspection;
use crate::engine::{EngineError, Failure, LogRequest, Outcome};
use crate::expand::Condition;
use crate::plan::State;

/// How many log lines go with an error.
const LAST_LINES: usize = 20;

/// How long an engine may be away before a wait gives up.
const AWAY: Duration = Duration::from_secs(60);

/// Waits for a container to end.
pub(super) struct ExitWait<'a> {
    engine: &'a DockerEngine,
    container: &'a str,
    doing: Doing,
    around: Surroundings<'a>,
    started: Instant,
}

impl<'a> ExitWait<'a> {
    /// Prepares to wait.
    pub(super) fn new(engine: &'a DockerEngine, container: &'a str, around: Surroundings<'a>) -> Self {
        let doing = doing(format!("wait for container `{container}` to be done"));
        Self { engine, container, doing, around, started: Instant::now() }
    }

    /// Waits for the end and judges it.
    pub(super) async fn ended(self, condition: Condition) -> Result<Outcome, EngineError> {
        let found = self.wait().await?;
        let State::Exited(code) = found.state() else {
            return Err(self.doing.failed(Failure::Ended("the engine giving it up".to_owned())));
        };
        let good = match condition {
            Condition::Success => code == 0,
            Condition::Failed => code != 0,
            Condition::Always => true,
        };
        if good {
            return Ok(Outcome::Exited(code));
        }
        let error = match code {
            0 => self.doing.failed(Failure::Ended("exit code 0, although it should fail".to_owned())),
            _ => ended(&self.doing, &found),
        };
        Err(self.engine.with_last_lines(error, &found).await)
    }

    async fn wait(&self) -> Result<Inspection, EngineError> {
        let mut lost: Option<Instant> = None;
        loop {
            let found = match self.engine.inspect(self.container, &self.doing).await {
                Ok(found) => {
                    lost = None;
                    let gone = || Failure::NotFound(format!("container `{}` was removed meanwhile", self.container));
                    found.ok_or_else(|| self.doing.failed(gone()))?
                }
                Err(error) if lost.get_or_insert_with(Instant::now).elapsed() > AWAY => return Err(error),
                Err(_) => {
                    self.around.note("the engine does not answer; still waiting");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    continue;
                }
            };
            match found.state() {
                State::Exited(_) | State::Dead => return Ok(found),
                State::Created => {
                    return Err(self.doing.failed(Failure::Ended(format!("no start: {}", not_started(&found)))));
                }
                State::Running | State::Restarting | State::Paused | State::Stopping => {
                    self.next_end(&found.id).await?;
                }
            }
        }
    }

    /// Waits until the engine says that the container stopped, or says nothing any more, or time is up.
    async fn next_end(&self, id: &str) -> Result<(), EngineError> {
        let options = WaitContainerOptions { condition: "not-running".to_owned() };
        let mut stream = std::pin::pin!(self.engine.client.docker.wait_container(id, Some(options)));
        let Some(left) = self.around.deadline.checked_sub(self.started.elapsed()) else {
            return Err(self.late(id).await);
        };
        match tokio::time::timeout(left, stream.next()).await {
            Err(_) => Err(self.late(id).await),
            // an exit code other than 0 arrives as an error
            Ok(Some(Ok(_) | Err(Error::DockerContainerWaitError { .. }))) => Ok(()),
            Ok(Some(Err(_)) | None) => {
                tokio::time::sleep(Duration::from_millis(100)).await;
                Ok(())
            }
        }
    }

    async fn late(&self, id: &str) -> EngineError {
        let seconds = self.around.deadline.as_secs();
        let error = self.doing.advise(
            Failure::Timeout { what: "done", seconds },
            format!("`pt logs` shows what it does; `--wait-timeout` gives it more than {seconds} s"),
        );
        match self.engine.inspect(id, &self.doing).await {
            Ok(Some(found)) => self.engine.with_last_lines(error, &found).await,
            _ => error,
        }
    }
}

impl DockerEngine {
    /// The error with the last lines of the container's log, and its exit code.
    pub(super) async fn with_last_lines(&self, error: EngineError, found: &Inspection) -> EngineError {
        let request = LogRequest { tail: Some(LAST_LINES), ..LogRequest::default() };
        let mut log = Vec::new();
        let mut keep = |line: crate::engine::LogLine| {
            log.push(String::from_utf8_lossy(&line.bytes).into_owned());
            true
        };
        // a log that cannot be read must not hide the error itself
        let _ = self.read_log(&found.id, &request, &mut keep).await;
        let exit_code = match found.state() {
            State::Exited(code) => Some(code),
            _ => error.exit_code,
        };
        EngineError { log, exit_code, ..error }
    }
}

/// The error that an end comes to.
pub(super) fn ended(doing: &Doing, found: &Inspection) -> EngineError {
    let failure = Failure::Ended(in_words(found));
    match found.state.exit_code {
        126 | 127 => {
            doing.advise(failure, "check `cmd` and `entrypoint` of the module, and that the image has this program")
        }
        code if found.state.out_of_memory || code == 137 && found.host_config.memory > 0 => {
            doing.advise(failure, "give it more with `resources: {memory: {limit: …}}`")
        }
        _ => doing.failed(failure),
    }
}

/// What an end means: `exit code 137: it ran out of memory (limit 16 MiB)`.
pub(super) fn in_words(found: &Inspection) -> String {
    let code = found.state.exit_code;
    let meaning = match code {
        _ if found.state.out_of_memory => out_of_memory(found.host_config.memory),
        125 => "the engine could not run it".to_owned(),
        126 => "its program may not be executed".to_owned(),
        127 => "its program was not found".to_owned(),
        130 => "it was interrupted (SIGINT)".to_owned(),
        134 => "it gave itself up (SIGABRT)".to_owned(),
        // Where the kernel's word comes after the end, the engine never says that it was the memory.
        137 if found.host_config.memory > 0 => {
            format!("it was killed (SIGKILL), perhaps at its limit of {} MiB of memory", found.host_config.memory >> 20)
        }
        137 => "it was killed (SIGKILL)".to_owned(),
        139 => "it touched memory that is not its own (SIGSEGV)".to_owned(),
        143 => "it was asked to stop (SIGTERM)".to_owned(),
        129..=192 => format!("it was ended by signal {}", code - 128),
        _ => return format!("exit code {code}"),
    };
    format!("exit code {code}: {meaning}")
}

fn out_of_memory(limit: u64) -> String {
    match limit {
        0 => "the machine ran out of memory".to_owned(),
        limit => format!("it ran out of memory (limit {} MiB)", limit >> 20),
    }
}

/// Why a container that was made does not run.
pub(super) fn not_started(found: &Inspection) -> String {
    if found.state.error.is_empty() {
        "it was made but never started".to_owned()
    } else {
        crate::engine::sentence(&found.state.error)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn words(code: i64, out_of_memory: bool, limit: u64) -> String {
        let text = format!(
            r#"{{"State":{{"ExitCode":{code},"OOMKilled":{out_of_memory}}},"HostConfig":{{"Memory":{limit}}}}}"#
        );
        in_words(&serde_json::from_str(&text).unwrap())
    }

    #[test]
    fn exit_codes_are_said_in_words() {
        assert_eq!(words(3, false, 0), "exit code 3");
        assert_eq!(words(137, true, 16 << 20), "exit code 137: it ran out of memory (limit 16 MiB)");
        assert_eq!(words(137, false, 0), "exit code 137: it was killed (SIGKILL)");
        let perhaps = "exit code 137: it was killed (SIGKILL), perhaps at its limit of 16 MiB of memory";
        assert_eq!(words(137, false, 16 << 20), perhaps);
        assert_eq!(words(143, false, 0), "exit code 143: it was asked to stop (SIGTERM)");
        assert_eq!(words(139, false, 0), "exit code 139: it touched memory that is not its own (SIGSEGV)");
        assert_eq!(words(127, false, 0), "exit code 127: its program was not found");
        assert_eq!(words(136, false, 0), "exit code 136: it was ended by signal 8");
    }
}
