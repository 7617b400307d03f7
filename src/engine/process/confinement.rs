//! What only the kernel can give a program: mounts of its own and a control group, where this account may make them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::process::getpid;

use super::account::Account;
use super::cgroup::{self, Limits};
use super::engine::ProcessEngine;
use super::launcher::{COMMAND, NOTHING, Start};
use super::names::LOOPBACK;
use super::namespace::{HOSTS, Mounts, hosts_file};
use super::places::write_whole;
use super::record::Record;
use super::setting::Setting;
use super::shelf::Held;

/// In a container's folder, where its group is.
const GROUP: &str = "cgroup";

impl ProcessEngine {
    /// Whether programs can have mounts of their own: tried once, by a process that makes some and ends. What the kernel says
    /// it allows tells too little, for other guards may stand before it.
    pub(super) fn has_mounts(&self) -> bool {
        let attempt = || {
            let hosts = PathBuf::from(HOSTS);
            let mounts = Mounts { hosts: Some(hosts.clone()), places: vec![(hosts, false)] };
            let start = Start { parent: getpid().as_raw_nonzero().get(), mounts, ..Start::default() };
            let mut command = Command::new(&self.executable);
            command.arg(COMMAND).arg(serde_json::to_string(&start).ok()?).arg(NOTHING).env_clear();
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            command.status().ok().map(|status| status.success())
        };
        *self.mounts.get_or_init(|| attempt().unwrap_or(false))
    }

    /// How the program of a container is begun.
    pub(super) fn start_of(
        &self,
        held: &Held,
        setting: &Setting,
        user: Option<(u32, u32, Vec<u32>)>,
    ) -> io::Result<Start> {
        let record = &held.record;
        let limits = Limits { memory: record.memory_limit, cores: record.core_limit };
        let parent = if limits == Limits::default() { None } else { cgroup::parent(limits) };
        let group = parent.map(|parent| cgroup::make(&parent, &record.id, limits)).transpose()?;
        if let Some(group) = &group {
            write_whole(&held.folder.join(GROUP), group.as_os_str().as_encoded_bytes())?;
        }
        let memory = record.memory_limit.filter(|_| group.is_none());
        let mounts = self.mounts_of(held, setting)?;
        Ok(Start { parent: 0, user, memory, group, mounts })
    }

    /// How a program beside that of a container is begun: among the same mounts, within the same limits.
    pub(super) fn start_beside(&self, held: &Held, setting: &Setting, account: Option<Account>) -> io::Result<Start> {
        let user = account.map(|account| (account.uid, account.gid, account.groups));
        let group = group_of(&held.folder).filter(|group| group.is_dir());
        let parent = getpid().as_raw_nonzero().get();
        Ok(Start { parent, user, memory: None, group, mounts: self.mounts_of(held, setting)? })
    }

    fn mounts_of(&self, held: &Held, setting: &Setting) -> io::Result<Mounts> {
        let mut mounts = Mounts { hosts: None, places: self.places_of(&held.record) };
        let mut names = setting.services.names().peekable();
        if (names.peek().is_none() && mounts.is_empty()) || !self.has_mounts() {
            return Ok(Mounts::default());
        }
        if names.peek().is_some() {
            let file = held.folder.join("hosts");
            write_whole(&file, hosts_file(&fs::read_to_string(HOSTS)?, names, LOOPBACK).as_bytes())?;
            // It is everybody's, as the one that it stands for.
            fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
            mounts.hosts = Some(file);
        }
        Ok(mounts)
    }

    /// What is mounted, and whether it can be written to.
    fn places_of(&self, record: &Record) -> Vec<(PathBuf, bool)> {
        let volumes = record.volumes.iter().map(|(name, path)| (self.shelf.places.volume(name), path));
        let binds = record.mounts.iter().map(|(source, path)| (source.clone(), path));
        volumes.chain(binds).map(|(place, path)| (place, !record.read_only.contains(path))).collect()
    }
}

/// Ends the control group of a container whose supervisor could not.
pub(super) fn end_group(folder: &Path) {
    if let Some(group) = group_of(folder) {
        cgroup::end(&group);
    }
}

fn group_of(folder: &Path) -> Option<PathBuf> {
    let path = fs::read_to_string(folder.join(GROUP)).ok()?;
    Some(PathBuf::from(path)).filter(|path| path.is_absolute())
}
