//! Secrets as files: a directory in the memory of this machine, bound read-only to `/run/secrets`.
//!
//! What `docker inspect` shows is a path; nothing reaches the engine's disk or an image made of the container. The
//! directory and not the single file is bound, so that a file that is replaced is seen. All parents are ours alone;
//! as root we give the files to the container's user, else they are readable behind our closed parents.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

use rustix::process::geteuid;

use super::apply::Surroundings;
use super::engine::DockerEngine;
use super::errors::{Doing, doing};
use super::model::Summary;
use super::target;
use crate::engine::{EngineError, Failure, Outcome};
use crate::plan::{ContainerRequest, SecretPlacement, Upload, labels};

/// Where secrets are found in a container.
pub(super) const SECRETS: &str = "/run/secrets";

/// Kinds of file systems that live in memory: tmpfs and ramfs.
const IN_MEMORY: [u64; 2] = [0x0102_1994, 0x8584_58f6];

impl DockerEngine {
    /// An empty directory for the secret files of a container that is about to be made; `None` when it has none.
    pub(super) fn make_secret_place(
        &self,
        project: &str,
        request: &ContainerRequest,
        around: Surroundings<'_>,
        doing: &Doing,
    ) -> Result<Option<PathBuf>, EngineError> {
        if request.secret_files.is_empty() {
            return Ok(None);
        }
        self.refuse_remote(doing)?;
        if !target::is_plain(project) {
            return Err(doing.failed(Failure::Unsupported(format!("`{project}` cannot be the name of a project"))));
        }
        let mut mark = [0; 4];
        getrandom::fill(&mut mark).map_err(|error| doing.failed(Failure::Engine(error.to_string())))?;
        let leaf = format!("{}-{:08x}", request.name, u32::from_ne_bytes(mark));
        let place = self.secret_home(around).and_then(|home| make_place(&home.join(project).join(leaf)));
        place.map(Some).map_err(|error| doing.advise(Failure::Unsupported(error.to_string()), NO_HOME))
    }

    /// Writes the secret files of a container.
    pub(super) fn fill_secret_place(
        place: &Path,
        files: &[Upload],
        owner: Option<u32>,
        around: Surroundings<'_>,
        doing: &Doing,
    ) -> Result<(), EngineError> {
        let owner = if geteuid().is_root() { Owner::Is(owner.unwrap_or(0)) } else { Owner::Anybody };
        for file in files {
            let name = file_name(&file.path).ok_or_else(|| {
                doing.failed(Failure::Unsupported(format!("`{}` is not a file in `{SECRETS}`", file.path)))
            })?;
            let content = around.reveal(&file.content, doing)?;
            let written = write(place, name, content.as_bytes(), owner);
            written.map_err(|error| unwritten(place, &error, doing))?;
        }
        close(place, owner).map_err(|error| unwritten(place, &error, doing))
    }

    /// Writes the secret files of a container that is there already: they are gone when the machine was restarted.
    pub(super) async fn place_secrets(
        &self,
        placement: &SecretPlacement,
        around: Surroundings<'_>,
    ) -> Result<Outcome, EngineError> {
        let doing = doing(format!("write the secrets of container `{}`", placement.container));
        self.refuse_remote(&doing)?;
        let found = self.require_own(&placement.container, &doing).await?;
        let mount = found.mounts.iter().find(|mount| mount.destination == SECRETS);
        let Some(place) = mount.map(|mount| PathBuf::from(&mount.source)) else {
            let problem = format!("it was made without `{SECRETS}`");
            return Err(doing.advise(Failure::Unsupported(problem), "`pt run --force-recreate` makes it anew"));
        };
        let home = self.secret_home(around);
        if !home.as_ref().is_ok_and(|home| place.parent().and_then(Path::parent) == Some(home)) {
            let problem = format!("its secrets belong in `{}`, where this session keeps none", place.display());
            return Err(doing.advise(Failure::Unsupported(problem), "`pt run --force-recreate` makes it anew"));
        }
        make_place(&place).map_err(|error| unwritten(&place, &error, &doing))?;
        Self::fill_secret_place(&place, &placement.files, placement.owner, around, &doing)?;
        Ok(Outcome::Done)
    }

    /// Removes places of a project that no container has: a run leaves one that is killed between making it and making
    /// its container. What this process made itself is not touched, nor is anything when the engine does not answer.
    pub(super) async fn sweep_secret_places(&self, project: &str, container: Option<&str>) {
        let stale: Vec<PathBuf> =
            self.secret_homes().iter().flat_map(|home| places_in(&home.join(project), container, self.begun)).collect();
        if stale.is_empty() || !self.client.reach().found.endpoint.is_local() {
            return;
        }
        let of_project = format!("{}={project}", labels::PROJECT);
        let Ok(all) = self.client.get::<Vec<Summary>>(&target::containers(&[("label", &of_project)])).await else {
            return;
        };
        let used: Vec<&Path> =
            all.iter().flat_map(|found| &found.mounts).map(|mount| Path::new(&mount.source)).collect();
        for place in stale.iter().filter(|place| !used.contains(&place.as_path())) {
            discard(place);
        }
    }

