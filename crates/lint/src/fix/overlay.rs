//! Files with new texts that nobody has written yet.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use crate::source::{LoadError, Loader};

/// A file and its new text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The path by which it was read.
    pub path: PathBuf,
    /// Its text, without a byte order mark.
    pub before: String,
    /// Its new text.
    pub after: String,
}

/// A loader whose files may have other texts than those that are written.
pub struct Overlay<'a> {
    base: &'a dyn Loader,
    /// By path without links.
    changes: BTreeMap<PathBuf, Change>,
}

impl<'a> Overlay<'a> {
    /// Files as they are.
    pub fn new(base: &'a dyn Loader) -> Self {
        Self { base, changes: BTreeMap::new() }
    }

    /// Files whose text is another one now, each with its path without links.
    pub fn changes(&self) -> impl Iterator<Item = (&Path, &Change)> {
        let changed = self.changes.iter().filter(|(_, change)| change.before != change.after);
        changed.map(|(path, change)| (path.as_path(), change))
    }

    /// Gives a file a new text.
    pub(super) fn set(&mut self, path: &Path, after: String) -> Result<(), LoadError> {
        let before = self.base.read(path)?;
        let change = self.changes.entry(self.base.follow(path));
        change.or_insert_with(|| Change { path: path.to_path_buf(), before, after: String::new() }).after = after;
        Ok(())
    }

    /// What was changed so far, to come back to.
    pub(super) fn mark(&self) -> BTreeMap<PathBuf, Change> {
        self.changes.clone()
    }

    /// Takes back what was changed since.
    pub(super) fn reset(&mut self, mark: BTreeMap<PathBuf, Change>) {
        self.changes = mark;
    }
}

impl Loader for Overlay<'_> {
    fn read(&self, path: &Path) -> Result<String, LoadError> {
        if self.changes.is_empty() {
            return self.base.read(path);
        }
        match self.changes.get(&self.base.follow(path)) {
            Some(change) => Ok(change.after.clone()),
            None => self.base.read(path),
        }
    }

    fn read_in(&self, root: &Path, path: &Path) -> Result<String, LoadError> {
        match self.changes.get(&self.base.follow(path)) {
            Some(change) => Ok(change.after.clone()),
            None => self.base.read_in(root, path),
        }
    }

    fn fence(&self, path: &Path) -> PathBuf {
        self.base.fence(path)
    }

    fn digest(&self, folder: &Path) -> Option<io::Result<String>> {
        self.base.digest(folder)
    }

    fn list(&self, directory: &Path) -> Vec<String> {
        self.base.list(directory)
    }

    fn exists(&self, path: &Path) -> bool {
        self.base.exists(path)
    }

    fn follow(&self, path: &Path) -> PathBuf {
        self.base.follow(path)
    }
}
