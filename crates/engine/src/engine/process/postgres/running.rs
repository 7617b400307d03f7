//! Which processes serve a data directory: the server that its `postmaster.pid` names, and what a killed one left.
//!
//! A process counts only when it is a server whose working directory is that directory: a number that the machine has
//! given to somebody else since is never taken for it. Where there is no `/proc`, the number has to do.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use tokio::time::{Instant, sleep};

use super::super::kernel;
use super::PostgresError;

/// Pause between two looks.
const PAUSE: Duration = Duration::from_millis(10);

/// How long sessions of a killed server may take to notice that it is gone.
const ORPHANS: Duration = Duration::from_secs(5);

/// A number that no process has: above the highest that Linux gives.
const NOBODY: &str = "999999999";

/// The server that runs on these data.
pub(super) fn server(data: &Path) -> Option<Pid> {
    let pid = noted(&data.join("postmaster.pid"))?;
    let runs = if has_proc() { serves(pid, data) } else { test_kill_process(pid).is_ok() };
    runs.then_some(pid)
}

/// Whether a server that was started says of itself that it accepts sessions. Unlike a connection that comes too early
/// this leaves no complaint in its log.
pub(super) fn is_open(data: &Path, server: u32) -> bool {
    /// The line of `postmaster.pid` that says how far the server is.
    const STATUS: usize = 7;
    let text = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
    let mut lines = text.lines().map(str::trim);
    lines.next() == Some(&server.to_string()) && lines.nth(STATUS - 1) == Some("ready")
}

/// An error where a server runs on these data.
pub(super) fn is_none(data: &Path) -> Result<(), PostgresError> {
    let Some(pid) = server(data) else { return Ok(()) };
    let pid = pid.as_raw_nonzero().get().unsigned_abs();
    Err(PostgresError::Running { directory: data.to_owned(), pid })
}

/// Makes sure that nobody uses the data, and that no lock of a dead server keeps a new one away.
pub(super) async fn make_way(data: &Path, sockets: Option<&Path>, port: u16) -> Result<(), PostgresError> {
    let started = Instant::now();
    // A server removes its lock when all of its processes have ended: without one there is nobody to look for.
    while data.join("postmaster.pid").exists() {
        // One that is just starting has no lock yet, and soon will.
        is_none(data)?;
        let left: Vec<String> = processes(data).iter().map(|pid| pid.as_raw_nonzero().to_string()).collect();
        if left.is_empty() {
            break;
        }
        if started.elapsed() >= ORPHANS {
            return Err(PostgresError::Place {
                path: data.to_owned(),
                problem: format!("processes of a server that was killed still use it: {}", left.join(", ")),
                help: format!("type: kill -QUIT {}", left.join(" ")),
            });
        }
        sleep(PAUSE).await;
    }
    let sockets = sockets.map(|folder| folder.join(format!(".s.PGSQL.{port}.lock")));
    for lock in [Some(data.join("postmaster.pid")), sockets].into_iter().flatten() {
        release(&lock).map_err(|source| PostgresError::Io { doing: format!("release {}", lock.display()), source })?;
    }
    Ok(())
}

/// Ends every process on these data; those are of no use to anybody.
pub(super) async fn end_all(data: &Path) {
    for pid in processes(data) {
        let _ = kill_process(pid, Signal::KILL);
    }
    gone(data, ORPHANS).await;
}

/// Waits until no process uses the data; whether that came to be.
pub(super) async fn gone(data: &Path, patience: Duration) -> bool {
    let started = Instant::now();
    loop {
        if server(data).is_none() && processes(data).is_empty() {
            return true;
        }
        if started.elapsed() >= patience {
            return false;
        }
        sleep(PAUSE).await;
    }
}

