//! The store of one project: its directory, its lock, and the doors to its secrets, values and digest key. In: the captured
//! environment and the project's key; out: [`SecretStore`], [`ValueStore`], [`DigestKey`]. Nothing is created before the first write.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::atomic::{PRIVATE, atomic_write, remove_unfinished};
use super::identity::IdentitySource;
use super::lock::{FileLock, LOCK_WAIT};
use super::private_file::{Access, check_directory, ensure_directory};
use super::{DigestKey, Environment, Paths, ProjectKey, SecretStore, StoreError, ValueStore, moved};

pub(super) const DIGEST_KEY_FILE: &str = "digest.key";
pub(super) const LOCK_FILE: &str = "lock";

/// The values and secrets of one project.
#[derive(Debug, Clone)]
pub struct ProjectStore {
    pub(super) paths: Paths,
    project: ProjectKey,
    pub(super) identity: IdentitySource,
    pub(super) wait: Duration,
}

impl ProjectStore {
    /// The store of `project`. Touches no file.
    pub fn open(environment: &Environment, project: &ProjectKey) -> Result<Self, StoreError> {
        let paths = Paths::from_environment(environment);
        let identity = IdentitySource::new(environment, &paths)?;
        Ok(Self { paths, project: project.clone(), identity, wait: LOCK_WAIT })
    }

    /// Waits this long for other processes instead of [`LOCK_WAIT`].
    #[must_use]
    pub fn with_lock_wait(self, wait: Duration) -> Self {
        Self { wait, ..self }
    }

    /// The same, of another project.
    pub(super) fn of(&self, project: &ProjectKey) -> Self {
        Self { project: project.clone(), ..self.clone() }
    }

    /// The project.
    pub fn project(&self) -> &ProjectKey {
        &self.project
    }

    /// Where everything lies; `None` without a home directory.
    pub fn directory(&self) -> Option<PathBuf> {
        self.paths.project(&self.project)
    }

    /// The project's secrets.
    pub fn secrets(&self) -> SecretStore<'_> {
        SecretStore::new(self)
    }

    /// The project's values.
    pub fn values(&self) -> ValueStore<'_> {
        ValueStore::new(self)
    }

    /// The key of [`super::keyed_digest`], created on first use.
    pub fn digest_key(&self) -> Result<DigestKey, StoreError> {
        if let Some(path) = self.file_to_read(DIGEST_KEY_FILE)?
            && let Some(key) = DigestKey::read(&path)?
        {
            return Ok(key);
        }
        let locked = self.lock()?;
        DigestKey::read_or_create(&locked.directory.join(DIGEST_KEY_FILE))
    }

    /// The path of a file of the store, after a look at the directories it is in.
    pub(super) fn file_to_read(&self, name: &str) -> Result<Option<PathBuf>, StoreError> {
        let (Some(data), Some(directory)) = (self.paths.data(), self.directory()) else { return Ok(None) };
        check_directory(data, Access::OthersRead)?;
        check_directory(&directory, Access::OwnerOnly)?;
        Ok(Some(directory.join(name)))
    }

    /// Keeps every other writer of this project out; creates its directory.
    pub(super) fn lock(&self) -> Result<Locked, StoreError> {
        let (Some(data), Some(directory)) = (self.paths.data(), self.directory()) else {
            return Err(StoreError::NoHome { what: "project's values and secrets", variable: "XDG_DATA_HOME" });
        };
        ensure_directory(data, Access::OthersRead)?;
        ensure_directory(&directory, Access::OwnerOnly)?;
        let lock = FileLock::exclusive(&directory.join(LOCK_FILE), self.wait)?;
        remove_unfinished(&directory);
        moved::note(&directory, &self.project)?;
        Ok(Locked { directory, _lock: lock })
    }
}

/// The directory of a store while its lock is held.
#[derive(Debug)]
pub(super) struct Locked {
    pub(super) directory: PathBuf,
    _lock: FileLock,
}

