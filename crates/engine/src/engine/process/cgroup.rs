//! Control groups (version 2): the memory and the cores of a container, where this account may make groups.
//!
//! A group is made beside our own, below the nearest one above us that hands the controllers on and that we may write to:
//! root has that everywhere, others where their session manager lets them, as systemd does for what it starts for a user.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{Access, access};
use rustix::process::{Pid, Signal, kill_process};

/// Microseconds in which cores are counted, as engines have it.
const PERIOD: u64 = 100_000;

/// What a group holds back.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Limits {
    /// Bytes of memory.
    pub(super) memory: Option<u64>,
    /// Cores, or parts of one.
    pub(super) cores: Option<f64>,
}

impl Limits {
    fn controllers(self) -> impl Iterator<Item = &'static str> {
        self.memory.map(|_| "memory").into_iter().chain(self.cores.map(|_| "cpu"))
    }
}

/// The group that new ones are made below, if there is one that can hold all of these back.
pub(super) fn parent(limits: Limits) -> Option<PathBuf> {
    let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
    let own = fs::read_to_string("/proc/self/cgroup").ok()?;
    nearest(&mount_point(&mounts)?, own_path(&own)?, limits)
}

/// Whether cores can be limited here at all.
pub(super) fn limits_cores() -> bool {
    parent(Limits { memory: None, cores: Some(1.0) }).is_some()
}

/// Where groups are seen.
fn mount_point(mounts: &str) -> Option<PathBuf> {
    // id, parent, device, root, mount point, options …, `-`, type
    let line = mounts.lines().find(|line| line.split(" - ").nth(1).is_some_and(|rest| rest.starts_with("cgroup2 ")))?;
    let mut fields = line.split(' ').skip(3);
    // What is mounted from the middle of the tree says nothing of the way up.
    fields.next().filter(|root| *root == "/").and(fields.next()).map(PathBuf::from)
}

/// The group that we are in.
fn own_path(groups: &str) -> Option<&str> {
    groups.lines().find_map(|line| line.strip_prefix("0::/"))
}

fn nearest(mount: &Path, own: &str, limits: Limits) -> Option<PathBuf> {
    let own = mount.join(own);
    let above = own.ancestors().take_while(|group| group.starts_with(mount));
    above.filter(|group| hands_on(group, limits) && is_ours(group)).map(Path::to_owned).next()
}

fn hands_on(group: &Path, limits: Limits) -> bool {
    let handed = fs::read_to_string(group.join("cgroup.subtree_control")).unwrap_or_default();
    limits.controllers().all(|wanted| handed.split_whitespace().any(|controller| controller == wanted))
}

/// Whether we may make groups in it and move processes between them.
fn is_ours(group: &Path) -> bool {
    access(group, Access::WRITE_OK).is_ok() && access(group.join(PROCESSES), Access::WRITE_OK).is_ok()
}

const PROCESSES: &str = "cgroup.procs";

/// Makes the group of a container, or takes the one that is left of an earlier run.
pub(super) fn make(parent: &Path, id: &str, limits: Limits) -> io::Result<PathBuf> {
    let group = parent.join(format!("pt-{id}"));
    match fs::create_dir(&group) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    if let Some(bytes) = limits.memory {
        fs::write(group.join("memory.max"), bytes.to_string())?;
    }
    if let Some(cores) = limits.cores {
        fs::write(group.join("cpu.max"), cores_of(cores))?;
    }
    Ok(group)
}

/// Cores as the kernel counts them: so many microseconds of each period.
fn cores_of(cores: f64) -> String {
    #[allow(clippy::cast_precision_loss, reason = "a hundred thousand is exact")]
    let period = PERIOD as f64;
    // The kernel refuses less than a millisecond.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
    let quota = ((cores * period).round() as u64).max(1000);
    format!("{quota} {PERIOD}")
}

/// Moves this process, and what it becomes, into a group.
pub(super) fn enter(group: &Path) -> io::Result<()> {
    fs::write(group.join(PROCESSES), "0")
}

/// Kills what is left in a group and removes it, if that can be done soon.
pub(super) fn end(group: &Path) {
    const ROUNDS: usize = 100;
    for _ in 0..ROUNDS {
        // What was killed is in it for a moment more; a group that is gone is what was wanted.
        match fs::remove_dir(group) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {}
            _ => return,
        }
        let all_at_once = OpenOptions::new().write(true).open(group.join("cgroup.kill"));
        if all_at_once.and_then(|mut file| file.write_all(b"1")).is_err() {
            // Older kernels have no such file.
            kill_each(group);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn kill_each(group: &Path) {
    let members = fs::read_to_string(group.join(PROCESSES)).unwrap_or_default();
    for pid in members.lines().filter_map(|line| Pid::from_raw(line.parse().ok()?)) {
        // What has ended meanwhile is what was wanted.
        let _ = kill_process(pid, Signal::KILL);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const BOTH: Limits = Limits { memory: Some(64 << 20), cores: Some(0.5) };

    /// A tree as systemd makes it for a user: below `app.slice` controllers are handed on.
    fn tree() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (group, handed) in [("", "cpu memory pids"), ("app.slice", "memory pids"), ("app.slice/shell.scope", "")] {
            let group = root.path().join(group);
            fs::create_dir_all(&group).unwrap();
            fs::write(group.join("cgroup.subtree_control"), format!("{handed}\n")).unwrap();
            fs::write(group.join(PROCESSES), "").unwrap();
        }
        root
    }

    #[test]
    fn the_nearest_group_that_hands_everything_on_is_taken() {
        let root = tree();
        let nearest = |limits| nearest(root.path(), "app.slice/shell.scope", limits);
        let memory = Limits { cores: None, ..BOTH };
        assert_eq!(nearest(memory), Some(root.path().join("app.slice")));
        assert_eq!(nearest(BOTH), Some(root.path().to_owned()));
        fs::write(root.path().join("cgroup.subtree_control"), "pids").unwrap();
        assert_eq!(nearest(BOTH), None);
    }

    #[test]
    fn limits_are_written_as_the_kernel_reads_them() {
        let root = tree();
        let group = make(root.path(), "0123", BOTH).unwrap();
        assert_eq!(group, root.path().join("pt-0123"));
        assert_eq!(fs::read_to_string(group.join("memory.max")).unwrap(), "67108864");
        assert_eq!(fs::read_to_string(group.join("cpu.max")).unwrap(), "50000 100000");
        assert_eq!(make(root.path(), "0123", BOTH).unwrap(), group, "what an earlier run left is taken");
        assert_eq!(cores_of(0.001), "1000 100000");
    }

    #[test]
    fn only_a_whole_tree_of_version_2_is_taken() {
        let line =
            |root: &str, kind: &str| format!("35 24 0:30 {root} /sys/fs/cgroup rw,nosuid shared:9 - {kind} x rw\n");
        assert_eq!(mount_point(&line("/", "cgroup2")), Some(PathBuf::from("/sys/fs/cgroup")));
        assert_eq!(mount_point(&line("/../..", "cgroup2")), None);
        assert_eq!(mount_point(&line("/", "cgroup")), None);
        assert_eq!(own_path("4:memory:/x\n0::/user.slice/a\n"), Some("user.slice/a"));
    }
}
