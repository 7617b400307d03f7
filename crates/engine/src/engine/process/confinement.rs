//! What only the kernel can give a program: mounts of its own and a control group, where this account may make them.
//!
//! It is made when a container starts and kept in its folder, for the programs that are run beside its own.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use rustix::process::getpid;
use serde::{Deserialize, Serialize};

use super::account::Account;
use super::cgroup::{self, Limits};
use super::engine::ProcessEngine;
use super::launcher::{NOTHING, Start};
use super::names::LOOPBACK;
use super::namespace::{HOSTS, Mounts, Private, hosts_file};
use super::places::write_whole;
use super::record::Record;
use super::setting::Setting;
use super::shelf::Held;
use crate::plan::labels;

/// What a program has alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Confinement {
    /// The control group that holds it back.
    pub(super) group: Option<PathBuf>,
    /// Whether the group holds nothing back, and is only there to find what hides.
    #[serde(default)]
    pub(super) only_finds: bool,
    /// What is mounted for it alone.
    pub(super) mounts: Mounts,
}

/// In a container's folder.
const CONFINEMENT: &str = "confinement.json";

impl Confinement {
    /// That of a container that was started; nothing before.
    fn of(folder: &Path) -> Self {
        let text = fs::read(folder.join(CONFINEMENT)).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }
}

impl ProcessEngine {
    /// Whether programs can have mounts of their own: tried once, by a process that makes some and ends. What the kernel says
    /// it allows tells too little, for other guards may stand before it.
    pub(super) fn has_mounts(&self) -> bool {
        let attempt = || {
            let hosts = PathBuf::from(HOSTS);
            let mounts = Mounts { hosts: Some(hosts.clone()), places: vec![(hosts, false)], private: Vec::new() };
            let confinement = Confinement { mounts, ..Confinement::default() };
            let start = Start { parent: own_number(), confinement, ..Start::default() };
            let mut command = start.command(&self.executable, NOTHING).ok()?;
            command.env_clear().stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
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
        let limited = if limits == Limits::default() { None } else { cgroup::parent(limits) };
        let limited = limited.map(|parent| cgroup::make(&parent, &record.id, limits)).transpose()?;
        let only_finds = limited.is_none();
        // What has left its session and its environment is still in the group of its container.
        let finds = || cgroup::make(&cgroup::parent(Limits::default())?, &record.id, Limits::default()).ok();
        let group = limited.or_else(finds);
        let confinement = Confinement { group, only_finds, mounts: self.mounts_of(held, setting)? };
        write_whole(&held.folder.join(CONFINEMENT), &serde_json::to_vec(&confinement)?)?;
        let memory = record.memory_limit.filter(|_| only_finds);
        Ok(Start { parent: 0, user, memory, confinement })
    }

    fn mounts_of(&self, held: &Held, setting: &Setting) -> io::Result<Mounts> {
        let names: Vec<&str> = setting.services.names().collect();
        let hosts = (!names.is_empty()).then(|| held.folder.join("hosts"));
        let mounts = Mounts { hosts, places: self.places_of(&held.record), private: self.private_of(held) };
        if mounts.is_empty() || !self.has_mounts() {
            return Ok(Mounts::default());
        }
        if let Some(file) = &mounts.hosts {
            write_whole(file, hosts_file(&fs::read_to_string(HOSTS)?, names.into_iter(), LOOPBACK).as_bytes())?;
            // It is everybody's, as the one that it stands for.
            fs::set_permissions(file, std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
        }
        Ok(mounts)
    }

    /// All programs of this engine may have one account: what belongs to other projects, their databases with the sockets in them and their
    /// secrets, is out of sight.
    fn private_of(&self, held: &Held) -> Vec<Private> {
        let places = &self.shelf.places;
        let project = held.label(labels::PROJECT);
        let volumes = self.all_volumes().into_iter();
        let of_project = volumes.filter(|(_, of)| of.get(labels::PROJECT).is_some_and(|of| of == project));
        let used = held.record.volumes.iter().map(|(name, _)| name.clone());
        let mut volumes: Vec<String> = of_project.map(|(name, _)| name).chain(used).collect();
        volumes.sort();
        volumes.dedup();
        let mut private = vec![Private { directory: places.volumes(), own: volumes }];
        let of_container = [Some(held.folder.clone()), places.secrets(&held.record.id).ok()];
        for folder in of_container.into_iter().flatten() {
            if let (Some(directory), Some(name)) = (folder.parent(), folder.file_name()) {
                private
                    .push(Private { directory: directory.to_owned(), own: vec![name.to_string_lossy().into_owned()] });
            }
        }
        private
    }

    /// What is mounted, and whether it can be written to.
    fn places_of(&self, record: &Record) -> Vec<(PathBuf, bool)> {
        let volumes = record.volumes.iter().map(|(name, path)| (self.shelf.places.volume(name), path));
        let binds = record.mounts.iter().map(|(source, path)| (source.clone(), path));
        volumes.chain(binds).map(|(place, path)| (place, !record.read_only.contains(path))).collect()
    }
}

/// How a program beside that of a container is begun: among the same mounts, within the same limits.
pub(super) fn start_beside(held: &Held, account: Option<Account>) -> Start {
    let user = account.map(|account| (account.uid, account.gid, account.groups));
    let mut confinement = Confinement::of(&held.folder);
    confinement.group.take_if(|group| !group.is_dir());
    Start { parent: own_number(), user, memory: None, confinement }
}

/// Whether a process is among the mounts of a container: where the folders of all containers are, it has a cover, and nothing but this
/// container's own below it. What has left its session, its environment and its parents is still among them.
pub(super) fn is_among_mounts(pid: i32, folder: &Path) -> bool {
    let (Some(directory), Some(own)) = (folder.parent(), folder.file_name()) else { return false };
    let Ok(below) = directory.strip_prefix("/") else { return false };
    let seen = Path::new("/proc").join(pid.to_string()).join("root").join(below);
    let device = |path: &Path| fs::metadata(path).ok().map(|found| found.dev());
    let (Some(there), Some(here)) = (device(&seen), device(directory)) else { return false };
    // Whoever has mounts of another origin sees the directory itself, which is on its own device.
    there != here && seen.join(own).is_dir()
}

/// Ends the control group of a container whose supervisor could not.
pub(super) fn end_group(folder: &Path) {
    if let Some(group) = Confinement::of(folder).group {
        cgroup::end(&group);
    }
}

fn own_number() -> i32 {
    getpid().as_raw_nonzero().get()
}
