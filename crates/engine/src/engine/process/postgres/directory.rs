//! The data directory: what it is, and how it becomes whole in one step.
//!
//! A cluster is made below [`STAGE`] in the data directory itself, so that it needs no right on the folder above and
//! works on a mount point. Once it is complete a mark says so, and its entries are moved up, `PG_VERSION` last: what
//! was killed before the mark is made anew, what was killed after it is moved on, and no server takes the directory for
//! a cluster before the last of these renames.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};
use rustix::io::{FdFlags, fcntl_setfd};
use rustix::process::geteuid;
use tokio::time::{Instant, sleep};

use super::{Account, PostgresError};

/// Where a cluster is made, below its data directory.
const STAGE: &str = ".pt-init";

/// What says that the cluster in the stage is complete.
const MARK: &str = "complete";

/// What a server needs to see before it takes a directory for a cluster.
const VERSION: &str = "PG_VERSION";

/// How long to wait for another process that makes the same cluster.
const PATIENCE: Duration = Duration::from_secs(60);

/// Pause between two looks at the lock.
const PAUSE: Duration = Duration::from_millis(20);

/// What a data directory is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum State {
    /// Not there.
    Missing,
    /// There, and nothing in it.
    Empty,
    /// An initialisation was broken off in it.
    Unfinished,
    /// A cluster of this major version.
    Cluster(u32),
}

/// A data directory.
#[derive(Debug, Clone)]
pub(super) struct Directory {
    path: PathBuf,
}

/// Held while a cluster is made. Children inherit it, so that it is free only when also those have ended which a
/// killed `pt` left behind.
pub(super) struct Lock {
    file: File,
}

impl Lock {
    /// Whether the programs that are started from now on hold it, too.
    pub(super) fn is_inherited(&self, inherited: bool) -> Result<(), PostgresError> {
        let flags = if inherited { FdFlags::empty() } else { FdFlags::CLOEXEC };
        fcntl_setfd(&self.file, flags).map_err(|error| failed("hand a lock on".to_owned())(error.into()))
    }
}

impl Directory {
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// What it is; something else than a cluster in it is an error.
    pub(super) fn state(&self) -> Result<State, PostgresError> {
        match fs::metadata(&self.path) {
            Ok(found) if !found.is_dir() => return Err(self.problem("it is not a directory", "name another one")),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(State::Missing),
            Err(error) => return Err(failed(format!("look at {}", self.path.display()))(error)),
        }
        let version = self.path.join(VERSION);
        match fs::read_to_string(&version) {
            Ok(text) => {
                let major = text.trim().split('.').next().and_then(|major| major.parse().ok());
                let unreadable = || place(&version, "it names no version", "restore the data from a backup");
                return major.map(State::Cluster).ok_or_else(unreadable);
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(format!("read {}", version.display()))(error)),
        }
        if self.stage().exists() {
            return Ok(State::Unfinished);
        }
        let entries = fs::read_dir(&self.path).map_err(failed(format!("read {}", self.path.display())))?;
        match entries.flatten().next() {
            None => Ok(State::Empty),
            Some(entry) => Err(self.problem(
                &format!(
                    "it holds no PostgreSQL data, but it is not empty: there is `{}`",
                    entry.file_name().display()
                ),
                "name an empty directory, or one that is not there yet",
            )),
        }
    }

    /// Makes it, where it is missing, for whom the server runs as.
    pub(super) fn create(&self, account: Option<&Account>) -> Result<(), PostgresError> {
        fs::create_dir_all(&self.path).map_err(failed(format!("make {}", self.path.display())))?;
        fs::set_permissions(&self.path, Permissions::from_mode(0o700))
            .and_then(|()| hand_over(&self.path, account))
            .map_err(failed(format!("make {} private", self.path.display())))
    }