    /// Where secrets of this user may be, whether they are there or not.
    fn secret_homes(&self) -> Vec<PathBuf> {
        let own = self.runtime.as_ref().map(|runtime| runtime.join("pt"));
        own.into_iter().chain([shared_home()]).collect()
    }

    fn refuse_remote(&self, doing: &Doing) -> Result<(), EngineError> {
        let endpoint = &self.client.reach().found.endpoint;
        if endpoint.is_local() {
            return Ok(());
        }
        let problem = format!("secrets cannot be delivered as files to {endpoint}, which is another machine");
        Err(doing
            .advise(Failure::Unsupported(problem), "`--secrets-in-env` delivers them as environment variables instead"))
    }

    /// The directory of all secret files of this user, made and checked.
    fn secret_home(&self, around: Surroundings<'_>) -> io::Result<PathBuf> {
        let runtime = self.runtime.as_deref();
        if let Some(runtime) = runtime {
            if is_private(runtime).is_ok() && is_in_memory(runtime) {
                return make_private(runtime.join("pt"));
            }
            around.note(format!("`{}` is not a private directory in memory: using /dev/shm", runtime.display()));
        }
        let shared = Path::new("/dev/shm");
        if !is_in_memory(shared) {
            return Err(io::Error::other("neither `XDG_RUNTIME_DIR` nor /dev/shm lives in memory"));
        }
        make_private(shared_home())
    }
}

/// The directory of secret files of users without a private directory in memory.
fn shared_home() -> PathBuf {
    Path::new("/dev/shm").join(format!("pt-{}", geteuid().as_raw()))
}

/// Places that were made before a time: of one container, or of all.
fn places_in(project: &Path, container: Option<&str>, before: SystemTime) -> Vec<PathBuf> {
    let entries = fs::read_dir(project).into_iter().flatten().flatten();
    let is_wanted = |entry: &fs::DirEntry| {
        let name = entry.file_name();
        let of_container = container.is_none_or(|container| {
            let mark = name.to_str().and_then(|name| name.strip_prefix(container)?.strip_prefix('-'));
            mark.is_some_and(|mark| mark.len() == 8 && mark.bytes().all(|digit| digit.is_ascii_hexdigit()))
        });
        of_container && entry.metadata().and_then(|metadata| metadata.modified()).is_ok_and(|made| made < before)
    };
    entries.filter(is_wanted).map(|entry| entry.path()).collect()
}

const NO_HOME: &str =
    "set `XDG_RUNTIME_DIR` to a private directory in memory, or deliver secrets with `--secrets-in-env`";

/// Who may read secret files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    /// Only this user, because we may give files away.
    Is(u32),
    /// Whoever gets to them: we cannot give files away, but nobody gets past the parents.
    Anybody,
}

/// Makes `home/project/place`; parents are ours alone, so that a place that is there already can only be of our making.
fn make_place(place: &Path) -> io::Result<PathBuf> {
    let project = place.parent().ok_or(io::ErrorKind::InvalidInput)?;
    make_private(project.to_owned())?;
    match fs::DirBuilder::new().mode(0o700).create(place) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(place.to_owned()),
    }
}

/// A directory of ours that nobody else may enter; one that is there has to be so already.
fn make_private(path: PathBuf) -> io::Result<PathBuf> {
    match fs::DirBuilder::new().mode(0o700).create(&path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    is_private(&path)?;
    Ok(path)
}

/// Whether a path is a directory of ours (no link) that nobody else may write to or, but for a filled place, enter.
fn is_private(path: &Path) -> io::Result<()> {
    let metadata = fs::symlink_metadata(path)?;
    let problem = if !metadata.is_dir() {
        "is not a directory"
    } else if metadata.uid() != geteuid().as_raw() {
        "belongs to another user"
    } else if metadata.mode() & 0o077 != 0 {
        "is open to others"
    } else {
        return Ok(());
    };
    Err(io::Error::other(format!("`{}` {problem}", path.display())))
}

fn is_in_memory(path: &Path) -> bool {
    rustix::fs::statfs(path).is_ok_and(|found| u64::try_from(found.f_type).is_ok_and(|kind| IN_MEMORY.contains(&kind)))
}

/// The name of a file directly in `/run/secrets`.
fn file_name(path: &str) -> Option<&str> {
    let name = path.strip_prefix(SECRETS)?.strip_prefix('/')?;
    let mut parts = Path::new(name).components();
    matches!((parts.next(), parts.next()), (Some(Component::Normal(part)), None) if part == name).then_some(name)
}

/// Replaces one file in one step.
fn write(place: &Path, name: &str, content: &[u8], owner: Owner) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(place)?;
    file.write_all(content)?;
    let mode = match owner {
        Owner::Is(user) => {
            std::os::unix::fs::fchown(file.as_file(), Some(user), None)?;
            0o400
        }
        Owner::Anybody => 0o444,
    };
    file.as_file().set_permissions(fs::Permissions::from_mode(mode))?;
    file.persist(place.join(name)).map_err(|error| error.error)?;
    Ok(())
}

