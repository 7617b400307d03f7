//! Paths of the host in a container: what was checked is what is mounted.
//!
//! An engine takes a path, not an open file, and follows it anew when it starts the container: whoever can write to the
//! project may put a link in its place meanwhile. So the path is opened before, without following a link, and compared with
//! what the container has got; one that got something else is killed at once.

use std::os::fd::OwnedFd;

use bollard::query_parameters::KillContainerOptions;
use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, fstat, openat2};

use super::client::CHANGE;
use super::engine::DockerEngine;
use super::errors::Doing;
use super::model::{Inspection, MountPoint};
use super::secrets::SECRETS;
use crate::engine::{EngineError, Failure};

/// A path that will be mounted, held open.
pub(super) struct HeldBind {
    source: String,
    target: String,
    open: OwnedFd,
}

/// Opens what a container will mount. A kernel that cannot open without following links holds nothing.
pub(super) fn hold(found: &Inspection, doing: &Doing) -> Result<Vec<HeldBind>, EngineError> {
    let mut held = Vec::new();
    for MountPoint { source, destination, .. } in found.mounts.iter().filter(|mount| is_of_host(mount)) {
        match open_plain(source) {
            Ok(open) => held.push(HeldBind { source: source.clone(), target: destination.clone(), open }),
            Err(rustix::io::Errno::LOOP) => {
                let failure =
                    Failure::Foreign(format!("`{source}` leads through a link, which it did not when it was checked"));
                return Err(doing.advise(failure, HELP));
            }
            // What is not there, or not ours to look at, the engine says better.
            Err(_) => {}
        }
    }
    Ok(held)
}

const HELP: &str = "see what changes the project's directories, and run again";

fn is_of_host(mount: &MountPoint) -> bool {
    mount.kind == "bind" && mount.destination != SECRETS
}

fn open_plain(path: &str) -> rustix::io::Result<OwnedFd> {
    openat2(CWD, path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty(), ResolveFlags::NO_SYMLINKS)
}

impl DockerEngine {
    /// Kills a container that was just started and has got something else than what is held.
    pub(super) async fn verify_binds(&self, id: &str, held: &[HeldBind], doing: &Doing) -> Result<(), EngineError> {
        if held.is_empty() || !self.client.reach().found.endpoint.is_local() {
            return Ok(());
        }
        let Some(found) = self.inspect(id, doing).await? else { return Ok(()) };
        let Some(other) = held.iter().find(|bind| !is_what_it_has(bind, &found)) else { return Ok(()) };
        let options = KillContainerOptions { signal: "SIGKILL".to_owned() };
        let kill = self.client.docker.kill_container(id, Some(options));
        // One that has ended by itself cannot be killed, which is as well.
        let _ = self.client.within(CHANGE, kill).await;
        let HeldBind { source, target, .. } = other;
        let failure = Failure::Foreign(format!(
            "`{source}` was exchanged while it was mounted at `{target}`; the container was killed at once"
        ));
        Err(doing.advise(failure, HELP))
    }
}

/// Whether the container has the very file or directory that is held; where its mounts cannot be seen, whether the path
/// still leads to it.
fn is_what_it_has(bind: &HeldBind, found: &Inspection) -> bool {
    let seen = match inside(found, &bind.target) {
        Ok(seen) => Ok(seen),
        Err(_) => open_plain(&bind.source),
    };
    match (seen.and_then(fstat), fstat(&bind.open)) {
        (Ok(seen), Ok(held)) => (seen.st_dev, seen.st_ino) == (held.st_dev, held.st_ino),
        _ => false,
    }
}

/// What a container has at a path.
fn inside(found: &Inspection, target: &str) -> rustix::io::Result<OwnedFd> {
    let pid = found.state.pid;
    // The engine may count processes elsewhere, as in a virtual machine: that number is of somebody else here.
    let groups = std::fs::read_to_string(format!("/proc/{pid}/cgroup")).map_err(|_| rustix::io::Errno::SRCH)?;
    if pid == 0 || found.id.is_empty() || !groups.contains(&found.id) {
        return Err(rustix::io::Errno::SRCH);
    }
    let flags = OFlags::PATH | OFlags::CLOEXEC;
    let root = rustix::fs::openat(CWD, format!("/proc/{pid}/root"), flags | OFlags::DIRECTORY, Mode::empty())?;
    openat2(root, target.trim_start_matches('/'), flags, Mode::empty(), ResolveFlags::IN_ROOT)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::engine::docker::errors::doing;

    fn mounting(path: &std::path::Path) -> Inspection {
        let text = serde_json::json!({"Mounts": [{"Type": "bind", "Source": path, "Destination": "/data"}]});
        serde_json::from_value(text).unwrap()
    }

    #[test]
    fn what_has_become_a_link_is_not_mounted_and_what_was_exchanged_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let data = root.join("data");
        fs::create_dir(&data).unwrap();
        let found = mounting(&data);
        let held = hold(&found, &doing("start")).unwrap();
        assert_eq!(held.len(), 1);
        assert!(is_what_it_has(&held[0], &found));

        fs::rename(&data, root.join("away")).unwrap();
        fs::create_dir(&data).unwrap();
        assert!(!is_what_it_has(&held[0], &found), "another directory of the same name");
        fs::remove_dir(&data).unwrap();
        symlink("/etc", &data).unwrap();
        assert!(!is_what_it_has(&held[0], &found), "a link");
        let error = hold(&found, &doing("start")).err().unwrap();
        assert!(error.to_string().contains("leads through a link"), "{error}");
    }
}