    /// Whether the server may use it: the owner is right, nobody else gets in, and the way to it is open.
    pub(super) fn check(&self, account: Option<&Account>) -> Result<(), PostgresError> {
        if let Some(account) = account
            && let Some(closed) = account.kept_out_of(&self.path)
        {
            let problem = format!("`{}`, as whom the server runs, may not enter it", account.name);
            return Err(place(&closed, &problem, format!("type: chmod o+x {}", closed.display())));
        }
        let Ok(found) = fs::metadata(&self.path) else { return Ok(()) };
        let (uid, name) = match account {
            Some(account) => (account.uid, account.name.clone()),
            None => (geteuid().as_raw(), Account::own_name()),
        };
        let is_cluster = self.path.join(VERSION).exists();
        // An empty directory of root's is handed over when the cluster is made in it.
        if found.uid() != uid && (is_cluster || account.is_none()) {
            let owner = Account::numbered(found.uid()).map_or_else(|| found.uid().to_string(), |owner| owner.name);
            let problem = format!("it belongs to `{owner}`, and the server runs as `{name}`");
            return Err(self.problem(&problem, &format!("type: chown -R {name} {}", self.path.display())));
        }
        // A server refuses data that others can read; the image closes them, too.
        if is_cluster && found.mode() & 0o027 != 0 {
            fs::set_permissions(&self.path, Permissions::from_mode(0o700))
                .map_err(failed(format!("make {} private", self.path.display())))?;
        }
        Ok(())
    }

    /// Keeps every other process from making a cluster here.
    pub(super) async fn lock(&self) -> Result<Lock, PostgresError> {
        let doing = || format!("lock {}", self.path.display());
        let file = File::open(&self.path).map_err(failed(doing()))?;
        let started = Instant::now();
        loop {
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => break,
                Err(rustix::io::Errno::WOULDBLOCK) if started.elapsed() < PATIENCE => sleep(PAUSE).await,
                Err(rustix::io::Errno::WOULDBLOCK) => {
                    return Err(self.problem(
                        &format!("another process has been initialising it for more than {} s", PATIENCE.as_secs()),
                        "wait for it, or stop it",
                    ));
                }
                Err(error) => return Err(failed(doing())(error.into())),
            }
        }
        let lock = Lock { file };
        lock.is_inherited(true)?;
        Ok(lock)
    }

    /// The folder in which a cluster is made.
    pub(super) fn stage(&self) -> PathBuf {
        self.path.join(STAGE)
    }

    /// The cluster in the making.
    pub(super) fn staged_data(&self) -> PathBuf {
        self.stage().join("data")
    }

    /// An empty stage, after what was left of an earlier one is gone.
    pub(super) fn open_stage(&self, account: Option<&Account>) -> Result<(), PostgresError> {
        self.clear_stage()?;
        let stage = self.stage();
        fs::create_dir(&stage)
            .and_then(|()| fs::set_permissions(&stage, Permissions::from_mode(0o700)))
            .and_then(|()| hand_over(&stage, account))
            .map_err(failed(format!("make {}", stage.display())))
    }

    /// Removes the stage and all that is in it.
    pub(super) fn clear_stage(&self) -> Result<(), PostgresError> {
        match fs::remove_dir_all(self.stage()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(failed(format!("remove {}", self.stage().display()))(error))
            }
            _ => Ok(()),
        }
    }

    /// Whether the cluster in the stage is complete.
    pub(super) fn is_complete(&self) -> bool {
        self.stage().join(MARK).exists()
    }

    /// Says that the cluster in the stage is complete.
    pub(super) fn mark_complete(&self) -> Result<(), PostgresError> {
        let mark = self.stage().join(MARK);
        File::create(&mark)
            .and_then(|file| file.sync_all())
            .and_then(|()| sync(&self.stage()))
            .map_err(failed(format!("write {}", mark.display())))
    }

    /// Moves a complete cluster from the stage to its place; goes on where it was broken off.
    pub(super) fn settle(&self) -> Result<(), PostgresError> {
        self.move_up().map_err(failed(format!("move the new data to {}", self.path.display())))?;
        self.clear_stage()
    }

    fn move_up(&self) -> io::Result<()> {
        let data = self.staged_data();
        for entry in fs::read_dir(&data)? {
            let name = entry?.file_name();
            if name != VERSION {
                fs::rename(data.join(&name), self.path.join(&name))?;
            }
        }
        sync(&self.path)?;
        match fs::rename(data.join(VERSION), self.path.join(VERSION)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && self.path.join(VERSION).exists() => {}
            moved => moved?,
        }
        sync(&self.path)
    }

    /// Removes the directory if nothing is in it: after a failure there is to be as much as before.
    pub(super) fn remove_empty(&self) {
        let _ = fs::remove_dir(&self.path);
    }

    fn problem(&self, problem: &str, help: &str) -> PostgresError {
        place(&self.path, problem, help)
    }
}

