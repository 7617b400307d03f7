//! The last step before a program: this process becomes it, as another user, within limits, among mounts of its own, bound to
//! its supervisor's life.

use std::ffi::OsStr;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, exit};

use rustix::process::{Gid, Resource, Rlimit, Signal, Uid, getppid, set_parent_process_death_signal, setrlimit};
use rustix::thread::{set_thread_gid, set_thread_groups, set_thread_uid};
use serde::{Deserialize, Serialize};

use super::cgroup;
use super::confinement::Confinement;

/// The hidden command that comes here.
pub const COMMAND: &str = "process-launch";

/// What it is asked to become where only the way there is tried.
pub(super) const NOTHING: &str = "";

/// As whom a program is begun, and within which limits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Start {
    /// The supervisor.
    pub(super) parent: i32,
    /// User, group and all groups; as who begins it when absent.
    pub(super) user: Option<(u32, u32, Vec<u32>)>,
    /// Bytes of address space at most.
    pub(super) memory: Option<u64>,
    /// What the kernel gives it alone.
    pub(super) confinement: Confinement,
}

impl Start {
    /// What becomes `program` by way of `executable`, which is `pt` itself.
    pub(super) fn command(&self, executable: &Path, program: impl AsRef<OsStr>) -> io::Result<Command> {
        let mut command = Command::new(executable);
        command.arg(COMMAND).arg(serde_json::to_string(self)?).arg(program);
        Ok(command)
    }
}

/// Becomes the program. Comes back only when that does not work.
pub fn launch(start: &str, program: &str, arguments: &[String]) -> io::Error {
    match prepare(start) {
        Ok(()) if program == NOTHING => exit(0),
        Ok(()) => Command::new(program).args(arguments).exec(),
        Err(error) => error,
    }
}

fn prepare(start: &str) -> io::Result<()> {
    let start: Start = serde_json::from_str(start)?;
    if let Some(group) = &start.confinement.group {
        match cgroup::enter(group) {
            Err(error) if !start.confinement.only_finds => return Err(error),
            _ => {}
        }
    }
    if let Some(bytes) = start.memory {
        setrlimit(Resource::As, Rlimit { current: Some(bytes), maximum: Some(bytes) })?;
    }
    // While we may still do it. This process has one thread: what is the thread's is the process's.
    start.confinement.mounts.enter()?;
    if let Some((user, group, groups)) = &start.user {
        let groups: Vec<Gid> = groups.iter().map(|group| Gid::from_raw(*group)).collect();
        set_thread_groups(&groups)?;
        set_thread_gid(Gid::from_raw(*group))?;
        set_thread_uid(Uid::from_raw(*user))?;
    }
    // Only now: who becomes another user is set free of it.
    set_parent_process_death_signal(Some(Signal::KILL))?;
    if getppid().is_none_or(|parent| parent.as_raw_nonzero().get() != start.parent) {
        return Err(io::Error::other("the supervisor is gone"));
    }
    Ok(())
}
