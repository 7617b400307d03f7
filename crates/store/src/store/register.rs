//! Register of the projects of this machine: which folder has which project of an engine. In: folders and names; out: the project that
//! is theirs. A folder is known by its path, and by its inode and time of birth after it was moved or renamed; a copy is another folder.
//! Reading creates nothing. Uses the other files of the store.

use std::collections::BTreeSet;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use super::atomic::{PRIVATE, atomic_write};
use super::lock::{FileLock, LOCK_WAIT};
use super::private_file::{Access, check_directory, ensure_directory, read_text};
use super::{Paths, ProjectKey, StoreError};

const FILE: &str = "projects.json";
const LOCK: &str = "projects.lock";

/// A folder and what is its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Checkout {
    /// The project's name as it was given, or that of the folder.
    pub name: String,
    /// The folder, absolute and without links.
    pub directory: PathBuf,
    /// Name of the project in the engine; empty until something was made there.
    pub project: String,
    /// `docker` or `process`: where it was started last; empty until then.
    pub engine: String,
    /// Inode, device and time of birth of the folder, by which it is known after a move.
    pub folder: String,
    /// Name of the folder in the store that holds its values and secrets.
    pub store: String,
    /// Folders that it was in before.
    pub former: BTreeSet<PathBuf>,
    /// First commit of its repository, by which a clone elsewhere is known; empty where there is none.
    pub commit: String,
}

impl Checkout {
    /// A folder that nothing is known of yet.
    pub fn new(key: &ProjectKey) -> Self {
        Self {
            name: key.name().to_owned(),
            directory: key.directory().to_owned(),
            folder: stamp(key.directory()).unwrap_or_default(),
            store: key.as_str().to_owned(),
            ..Self::default()
        }
    }

    /// Whether its folder is not where it was seen last.
    pub fn is_gone(&self) -> bool {
        is_gone(&self.directory)
    }

    /// The key of its values and secrets.
    pub fn key(&self) -> ProjectKey {
        ProjectKey::recorded(&self.store, &self.name, &self.directory.to_string_lossy())
    }
}

/// All folders that `pt` has worked for.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Register {
    /// One for each folder and name.
    pub checkouts: Vec<Checkout>,
}

impl Register {
    /// The register as it is; empty where there is none.
    pub fn read(paths: &Paths) -> Result<Self, StoreError> {
        let Some(data) = paths.data() else { return Ok(Self::default()) };
        check_directory(data, Access::OthersRead)?;
        let path = data.join(FILE);
        let Some(text) = read_text(&path, Access::OwnerOnly)? else { return Ok(Self::default()) };
        serde_json::from_str(&text).map_err(|error| StoreError::Damaged {
            path,
            problem: error.to_string(),
            previous: None,
        })
    }

    /// Changes the register while nobody else does.
    pub fn change<T>(paths: &Paths, change: impl FnOnce(&mut Self) -> T) -> Result<T, StoreError> {
        let Some(data) = paths.data() else {
            return Err(StoreError::NoHome { what: "list of projects", variable: "XDG_DATA_HOME" });
        };
        ensure_directory(data, Access::OthersRead)?;
        let _lock = FileLock::exclusive(&data.join(LOCK), LOCK_WAIT)?;
        let mut register = Self::read(paths)?;
        let before = register.checkouts.clone();
        let changed = change(&mut register);
        if register.checkouts != before {
            let text = serde_json::to_string_pretty(&register).unwrap_or_default();
            atomic_write(&data.join(FILE), text.as_bytes(), PRIVATE)?;
        }
        Ok(changed)
    }

    /// What is known of a folder: by its path and name, else by itself after it was moved or renamed.
    pub fn find(&self, key: &ProjectKey, is_named_after_folder: bool) -> Option<&Checkout> {
        let here = |known: &&Checkout| known.directory == key.directory() && known.name == key.name();
        let known = self.checkouts.iter().find(here);
        known.filter(|known| !self.is_another_folder(known, key)).or_else(|| {
            let stamp = stamp(key.directory())?;
            let named = |known: &Checkout| {
                let after_folder = known.directory.file_name().is_some_and(|last| *last == *known.name);
                if is_named_after_folder { after_folder } else { known.name == key.name() }
            };
            let moved = |known: &&Checkout| known.folder == stamp && named(known) && known.directory != key.directory();
            self.checkouts.iter().find(moved)
        })
    }