/// Puts `new` at `path` and keeps `old`, what was there, as the previous generation.
pub(super) fn replace(path: &Path, old: Option<&[u8]>, new: &[u8]) -> Result<(), StoreError> {
    if let Some(old) = old {
        atomic_write(&previous(path), old, PRIVATE)?;
    }
    atomic_write(path, new, PRIVATE)
}

/// Where the previous generation of a file is kept.
pub(super) fn previous(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".bak");
    PathBuf::from(name)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fs;
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    use super::*;
    use crate::store::testing::Home;

    #[test]
    fn opening_and_reading_create_nothing() {
        let home = Home::new();
        let store = home.store();
        assert!(store.secrets().names().unwrap().is_empty());
        assert!(store.secrets().get("a").unwrap().is_none());
        assert!(store.values().all().unwrap().is_empty());
        assert!(!home.path("data").exists() && !home.path("config").exists());
    }

    #[test]
    fn works_without_a_home_until_something_must_be_written() {
        let home = Home::new();
        let store = ProjectStore::open(&Environment::default(), &home.key()).unwrap();
        assert!(store.secrets().names().unwrap().is_empty() && store.values().all().unwrap().is_empty());
        let error = store.values().set("a", "b").unwrap_err();
        assert!(error.to_string().contains("`XDG_DATA_HOME` nor `HOME`"), "{error}");
        assert!(store.digest_key().is_err());
    }

    #[test]
    fn everything_it_creates_is_for_the_owner_alone() {
        let home = Home::new();
        let store = home.store();
        store.values().set("a", "b").unwrap();
        store.secrets().set("a", &"one".into(), crate::store::EntryOrigin::Stdin).unwrap();
        store.secrets().set("a", &"two".into(), crate::store::EntryOrigin::Stdin).unwrap();
        store.digest_key().unwrap();
        let (mut files, mut directories) = (0, 0);
        let mut open = vec![home.path("data"), home.path("config")];
        while let Some(path) = open.pop() {
            let metadata = fs::metadata(&path).unwrap();
            let wanted = if metadata.is_dir() { 0o700 } else { 0o600 };
            assert_eq!(metadata.mode() & 0o7777, wanted, "{}", path.display());
            if metadata.is_dir() {
                directories += 1;
                open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            } else {
                files += 1;
            }
        }
        assert_eq!((files, directories), (9, 5), "secrets, values, bak, names, key, project, 2 locks, identity");
    }

    #[test]
    fn an_open_directory_is_refused_with_the_chmod_line() {
        let home = Home::new();
        let store = home.store();
        store.values().set("a", "b").unwrap();
        let directory = store.directory().unwrap();
        for path in [directory.clone(), home.path("data/pt")] {
            let mode = fs::metadata(&path).unwrap().permissions();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o777)).unwrap();
            for error in [store.values().all().unwrap_err(), store.secrets().names().unwrap_err()] {
                assert!(error.help().unwrap().starts_with("`chmod 07"), "{error:?}");
            }
            assert!(store.values().set("a", "c").is_err());
            fs::set_permissions(&path, mode).unwrap();
        }
        assert_eq!(store.values().get("a").unwrap().unwrap(), "b");
    }

    #[test]
    fn the_digest_key_stays_the_same() {
        let home = Home::new();
        let digest = |store: &ProjectStore| super::super::keyed_digest(&store.digest_key().unwrap(), b"x");
        assert_eq!(digest(&home.store()), digest(&home.store()));
    }

    #[test]
    fn a_writer_that_waits_too_long_says_who_holds_the_lock() {
        let home = Home::new();
        let store = home.store().with_lock_wait(Duration::from_millis(20));
        let _held = store.lock().unwrap();
        let error = store.values().set("a", "b").unwrap_err();
        assert!(error.to_string().contains(&format!("process {}", std::process::id())), "{error}");
    }
}
