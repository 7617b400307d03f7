//! Which file a path means, and whether it stays where it may be.

use std::path::{Path, PathBuf};

use super::path::normal;
use super::{Home, Lock};
use crate::source::{LoadError, Loader};

/// Names that a blueprint file may have, the first one preferred.
pub const FILE_NAMES: [&str; 4] = ["polytope.yml", "polytope.yaml", "polytope.json", "polytope.edn"];

/// Where files are looked for.
pub(super) struct Places<'a> {
    pub(super) loader: &'a dyn Loader,
    /// The project's directory.
    pub(super) directory: PathBuf,
    /// The same without links.
    root: PathBuf,
}

impl<'a> Places<'a> {
    pub(super) fn new(loader: &'a dyn Loader, directory: PathBuf) -> Self {
        let root = loader.follow(&directory);
        Self { loader, directory, root }
    }

    /// The path as a message names it.
    pub(super) fn shown(&self, path: &str) -> PathBuf {
        self.directory.join(path)
    }

    pub(super) fn is_there(&self, path: &str) -> bool {
        self.loader.exists(&self.shown(path))
    }

    /// The blueprint file in the directory that a path names, or the file that it names itself.
    pub(super) fn file_at(&self, path: &str) -> Option<String> {
        let mut inside = FILE_NAMES.iter().filter_map(|name| normal(&format!("./{path}/{name}")));
        if let Some(found) = inside.find(|path| self.is_there(path)) {
            return Some(found);
        }
        let extension = Path::new(path).extension().and_then(|extension| extension.to_str())?;
        let is_file = ["yml", "yaml", "json", "edn"].contains(&extension) && self.is_there(path);
        is_file.then(|| path.to_owned())
    }

    /// The text of a file that stays in the repository that it is in.
    pub(super) fn read(&self, path: &str, home: &Home) -> Result<String, LoadError> {
        let root = if home.repository.is_some() { self.shown(&home.root) } else { self.root.clone() };
        self.loader.read_in(&root, &self.shown(path))
    }

    /// Where a path leads, relative to the project; `None` where a link leads out of the repository that it is in.
    pub(super) fn inside(&self, path: &str, home: &Home) -> Option<String> {
        let real = self.loader.follow(&self.shown(path));
        let root = match home.repository {
            Some(_) => self.loader.follow(&self.shown(&home.root)),
            None => self.root.clone(),
        };
        let stays = real.starts_with(&root) && root.starts_with(&self.root);
        stays.then(|| real.strip_prefix(&self.root).ok()?.to_str().map(str::to_owned)).flatten()
    }
}

/// The home of the root of a fetched repository, if the lock has it at this revision.
pub(super) fn repository_home(lock: &Lock, name: &str, rev: Option<&str>) -> Option<Home> {
    let pin = lock.pin(name).filter(|pin| pin.is_at(rev))?;
    let root = pin.folder();
    Some(Home { directory: root.clone(), root, repository: Some(pin.name.clone()) })
}
