//! Processes as `/proc` shows them: who is who, although numbers are given again.

use std::fs;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, Serialize};

/// A process, told apart from whoever has its number later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ProcessId {
    /// Its number.
    pub(super) pid: i32,
    /// When it began, in ticks since the machine did.
    pub(super) started: u64,
    /// Which start of the machine that was.
    pub(super) boot: String,
}

/// One line of `/proc/PID/stat`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stat {
    pub(super) pid: i32,
    /// `R`, `S`, `Z` …
    pub(super) state: char,
    pub(super) parent: i32,
    pub(super) group: i32,
    pub(super) session: i32,
    pub(super) started: u64,
}

impl ProcessId {
    /// The process that has this number now.
    pub(super) fn of(pid: i32) -> Option<Self> {
        Some(Self { pid, started: stat(pid)?.started, boot: boot_id() })
    }

    /// Whether it lives; one that has ended and was not waited for does not.
    pub(super) fn lives(&self) -> bool {
        self.boot == boot_id() && stat(self.pid).is_some_and(|stat| stat.started == self.started && stat.state != 'Z')
    }

    /// Sends a signal, if it lives.
    pub(super) fn signal(&self, signal: Signal) -> bool {
        let Some(pid) = Pid::from_raw(self.pid).filter(|_| self.lives()) else { return false };
        kill_process(pid, signal).is_ok()
    }
}

/// Which start of the machine this is.
pub(super) fn boot_id() -> String {
    let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    id.trim().to_owned()
}

/// What the kernel says of a process.
pub(super) fn stat(pid: i32) -> Option<Stat> {
    parse(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// The name stands in brackets and may hold anything, brackets too.
fn parse(line: &str) -> Option<Stat> {
    let pid = line.split(' ').next()?.parse().ok()?;
    let rest = line.rsplit_once(") ")?.1;
    let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
    let number = |at: usize| fields.get(at)?.parse().ok();
    Some(Stat {
        pid,
        state: fields.first()?.chars().next()?,
        parent: number(1)?,
        group: number(2)?,
        session: number(3)?,
        started: fields.get(19)?.parse().ok()?,
    })
}

/// All processes that there are.
pub(super) fn processes() -> Vec<Stat> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| stat(entry.file_name().to_str()?.parse().ok()?)).collect()
}

/// Whether a process began with this in its environment, where we may know it.
pub(super) fn has_variable(pid: i32, variable: &str) -> bool {
    let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
    environment.split(|byte| *byte == 0).any(|known| known == variable.as_bytes())
}

/// Kills every process that was begun by one that `leads` picks, however far down, and whatever `leads` picks itself.
/// Looked at again until none is left: one that is being killed may just have begun another.
pub(super) fn kill_family(leads: impl Fn(&Stat) -> bool) {
    const ROUNDS: usize = 20;
    for _ in 0..ROUNDS {
        let all = processes();
        let mut family: Vec<i32> = all.iter().filter(|stat| leads(stat)).map(|stat| stat.pid).collect();
        let mut known = 0;
        while known < family.len() {
            let parent = family[known];
            let children = all.iter().filter(|stat| stat.parent == parent && !family.contains(&stat.pid));
            let children: Vec<i32> = children.map(|stat| stat.pid).collect();
            family.extend(children);
            known += 1;
        }
        family.retain(|pid| all.iter().any(|stat| stat.pid == *pid && stat.state != 'Z'));
        if family.is_empty() {
            return;
        }
        for pid in family.iter().filter_map(|pid| Pid::from_raw(*pid)) {
            // What has ended meanwhile is what was wanted.
            let _ = kill_process(pid, Signal::KILL);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_whatever_the_process_is_called() {
        let line = "42 (a) b) (c) S 1 41 40 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1000 2000";
        let wanted = Stat { pid: 42, state: 'S', parent: 1, group: 41, session: 40, started: 987_654 };
        assert_eq!(parse(line), Some(wanted));
        assert_eq!(parse("garbage"), None);
    }

    #[test]
    fn another_process_of_the_same_number_is_told_apart() {
        let own = ProcessId::of(std::process::id().cast_signed()).unwrap();
        assert!(own.lives());
        assert!(!ProcessId { started: own.started + 1, ..own.clone() }.lives());
        assert!(!ProcessId { boot: "another".to_owned(), ..own }.lives());
    }
}
