//! What is wanted: a program, the names it goes by, and what the user said on the command line.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use super::{as_processes, naming};
use crate::expand::{Container, Expose, HostPort, MountSource, Program};

/// Turns a text into a short hash that says nothing to anyone without the key.
pub trait Fingerprint {
    /// The hash: equal for equal contents, in characters that fit into a label.
    fn digest(&self, content: &str) -> String;
}

/// Everything that [`reconcile`](super::reconcile) is asked for.
#[derive(Clone)]
pub struct Request<'a> {
    /// What shall run.
    pub program: &'a Program,
    /// Name of the project in the engine, from [`project_name`](super::project_name).
    pub project: String,
    /// Name of the job, for the label.
    pub job: String,
    /// Absolute path of the project directory; relative host paths start there.
    pub directory: String,
    /// Directories that the project was in before, whose things are its own.
    pub former: BTreeSet<String>,
    /// Absolute path of the repository; relative repository paths start there.
    pub repository: String,
    /// Absolute path of the user's home, which `~` stands for, where there is one.
    pub home: Option<String>,
    /// Absolute path of the file, for the label.
    pub file: String,
    /// `uid:gid` of the user who runs `pt`, where the system has such a thing.
    pub invoking_user: Option<String>,
    /// Keyed hash of the content of each secret that is set, by name.
    pub digests: BTreeMap<String, String>,
    /// Names of the secrets whose content a URL does not hold as it is.
    pub reserved: BTreeSet<String>,
    /// The keyed hash that made them.
    pub fingerprint: &'a dyn Fingerprint,
    /// Ids of all containers that any job of the file may make: none of them is an orphan.
    pub known: BTreeSet<String>,
    /// Ids of the jobs that were asked for by name, to run even when they ended well before.
    pub rerun: BTreeSet<String>,
    /// Ids of the containers that an earlier stage of the same run settled: no flag makes them anew.
    pub settled: BTreeSet<String>,
    /// Images that were just pulled for this run; they are not pulled again.
    pub refreshed: BTreeSet<String>,
    /// What containers of the program need that are not in it, by id, and the ids of those.
    pub needs: BTreeMap<String, BTreeSet<String>>,
    /// Keyed hashes of the files of [`Request::init_scripts`], by absolute path.
    pub scripts: BTreeMap<String, String>,
    /// What the caller found at the paths of [`Request::host_paths`]: the path without links, or what is wrong with it.
    pub paths: BTreeMap<String, Result<String, String>>,
    /// Programs of [`Request::programs`] that this machine does not have.
    pub lacking: BTreeSet<String>,
    /// What keeps the servers of containers from being had as processes, by the container's id: a sentence and advice.
    pub unservable: BTreeMap<String, (String, Option<String>)>,
    /// Whether names of services are turned into ports of the host: a container then is another one when they change.
    pub names_are_ports: bool,
    /// What the user said.
    pub options: Options,
}

/// What the user said on the command line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is one flag of the command line")]
pub struct Options {
    /// Replace what has not changed too.
    pub force_recreate: bool,
    /// Keep what has changed.
    pub no_recreate: bool,
    /// When images are pulled.
    pub pull: PullPolicy,
    /// Remove containers that are no longer in the file.
    pub remove_orphans: bool,
    /// Deliver secrets as files where the image takes them.
    pub secret_files: bool,
    /// Give a changed password to the database that was initialised with another.
    pub apply_password: bool,
}

/// When images are pulled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PullPolicy {
    /// Every time.
    Always,
    /// When the engine has none of that name.
    #[default]
    Missing,
    /// Not at all.
    Never,
}

