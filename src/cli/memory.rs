//! The memory of a run that asks policies: one that takes too much ends it before the machine suffers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::terminal::error_line;

/// Most memory that the process may take more than it had, in KiB.
const MOST: u64 = 512 * 1024;
/// Time between two looks. What fills memory fastest needs a hundred times as long to fill the limit.
const PAUSE: Duration = Duration::from_millis(5);

/// Watches while it lives. Where the system does not tell what a process takes, it watches nothing.
#[derive(Debug)]
pub struct MemoryWatch {
    ended: Arc<AtomicBool>,
    watcher: Option<JoinHandle<()>>,
}

impl MemoryWatch {
    /// Begins to watch.
    pub fn begin() -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        let seen = ended.clone();
        let watcher =
            resident().and_then(|before| thread::Builder::new().spawn(move || watch(before + MOST, &seen)).ok());
        Self { ended, watcher }
    }
}

impl Drop for MemoryWatch {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        if let Some(watcher) = self.watcher.take() {
            watcher.thread().unpark();
            // It holds nothing that could be lost with it.
            let _ = watcher.join();
        }
    }
}

fn watch(most: u64, ended: &AtomicBool) {
    while !ended.load(Ordering::Relaxed) {
        if resident().is_some_and(|resident| resident > most) {
            error_line("error: a policy takes more than 512 MiB of memory");
            error_line("  = help: build smaller lists in it, such as with `numbers.range`");
            // The thread that asks the policy cannot be stopped from outside.
            std::process::exit(1);
        }
        thread::park_timeout(PAUSE);
    }
}

/// What this process takes of the machine's memory, in KiB.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}
