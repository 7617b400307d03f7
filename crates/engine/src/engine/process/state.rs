//! What a container is doing: a lock that its supervisor holds while it lives, and a file in which it writes the rest.
//!
//! The lock is the kernel's, and free again however the supervisor dies. What the file says besides only counts while the
//! lock is held, or when it says that the supervisor came to its own end.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::kernel::ProcessId;
use super::places::write_whole;
use crate::plan::State;

/// The code of a process that was killed: what is left when its supervisor died before it could say.
const KILLED: i64 = 137;

/// What a supervisor last wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Status {
    /// What it was doing.
    pub(super) phase: Phase,
    /// The supervisor itself.
    pub(super) supervisor: ProcessId,
    /// The program that it began last.
    pub(super) program: Option<ProcessId>,
    /// How often it began it again.
    pub(super) restarts: u32,
    /// RFC 3339 time of this.
    pub(super) since: String,
}

/// What a supervisor does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Phase {
    /// Its program runs.
    Running,
    /// Its program runs and was asked to stop.
    Stopping,
    /// Its program ended with this code and is begun again after a pause.
    Restarting(i64),
    /// Its program ended with this code for good.
    Exited(i64),
}

/// The lock, held.
pub(super) struct Held {
    _file: File,
}

const LOCK: &str = "lock";
const STATUS: &str = "status.json";

/// Takes the lock of a folder, or says that somebody has it.
pub(super) fn take(folder: &Path) -> io::Result<Option<Held>> {
    let file = open(folder)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Held { _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Whether a supervisor lives.
pub(super) fn is_held(folder: &Path) -> bool {
    matches!(take(folder), Ok(None))
}

fn open(folder: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(folder.join(LOCK))
}

/// What a supervisor last wrote, if any ever did.
pub(super) fn status(folder: &Path) -> Option<Status> {
    serde_json::from_slice(&fs::read(folder.join(STATUS)).ok()?).ok()
}

/// Writes down what the supervisor does.
pub(super) fn write(folder: &Path, status: &Status) -> io::Result<()> {
    write_whole(&folder.join(STATUS), &serde_json::to_vec(status)?)
}

/// Whether the program of a container has ended and its supervisor, which lives, has not written that down yet.
pub(super) fn is_between(folder: &Path) -> bool {
    let Some(Status { phase: Phase::Running, program: Some(program), .. }) = status(folder) else { return false };
    is_held(folder) && !program.lives()
}

/// What the container of a folder is doing.
pub(super) fn state(folder: &Path) -> State {
    let held = is_held(folder);
    match (status(folder).map(|status| status.phase), held) {
        (Some(Phase::Exited(code)), _) => State::Exited(code),
        (Some(Phase::Stopping), true) => State::Stopping,
        // Without a word yet it is just beginning.
        (Some(Phase::Running) | None, true) => State::Running,
        (Some(Phase::Restarting(_)), true) => State::Restarting,
        (Some(_), false) => State::Exited(KILLED),
        (None, false) => State::Created,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn say(folder: &Path, phase: Phase) {
        let own = ProcessId::of(std::process::id().cast_signed()).unwrap();
        let status =
            Status { phase, supervisor: own.clone(), program: Some(own), restarts: 0, since: "now".to_owned() };
        write(folder, &status).unwrap();
    }

    #[test]
    fn what_was_written_counts_only_while_the_lock_is_held() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        assert_eq!(state(folder), State::Created);
        let held = take(folder).unwrap().unwrap();
        assert!(take(folder).unwrap().is_none());
        say(folder, Phase::Running);
        assert_eq!(state(folder), State::Running);
        say(folder, Phase::Stopping);
        assert_eq!(state(folder), State::Stopping);
        say(folder, Phase::Restarting(1));
        assert_eq!(state(folder), State::Restarting);
        drop(held);
        assert_eq!(state(folder), State::Exited(137));
        say(folder, Phase::Exited(3));
        assert_eq!(state(folder), State::Exited(3));
    }
}