impl Request<'_> {
    /// Whether a directory is the project's own, now or before.
    pub fn is_from(&self, directory: &str) -> bool {
        directory == self.directory || self.former.contains(directory)
    }

    /// References of all images, in the program's order, each once: what `observe` wants to know.
    pub fn images(&self) -> Vec<String> {
        let mut images: Vec<String> = Vec::new();
        for container in self.program.containers.values() {
            if !images.contains(&container.image.value) {
                images.push(container.image.value.clone());
            }
        }
        images
    }

    /// Engine names of the network, all volumes and all containers: what `observe` wants to know.
    pub fn names(&self) -> Vec<String> {
        let volumes = self.program.volumes.keys().map(|id| naming::volume_name(&self.project, id));
        let replicas = |container: &Container| 1..=container.replicas.max(1);
        let containers = self.program.containers.iter().flat_map(|(id, container)| {
            replicas(container).map(move |replica| naming::container_name(&self.project, id, replica))
        });
        std::iter::once(self.project.clone()).chain(volumes).chain(containers).collect()
    }

    /// Host ports that the program asks for, sorted, each once: what `observe` wants to know.
    pub fn ports(&self) -> Vec<u16> {
        let services = self.program.containers.values().flat_map(|container| &container.services);
        let mut ports = BTreeSet::new();
        for port in services.flat_map(|service| &service.ports) {
            if let Expose::Host { port: HostPort::Exact(first) | HostPort::Preferred(first), .. } = port.expose {
                let range = port.range.value;
                ports.extend(first..=first.saturating_add(range.last.saturating_sub(range.first)));
            }
        }
        ports.into_iter().collect()
    }

    /// Absolute paths of the host that containers mount, sorted, each once: for the caller to look at.
    pub fn host_paths(&self) -> Vec<String> {
        let mounts = self.program.containers.values().flat_map(|container| &container.mounts);
        let paths: BTreeSet<String> = mounts.filter_map(|mount| self.absolute(&mount.source)).collect();
        paths.into_iter().collect()
    }

    /// Absolute paths of files that are mounted as init scripts, sorted, each once: for the caller to read.
    pub fn init_scripts(&self) -> BTreeSet<String> {
        let containers = self.program.containers.values();
        let mounts = containers.flat_map(super::initialised::init_scripts).map(|(_, mount)| mount);
        mounts.filter_map(|mount| self.bound(&mount.source)).collect()
    }

    /// Programs that containers begin with where they are processes, sorted, each once: for the caller to look for.
    pub fn programs(&self) -> BTreeSet<String> {
        let containers = self.program.containers.values();
        let wanted =
            containers.filter_map(|container| Some(as_processes::wanted(container, container.process.as_ref()?)));
        wanted.flatten().collect()
    }

    /// The absolute path that a mount means, before links are followed; `None` when it is not of the host.
    pub(super) fn absolute(&self, source: &MountSource) -> Option<String> {
        match source {
            MountSource::Host { path } => {
                Some(self.of_home(&path.value).unwrap_or_else(|| join(&self.directory, &path.value)))
            }
            MountSource::Repo { path } => Some(join(&self.repository, &path.value)),
            MountSource::Content { .. } | MountSource::Volume { .. } => None,
        }
    }

    /// The path that begins with `~`, as shells read it.
    fn of_home(&self, path: &str) -> Option<String> {
        let rest = path.strip_prefix('~').filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
        Some(join(self.home.as_deref()?, rest.trim_start_matches('/')))
    }

    /// The path that is mounted for an absolute path: without links where the caller looked.
    pub(super) fn resolved(&self, absolute: &str) -> Result<String, String> {
        self.paths.get(absolute).cloned().unwrap_or_else(|| Ok(absolute.to_owned()))
    }

    /// The path of the host that a mount comes to, if it is one that can be mounted.
    pub fn bound(&self, source: &MountSource) -> Option<String> {
        self.resolved(&self.absolute(source)?).ok()
    }

    /// Whether the image shall be pulled although it is there.
    pub(super) fn refreshes(&self, image: &str, update: bool) -> bool {
        let wanted = update || self.options.pull == PullPolicy::Always;
        let made = self.program.made_images.contains(image);
        wanted && !made && self.options.pull != PullPolicy::Never && !self.refreshed.contains(image)
    }
}

/// `path` seen from `base`, without `.` and `..`.
fn join(base: &str, path: &str) -> String {
    let mut joined = PathBuf::new();
    for component in Path::new(base).join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                joined.pop();
            }
            other => joined.push(other),
        }
    }
    joined.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn host_paths_start_at_the_project_and_are_normal() {
        assert_eq!(join("/home/a/shop", "./data/../db"), "/home/a/shop/db");
        assert_eq!(join("/home/a/shop", "/etc/x/"), "/etc/x");
        assert_eq!(join("/home/a/shop", "."), "/home/a/shop");
        assert_eq!(join("/", "../../x"), "/x");
    }
}
