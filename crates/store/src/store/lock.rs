//! Locks between processes. In: the path of a lock file and how long to wait; out: a guard. The kernel frees a lock when its holder
//! dies, however it dies, so there are no stale ones; the file itself stays. Uses only this room's errors.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::fs::OFlags;

use super::StoreError;
use super::atomic::PRIVATE;

/// How long the store waits for other processes unless told otherwise; they need a few milliseconds.
pub const LOCK_WAIT: Duration = Duration::from_secs(30);

const PAUSE: Duration = Duration::from_millis(10);

/// Held until dropped.
#[derive(Debug)]
pub struct FileLock {
    _file: File,
}

impl FileLock {
    /// Locks a file against everyone else, creating it; its directory must exist. [`StoreError::Busy`] after `wait`.
    pub fn exclusive(path: &Path, wait: Duration) -> Result<Self, StoreError> {
        let file = open(path, true).map_err(StoreError::io("open", path))?;
        wait_for(path, &file, wait, File::try_lock)?;
        note_holder(&file);
        Ok(Self { _file: file })
    }

    /// Keeps out whoever wants the lock exclusively; `None` where there is no such file or it cannot be opened.
    pub fn shared(path: &Path, wait: Duration) -> Result<Option<Self>, StoreError> {
        let Ok(file) = open(path, false) else { return Ok(None) };
        wait_for(path, &file, wait, File::try_lock_shared)?;
        Ok(Some(Self { _file: file }))
    }
}

fn open(path: &Path, write: bool) -> io::Result<File> {
    let flags = i32::try_from((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits()).unwrap_or(0);
    OpenOptions::new().read(true).write(write).create(write).mode(PRIVATE).custom_flags(flags).open(path)
}

fn wait_for(
    path: &Path,
    file: &File,
    wait: Duration,
    attempt: fn(&File) -> Result<(), TryLockError>,
) -> Result<(), StoreError> {
    let start = Instant::now();
    loop {
        match attempt(file) {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(StoreError::io("lock", path)(error)),
            Err(TryLockError::WouldBlock) if start.elapsed() >= wait => {
                return Err(StoreError::Busy { path: path.to_owned(), holder: holder(file), seconds: wait.as_secs() });
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
        }
    }
}

/// The process id is for people only, so a disk too full to take it does not matter.
fn note_holder(file: &File) {
    let text = format!("{}\n", std::process::id());
    let _ = file.set_len(0).and_then(|()| file.write_all_at(text.as_bytes(), 0));
}

fn holder(file: &File) -> Option<u32> {
    let mut text = [0; 16];
    let read = file.read_at(&mut text, 0).ok()?;
    std::str::from_utf8(&text[..read]).ok()?.trim().parse().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn lock(root: &tempfile::TempDir) -> std::path::PathBuf {
        root.path().join("lock")
    }

    #[test]
    fn a_second_writer_waits_a_bounded_time_and_names_the_holder() {
        let root = tempfile::tempdir().unwrap();
        let held = FileLock::exclusive(&lock(&root), Duration::ZERO).unwrap();
        let error = FileLock::exclusive(&lock(&root), Duration::from_millis(30)).unwrap_err();
        assert!(matches!(&error, StoreError::Busy { holder: Some(id), .. } if *id == std::process::id()), "{error:?}");
        assert!(FileLock::shared(&lock(&root), Duration::ZERO).is_err());
        drop(held);
        FileLock::exclusive(&lock(&root), Duration::ZERO).unwrap();
    }

    #[test]
    fn a_waiting_writer_gets_the_lock_once_it_is_free() {
        let root = tempfile::tempdir().unwrap();
        let held = FileLock::exclusive(&lock(&root), Duration::ZERO).unwrap();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| FileLock::exclusive(&lock(&root), Duration::from_secs(20)).is_ok());
            std::thread::sleep(PAUSE);
            drop(held);
            assert!(waiting.join().unwrap());
        });
    }

    #[test]
    fn readers_share_and_need_nothing_to_be_there() {
        let root = tempfile::tempdir().unwrap();
        assert!(FileLock::shared(&lock(&root), Duration::ZERO).unwrap().is_none());
        drop(FileLock::exclusive(&lock(&root), Duration::ZERO).unwrap());
        let first = FileLock::shared(&lock(&root), Duration::ZERO).unwrap();
        let second = FileLock::shared(&lock(&root), Duration::ZERO).unwrap();
        assert!(first.is_some() && second.is_some());
        assert!(FileLock::exclusive(&lock(&root), Duration::ZERO).is_err());
    }
}