/// Gives the directory to those who read it.
fn close(place: &Path, owner: Owner) -> io::Result<()> {
    let mode = match owner {
        Owner::Is(user) => {
            std::os::unix::fs::chown(place, Some(user), None)?;
            0o500
        }
        Owner::Anybody => 0o755,
    };
    fs::set_permissions(place, fs::Permissions::from_mode(mode))
}

/// Removes a place and what is in it, and its project's directory when it was the last; paths that are not ours are
/// left alone. What stays for a failure is in memory and closed to others.
pub(super) fn discard(place: &Path) {
    let Some((project, home)) = place.parent().and_then(|project| Some((project, project.parent()?))) else { return };
    let is_home =
        home.file_name().and_then(|name| name.to_str()).is_some_and(|name| name == "pt" || name.starts_with("pt-"));
    let plain = place.is_absolute() && !place.components().any(|part| matches!(part, Component::ParentDir));
    if plain && is_home && is_in_memory(home) && is_private(home).is_ok() && is_private(project).is_ok() {
        let _ = fs::set_permissions(place, fs::Permissions::from_mode(0o700));
        let _ = fs::remove_dir_all(place);
        let _ = fs::remove_dir(project);
    }
}

fn unwritten(place: &Path, error: &io::Error, doing: &Doing) -> EngineError {
    doing.failed(Failure::Engine(format!("secret files cannot be written in `{}`: {error}", place.display())))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    /// A directory in memory, such as `XDG_RUNTIME_DIR`.
    fn memory() -> tempfile::TempDir {
        tempfile::tempdir_in("/dev/shm").unwrap()
    }

    #[test]
    fn the_parents_are_closed_and_the_files_belong_to_the_reader() {
        let memory = memory();
        let home = make_private(memory.path().join("pt")).unwrap();
        let place = make_place(&home.join("shop/db-1")).unwrap();
        let owner = if geteuid().is_root() { Owner::Is(70) } else { Owner::Anybody };
        write(&place, "PASSWORD", b"one", owner).unwrap();
        close(&place, owner).unwrap();
        write(&place, "PASSWORD", b"two", owner).unwrap();
        assert_eq!(fs::read(place.join("PASSWORD")).unwrap(), b"two");
        let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o7777;
        assert_eq!((mode(&home), mode(&home.join("shop"))), (0o700, 0o700));
        let (directory, file) = if owner == Owner::Anybody { (0o755, 0o444) } else { (0o500, 0o400) };
        assert_eq!((mode(&place), mode(&place.join("PASSWORD"))), (directory, file));
        if let Owner::Is(user) = owner {
            assert_eq!(fs::metadata(place.join("PASSWORD")).unwrap().uid(), user);
        }
        assert_eq!(fs::read_dir(&place).unwrap().count(), 1, "no half-written file stays");
        discard(&place);
        assert!(!home.join("shop").exists());
    }

    #[test]
    fn a_home_that_is_a_link_or_open_to_others_is_refused() {
        let memory = memory();
        std::os::unix::fs::symlink("/etc", memory.path().join("pt")).unwrap();
        let refused = make_private(memory.path().join("pt")).unwrap_err();
        assert!(refused.to_string().contains("is not a directory"), "{refused}");
        let open = memory.path().join("open");
        fs::create_dir(&open).unwrap();
        fs::set_permissions(&open, fs::Permissions::from_mode(0o755)).unwrap();
        assert!(make_private(open).unwrap_err().to_string().contains("is open to others"));
    }

    #[test]
    fn a_disk_is_not_memory() {
        assert!(is_in_memory(Path::new("/dev/shm")));
        assert!(!is_in_memory(Path::new("/proc")));
        assert!(!is_in_memory(Path::new("/no/such")));
    }

    #[test]
    fn only_places_of_ours_are_removed() {
        let memory = memory();
        let other = memory.path().join("other/shop/db");
        fs::create_dir_all(&other).unwrap();
        discard(&other);
        assert!(other.exists());
        let home = make_private(memory.path().join("pt")).unwrap();
        make_place(&home.join("shop/db")).unwrap();
        discard(&home.join("shop/../../other/shop/db"));
        assert!(other.exists());
        discard(Path::new("/"));
    }

    #[test]
    fn secret_files_stand_directly_in_their_directory() {
        assert_eq!(file_name("/run/secrets/X"), Some("X"));
        for path in ["/run/secrets/a/b", "/run/secrets/..", "/run/secrets/", "/run/secretsX", "/etc/X"] {
            assert_eq!(file_name(path), None, "{path}");
        }
    }
}
