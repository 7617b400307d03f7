//! Where the engine keeps what it holds: containers, networks, volumes, and secret files in memory.
//!
//! In: what the caller found in the environment. Out: directories that only this user may list. A server may run as
//! another user; so nobody else may look into the directories on its way, but everybody may pass through them.

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::process::geteuid;

/// Kinds of file systems that live in memory: tmpfs and ramfs.
const IN_MEMORY: [u64; 2] = [0x0102_1994, 0x8584_58f6];

/// In the folder of a volume or a network, its labels.
pub(super) const LABELS: &str = "labels.json";

/// Others may pass through, and nothing more.
const PASSAGE: u32 = 0o711;

/// The directories of an engine.
#[derive(Debug, Clone)]
pub struct Places {
    /// Containers and networks: `$XDG_STATE_HOME/pt/process`.
    pub state: PathBuf,
    /// Volumes: `$XDG_DATA_HOME/pt-process`.
    pub data: PathBuf,
    /// `$XDG_RUNTIME_DIR`, where there is one.
    pub runtime: Option<PathBuf>,
}

impl Places {
    pub(super) fn containers(&self) -> PathBuf {
        self.state.join("containers")
    }

    pub(super) fn networks(&self) -> PathBuf {
        self.state.join("networks")
    }

    pub(super) fn volumes(&self) -> PathBuf {
        self.data.join("volumes")
    }

    /// What is mounted from a volume.
    pub(super) fn volume(&self, name: &str) -> PathBuf {
        self.volumes().join(name).join("content")
    }

    /// When a volume was made, in seconds of Unix time: its labels are written once.
    pub(super) fn volume_made(&self, name: &str) -> Option<i64> {
        fs::metadata(self.volumes().join(name).join(LABELS)).ok().map(|found| found.mtime())
    }

    /// The directory for secret files of a container, in memory; not made yet.
    pub(super) fn secrets(&self, id: &str) -> io::Result<PathBuf> {
        if let Some(runtime) = &self.runtime
            && is_private(runtime).is_ok()
            && is_in_memory(runtime)
            && !geteuid().is_root()
        {
            return Ok(runtime.join("pt").join("process").join(id));
        }
        let shared = Path::new("/dev/shm");
        if !is_in_memory(shared) {
            return Err(io::Error::other("neither `XDG_RUNTIME_DIR` nor /dev/shm lives in memory"));
        }
        Ok(shared.join(format!("pt-process-{}", geteuid().as_raw())).join(id))
    }
}

/// Makes a directory of ours and those above it that are not there; nobody else may list or change any of them.
pub(super) fn make_passage(path: &Path) -> io::Result<()> {
    if let Some(above) = path.parent()
        && !above.exists()
    {
        make_passage(above)?;
    }
    match fs::DirBuilder::new().mode(PASSAGE).create(path) {
        Ok(()) => fs::set_permissions(path, fs::Permissions::from_mode(PASSAGE)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => is_ours(path),
        Err(error) => Err(error),
    }
}

/// Whether a path is a directory of this user (no link) that nobody else may write to.
pub(super) fn is_ours(path: &Path) -> io::Result<()> {
    let found = fs::symlink_metadata(path)?;
    let wrong = if !found.is_dir() {
        "is not a directory"
    } else if found.uid() != geteuid().as_raw() {
        "belongs to another user"
    } else if found.mode() & 0o022 != 0 {
        "can be written to by others"
    } else {
        return Ok(());
    };
    Err(io::Error::other(format!("`{}` {wrong}", path.display())))
}

fn is_private(path: &Path) -> io::Result<()> {
    is_ours(path)?;
    let closed = fs::symlink_metadata(path)?.mode().trailing_zeros() >= 6;
    if closed { Ok(()) } else { Err(io::Error::other(format!("others may look into `{}`", path.display()))) }
}

fn is_in_memory(path: &Path) -> bool {
    rustix::fs::statfs(path).is_ok_and(|found| u64::try_from(found.f_type).is_ok_and(|kind| IN_MEMORY.contains(&kind)))
}

/// Puts bytes at a path, whole or not at all, readable by this user alone.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::io::Write as _;
    let directory = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(directory)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn directories_let_others_pass_and_no_more() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a/b");
        make_passage(&path).unwrap();
        make_passage(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o711);
        assert_eq!(fs::metadata(root.path().join("a")).unwrap().mode() & 0o777, 0o711);
    }

    #[test]
    fn a_directory_that_others_may_write_to_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("open");
        fs::create_dir(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o777)).unwrap();
        let error = make_passage(&path).unwrap_err().to_string();
        assert!(error.ends_with("can be written to by others"), "{error}");
    }

    #[test]
    fn a_file_is_written_whole_and_for_us_alone() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("state");
        write_whole(&path, b"one").unwrap();
        write_whole(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);
    }
}
