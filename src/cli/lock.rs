//! One `pt` at a time changes a project on an engine: a kernel lock, freed by death itself.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::failure::{Class, Failure};
use super::project::environment;
use super::terminal::Terminal;
use crate::store::Paths;

/// Held as long as it lives.
#[derive(Debug)]
pub struct ProjectLock {
    _file: Option<File>,
}

/// How long the lock is waited for.
const PATIENCE: Duration = Duration::from_secs(600);

/// How often it is tried.
const PAUSE: Duration = Duration::from_millis(50);

impl ProjectLock {
    /// Takes the lock of a project; waits for another holder, or gives up at once with `no_wait`.
    pub async fn take(project: &str, what: &str, no_wait: bool, terminal: &Terminal) -> Result<Self, Failure> {
        // Without a home there is no place for a lock: the engine's unique names are all that is left.
        let Some(path) = path(project) else { return Ok(Self { _file: None }) };
        let mut file = match open(&path) {
            Ok(file) => file,
            // As above: a directory that cannot be written to keeps nobody from working.
            Err(error) => {
                terminal.note(&format!("note: no lock, for {} cannot be written: {error}", path.display()));
                return Ok(Self { _file: None });
            }
        };
        let since = Instant::now();
        let mut told = false;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(error)) => return Err(cannot(&path, error)),
                Err(TryLockError::WouldBlock) => {}
            }
            let holder = holder(&mut file);
            if no_wait || since.elapsed() > PATIENCE {
                return Err(Failure::new(Class::Busy, format!("another pt works on this project: {holder}"))
                    .help("wait for it, or end it"));
            }
            if !told {
                terminal.note(&format!("waiting for another pt on this project: {holder}"));
                told = true;
            }
            tokio::time::sleep(PAUSE).await;
        }
        // For people only; what counts is the kernel's lock.
        let _ = file
            .set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| file.write_all(format!("`pt {what}`, process {}\n", std::process::id()).as_bytes()));
        Ok(Self { _file: Some(file) })
    }
}

impl ProjectLock {
    /// Whether somebody holds the lock of a project now.
    pub fn is_held(project: &str) -> bool {
        let file = path(project).and_then(|path| File::open(path).ok());
        file.is_some_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }
}

fn path(project: &str) -> Option<PathBuf> {
    let paths = Paths::from_environment(environment());
    Some(paths.state()?.join("locks").join(project))
}

/// Opens the file of a lock, and makes it and its directory where they are not there.
fn open(path: &Path) -> std::io::Result<File> {
    if let Some(directory) = path.parent() {
        private_directory(directory)?;
    }
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}

/// Makes a directory that is this user's alone, and those above it that are not there.
pub fn private_directory(path: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn holder(file: &mut File) -> String {
    const LONGEST: u64 = 200;
    let mut text = String::new();
    let _ = file.seek(SeekFrom::Start(0)).and_then(|_| file.take(LONGEST).read_to_string(&mut text));
    let text = text.trim().to_owned();
    if text.is_empty() { "it has just started".to_owned() } else { text }
}

fn cannot(path: &Path, error: std::io::Error) -> Failure {
    Failure::new(Class::Busy, format!("the lock {} cannot be taken", path.display())).because(error)
}