/// A lock file whose number belongs to somebody else by now: the server would believe it. Only the number is changed,
/// because the rest says which shared memory to look at before the data may be used.
fn release(lock: &Path) -> io::Result<()> {
    let Some(pid) = noted(lock).filter(|pid| has_proc() && !is_server(*pid) && test_kill_process(*pid).is_ok()) else {
        return Ok(());
    };
    let own = fs::metadata(lock)?.uid();
    if fs::metadata(process(pid)).map(|found| found.uid()).ok() != Some(own) {
        // Of another account: the server sees by itself that this cannot be one of its kind.
        return Ok(());
    }
    let text = fs::read_to_string(lock)?;
    let rest = text.split_once('\n').map_or("", |(_, rest)| rest);
    let mut file = fs::OpenOptions::new().write(true).truncate(true).open(lock)?;
    file.write_all(format!("{NOBODY}\n{rest}").as_bytes())
}

/// The process that a lock file names.
fn noted(lock: &Path) -> Option<Pid> {
    let text = fs::read_to_string(lock).ok()?;
    // That of a single session is negative.
    let number: i32 = text.lines().next()?.trim().parse().ok()?;
    Pid::from_raw(number.checked_abs()?)
}

/// The servers, and the sessions of servers, that use a data directory.
fn processes(data: &Path) -> Vec<Pid> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    numbers.filter_map(Pid::from_raw).filter(|pid| serves(*pid, data)).collect()
}

fn serves(pid: Pid, data: &Path) -> bool {
    let same = |at: PathBuf| data.canonicalize().is_ok_and(|data| at == data);
    is_server(pid) && fs::read_link(process(pid).join("cwd")).is_ok_and(same)
}

fn is_server(pid: Pid) -> bool {
    let name = fs::read_to_string(process(pid).join("comm")).unwrap_or_default();
    // One that has ended and that nobody has waited for yet serves no more, though it still has its number.
    let ended = kernel::stat(pid.as_raw_nonzero().get()).is_some_and(|stat| stat.state == 'Z');
    !ended && ["postgres", "postmaster"].contains(&name.trim())
}

fn process(pid: Pid) -> PathBuf {
    Path::new("/proc").join(pid.as_raw_nonzero().to_string())
}

fn has_proc() -> bool {
    Path::new("/proc/self/comm").exists()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    /// This very process, which is no server: as if its number had been a server's before.
    fn lock_of_this_process() -> (tempfile::TempDir, PathBuf) {
        let data = tempfile::tempdir().unwrap();
        let lock = data.path().join("postmaster.pid");
        fs::write(&lock, format!("{}\n/data\n1700000000\n5432\n", std::process::id())).unwrap();
        (data, lock)
    }

    #[test]
    fn a_reused_number_is_not_taken_for_a_server() {
        let (data, _lock) = lock_of_this_process();
        assert_eq!(server(data.path()), None);
    }

    #[tokio::test]
    async fn a_lock_with_a_reused_number_is_released_and_keeps_the_rest() {
        let (data, lock) = lock_of_this_process();
        make_way(data.path(), None, 5432).await.unwrap();
        assert_eq!(fs::read_to_string(lock).unwrap(), format!("{NOBODY}\n/data\n1700000000\n5432\n"));
    }

    #[test]
    fn a_server_is_open_when_its_own_file_says_so() {
        let data = tempfile::tempdir().unwrap();
        let says = |status: &str| {
            let text = format!("17\n/data\n1700000000\n5432\n/data\n127.0.0.1\n  1 2\n{status}\n");
            fs::write(data.path().join("postmaster.pid"), text).unwrap();
            is_open(data.path(), 17)
        };
        assert!(!is_open(data.path(), 17));
        // `standby` is one that recovers and lets nobody in; one that does is `ready`.
        assert!(!says("starting") && !says("standby "));
        assert!(says("ready   "));
        assert!(!is_open(data.path(), 18));
    }

    #[tokio::test]
    async fn nothing_is_in_the_way_where_there_is_no_lock() {
        let data = tempfile::tempdir().unwrap();
        make_way(data.path(), Some(data.path()), 5432).await.unwrap();
        assert!(gone(data.path(), Duration::ZERO).await);
    }
}