/// Gives something to the account that the server runs as.
pub(super) fn hand_over(path: &Path, account: Option<&Account>) -> io::Result<()> {
    account.map_or(Ok(()), |account| chown(path, Some(account.uid), Some(account.gid)))
}

/// Makes the entries of a folder outlive a loss of power.
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn place(path: &Path, problem: &str, help: impl Into<String>) -> PostgresError {
    PostgresError::Place { path: path.to_owned(), problem: problem.to_owned(), help: help.into() }
}

fn failed(doing: String) -> impl FnOnce(io::Error) -> PostgresError {
    move |source| PostgresError::Io { doing, source }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const ENTRIES: [&str; 4] = ["base", "global", "pg_hba.conf", VERSION];

    fn ground() -> (tempfile::TempDir, Directory) {
        let root = tempfile::tempdir().unwrap();
        let directory = Directory::new(&root.path().join("data"));
        (root, directory)
    }

    /// A complete cluster in the stage.
    fn staged(directory: &Directory) {
        directory.create(None).unwrap();
        directory.open_stage(None).unwrap();
        let data = directory.staged_data();
        fs::create_dir(&data).unwrap();
        for entry in ENTRIES {
            fs::write(data.join(entry), "15\n").unwrap();
        }
        directory.mark_complete().unwrap();
    }

    #[test]
    fn a_cluster_is_moved_on_from_wherever_it_was_broken_off() {
        for moved in 0..=ENTRIES.len() {
            let (_root, directory) = ground();
            staged(&directory);
            for entry in &ENTRIES[..moved] {
                fs::rename(directory.staged_data().join(entry), directory.path.join(entry)).unwrap();
            }
            let is_whole = moved == ENTRIES.len();
            let expected = if is_whole { State::Cluster(15) } else { State::Unfinished };
            assert_eq!(directory.state().unwrap(), expected, "{moved}");
            directory.settle().unwrap();
            assert_eq!(directory.state().unwrap(), State::Cluster(15), "{moved}");
            let mut there: Vec<_> =
                fs::read_dir(&directory.path).unwrap().map(|entry| entry.unwrap().file_name()).collect();
            there.sort();
            assert_eq!(there, [VERSION, "base", "global", "pg_hba.conf"], "{moved}");
        }
    }

    #[test]
    fn a_directory_is_what_is_in_it() {
        let (root, directory) = ground();
        assert_eq!(directory.state().unwrap(), State::Missing);
        directory.create(None).unwrap();
        assert_eq!(directory.state().unwrap(), State::Empty);
        assert_eq!(fs::metadata(&directory.path).unwrap().mode() & 0o777, 0o700);
        fs::write(directory.path.join("notes.txt"), "").unwrap();
        let error = directory.state().unwrap_err().to_string();
        assert!(error.ends_with("it is not empty: there is `notes.txt`"), "{error}");
        let error = Directory::new(&directory.path.join("notes.txt")).state().unwrap_err().to_string();
        assert!(error.ends_with("it is not a directory"), "{error}");
        fs::write(directory.path.join(VERSION), "9.6\n").unwrap();
        assert_eq!(directory.state().unwrap(), State::Cluster(9));
        fs::write(directory.path.join(VERSION), "").unwrap();
        let error = directory.state().unwrap_err().to_string();
        assert!(error.ends_with("PG_VERSION: it names no version"), "{error}");
        drop(root);
    }

    #[test]
    fn what_was_broken_off_before_its_mark_is_made_anew() {
        let (_root, directory) = ground();
        staged(&directory);
        fs::remove_file(directory.stage().join(MARK)).unwrap();
        assert!(!directory.is_complete());
        assert_eq!(directory.state().unwrap(), State::Unfinished);
        directory.open_stage(None).unwrap();
        assert!(!directory.staged_data().exists());
    }

    #[tokio::test]
    async fn two_do_not_make_the_same_cluster() {
        let (_root, directory) = ground();
        directory.create(None).unwrap();
        let held = directory.lock().await.unwrap();
        let second = directory.lock();
        tokio::pin!(second);
        assert!(tokio::time::timeout(PAUSE * 3, &mut second).await.is_err());
        drop(held);
        second.await.unwrap();
    }
}
