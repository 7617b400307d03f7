//! Mounts of a program's own: a hosts file with the names of its project's services, and sources that it may only read.
//!
//! As root in a mount namespace; as anybody else in one below a user namespace, in which this account stays what it is and
//! has rights of an administrator only until the program begins. Where the kernel, or what guards it, does not let this
//! account make them, programs go without.

use std::fs;
use std::io;
use std::os::fd::AsRawFd as _;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags, StatVfsMountFlags, open, statvfs};
use rustix::io::Errno;
use rustix::mount::{
    MountFlags, MountPropagationFlags, mount, mount_bind, mount_bind_recursive, mount_change, mount_remount,
};
use rustix::process::{chdir, getcwd, getegid, geteuid};
use rustix::thread::UnshareFlags;
use serde::{Deserialize, Serialize};

/// Where every program looks for names first.
pub(super) const HOSTS: &str = "/etc/hosts";

/// What is mounted for one program alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mounts {
    /// What stands in the place of the machine's hosts file.
    pub(super) hosts: Option<PathBuf>,
    /// Files and directories, and whether they can be written to.
    pub(super) places: Vec<(PathBuf, bool)>,
    /// Directories of which a program sees no more than what is its own.
    #[serde(default)]
    pub(super) private: Vec<Private>,
}

/// A directory that many programs of one account have something in, and what of it one of them sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Private {
    /// The directory.
    pub(super) directory: PathBuf,
    /// Names in it that stay.
    pub(super) own: Vec<String>,
}

impl Private {
    /// Covers the directory and puts what stays back in its place.
    fn cover(&self) -> io::Result<()> {
        if !self.directory.is_dir() {
            return Ok(());
        }
        // Opened before: behind the cover nothing has a name any more.
        let mut kept = Vec::new();
        for name in &self.own {
            match open(self.directory.join(name), OFlags::PATH | OFlags::CLOEXEC | OFlags::NOFOLLOW, Mode::empty()) {
                Ok(opened) => kept.push((name, opened)),
                Err(Errno::NOENT) => {}
                Err(error) => return Err(error.into()),
            }
        }
        mount("pt", &self.directory, "tmpfs", MountFlags::NOSUID | MountFlags::NODEV, Some(c"mode=0711,size=64k"))?;
        for (name, opened) in kept {
            let place = self.directory.join(name);
            fs::create_dir(&place)?;
            mount_bind_recursive(format!("/proc/self/fd/{}", opened.as_raw_fd()), &place)?;
        }
        Ok(())
    }
}

impl Mounts {
    pub(super) fn is_empty(&self) -> bool {
        self.hosts.is_none() && self.private.is_empty() && self.places.iter().all(|(_, writable)| *writable)
    }

    /// Has this process, and the program that it becomes, see them. It must have one thread.
    pub(super) fn enter(&self) -> io::Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        own_namespace()?;
        if let Some(hosts) = &self.hosts {
            mount_bind(hosts, HOSTS)?;
        }
        for private in &self.private {
            private.cover()?;
        }
        let places = layered(&self.places);
        for (place, _) in &places {
            mount_bind_recursive(place, place)?;
        }
        for (place, _) in places.iter().filter(|(_, writable)| !writable) {
            mount_remount(place, MountFlags::BIND | MountFlags::RDONLY | kept(place)?, c"")?;
        }
        // Where we are is still below: only from here on its way leads through them.
        Ok(chdir(getcwd(Vec::new())?)?)
    }
}

/// The places that become mounts, outer ones first. What can be written to needs to be one only within what cannot, and wins
/// where it is the same.
fn layered(places: &[(PathBuf, bool)]) -> Vec<(PathBuf, bool)> {
    let real = |(place, writable): &(PathBuf, bool)| Some((fs::canonicalize(place).ok()?, *writable));
    let mut all: Vec<(PathBuf, bool)> = places.iter().filter_map(real).collect();
    all.sort_by(|(one, first), (other, second)| one.cmp(other).then(second.cmp(first)));
    all.dedup_by(|(later, _), (kept, _)| later == kept);
    let closed: Vec<PathBuf> = all.iter().filter(|(_, writable)| !writable).map(|(place, _)| place.clone()).collect();
    let within = |place: &Path| closed.iter().any(|outer| place != outer && place.starts_with(outer));
    all.retain(|(place, writable)| !writable || within(place));
    all
}

fn own_namespace() -> io::Result<()> {
    let (user, group) = (geteuid(), getegid());
    if user.is_root() {
        unshare(UnshareFlags::NEWNS)?;
    } else {
        unshare(UnshareFlags::NEWUSER | UnshareFlags::NEWNS)?;
        // The kernel wants that said before it believes in a group.
        fs::write("/proc/self/setgroups", "deny")?;
        fs::write("/proc/self/gid_map", format!("{group} {group} 1"))?;
        fs::write("/proc/self/uid_map", format!("{user} {user} 1"))?;
    }
    // What is mounted here must not come out.
    Ok(mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)?)
}

#[allow(
    deprecated,
    reason = "only `FILES` is unsafe, which is not asked for; what has come for it is unsafe whatever is asked for"
)]
fn unshare(flags: UnshareFlags) -> io::Result<()> {
    Ok(rustix::thread::unshare(flags)?)
}

/// Flags of a mount that a change must repeat: who has no right to take them away must not leave them out.
fn kept(place: &Path) -> io::Result<MountFlags> {
    const FLAGS: [(StatVfsMountFlags, MountFlags); 6] = [
        (StatVfsMountFlags::NOSUID, MountFlags::NOSUID),
        (StatVfsMountFlags::NODEV, MountFlags::NODEV),
        (StatVfsMountFlags::NOEXEC, MountFlags::NOEXEC),
        (StatVfsMountFlags::NOATIME, MountFlags::NOATIME),
        (StatVfsMountFlags::NODIRATIME, MountFlags::NODIRATIME),
        (StatVfsMountFlags::RELATIME, MountFlags::RELATIME),
    ];
    let there = statvfs(place)?.f_flag;
    let kept = FLAGS.iter().filter(|(flag, _)| there.contains(*flag)).map(|(_, flag)| *flag);
    Ok(kept.fold(MountFlags::empty(), |all, flag| all | flag))
}

/// The machine's hosts file with these names in front of it: what the project calls so is meant.
pub(super) fn hosts_file<'a>(machine: &str, names: impl Iterator<Item = &'a str>, address: &str) -> String {
    let valid = |name: &&str| {
        let letters = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
        !name.is_empty() && letters && *name != "localhost"
    };
    let lines: String = names.filter(valid).map(|name| format!("{address}\t{name}\n")).collect();
    format!("# services of the project, by pt\n{lines}\n{machine}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_services_stand_before_those_of_the_machine() {
        let text = hosts_file(
            "127.0.0.1 localhost\n10.0.0.7 db\n",
            ["db", "localhost", "a b", "web"].into_iter(),
            "127.0.0.1",
        );
        assert_eq!(
            text,
            "# services of the project, by pt\n127.0.0.1\tdb\n127.0.0.1\tweb\n\n127.0.0.1 localhost\n10.0.0.7 db\n"
        );
    }

    #[test]
    fn what_can_be_written_to_is_a_mount_only_within_what_cannot() {
        let place = |path: &str, writable: bool| (PathBuf::from(path), writable);
        assert_eq!(
            layered(&[place("/usr/bin", true), place("/usr", false), place("/etc", true), place("/no-such", false)]),
            [place("/usr", false), place("/usr/bin", true)]
        );
        assert_eq!(layered(&[place("/usr", false), place("/usr", true)]), [], "once writable is writable");
    }
}