    /// Whether a folder has taken the path of another one that was moved and is still there elsewhere.
    fn is_another_folder(&self, known: &Checkout, key: &ProjectKey) -> bool {
        let stamp = stamp(key.directory()).unwrap_or_default();
        let moved_here = |other: &Checkout| other.folder == stamp && other.directory != known.directory;
        known.folder != stamp && self.checkouts.iter().any(moved_here)
    }

    /// Another folder that a project of the engine belongs to.
    pub fn owner(&self, project: &str, not: &Path) -> Option<&Checkout> {
        self.checkouts.iter().find(|known| known.project == project && known.directory != not)
    }

    /// Puts down what a folder has; what it was called before is forgotten.
    pub fn put(&mut self, checkout: Checkout) {
        self.checkouts.retain(|known| {
            let same = known.directory == checkout.directory && known.name == checkout.name;
            let moved = !checkout.project.is_empty() && known.project == checkout.project;
            !same && !moved && known.store != checkout.store
        });
        self.checkouts.push(checkout);
        self.checkouts.sort_by(|one, other| (&one.name, &one.directory).cmp(&(&other.name, &other.directory)));
    }
}

/// Whether nothing is at a path; what cannot be looked at counts as there.
pub fn is_gone(directory: &Path) -> bool {
    std::fs::metadata(directory).is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
}

/// What stays the same when a folder is moved, and is another thing for a copy.
fn stamp(directory: &Path) -> Option<String> {
    let found = std::fs::metadata(directory).ok()?;
    let born = found.created().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    Some(format!("{}:{}:{born}", found.dev(), found.ino()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::store::testing::Home;

    fn put(paths: &Paths, key: &ProjectKey, project: &str) {
        let checkout = Checkout { project: project.to_owned(), ..Checkout::new(key) };
        Register::change(paths, |register| register.put(checkout)).unwrap();
    }

    #[test]
    fn a_folder_is_known_after_a_rename_and_a_copy_is_another() {
        let home = Home::new();
        let paths = Paths::from_environment(&home.environment());
        assert!(Register::read(&paths).unwrap().checkouts.is_empty() && !home.path("data").exists());
        put(&paths, &home.key(), "pt-shop");
        let (old, new) = (home.path("shop"), home.path("bakery"));
        std::fs::rename(&old, &new).unwrap();
        std::fs::create_dir(&old).unwrap();
        let register = Register::read(&paths).unwrap();
        let moved = ProjectKey::new(&new, "bakery").unwrap();
        assert_eq!(register.find(&moved, true).unwrap().project, "pt-shop");
        assert_eq!(register.find(&moved, true).unwrap().key().as_str(), home.key().as_str());
        assert!(register.find(&moved, false).is_none(), "another name that was given is another project");
        let mut carried = register.find(&moved, true).unwrap().clone();
        (carried.name, carried.directory) = ("bakery".to_owned(), moved.directory().to_owned());
        Register::change(&paths, |register| register.put(carried)).unwrap();
        let register = Register::read(&paths).unwrap();
        assert_eq!(register.checkouts.len(), 1);
        assert!(register.find(&ProjectKey::new(&old, "shop").unwrap(), true).is_none(), "a copy has nothing");
        assert_eq!(register.owner("pt-shop", &old).unwrap().directory, moved.directory());
        assert!(register.owner("pt-shop", moved.directory()).is_none());
    }

    #[test]
    fn a_register_that_cannot_be_read_is_told_and_kept() {
        let home = Home::new();
        let paths = Paths::from_environment(&home.environment());
        put(&paths, &home.key(), "pt-shop");
        let path = paths.data().unwrap().join(FILE);
        std::fs::write(&path, "{").unwrap();
        assert!(matches!(Register::change(&paths, |_| ()), Err(StoreError::Damaged { .. })));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "{");
    }
}
