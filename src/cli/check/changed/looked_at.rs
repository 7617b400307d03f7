//! Everything that a check looked at: a project is concerned by a change of any of it, and by what is gone.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::Changed;
use crate::source::{LoadError, Loader};

/// Paths that were asked for, whether anything was there or not.
#[derive(Debug, Default)]
pub struct LookedAt {
    files: BTreeSet<PathBuf>,
    directories: BTreeSet<PathBuf>,
}

impl LookedAt {
    /// Adds a file that something else has read.
    pub fn add(&mut self, file: &Path) {
        self.files.insert(file.to_path_buf());
    }

    /// Whether any of it is changed or gone.
    pub fn is_in(&self, changed: &Changed) -> bool {
        // The last part of a path may be a link that changed, and so may what it leads to.
        let file = |path: &PathBuf| changed.holds(&without_links(path)) || changed.holds(&beside(path));
        self.files.iter().any(file) || self.directories.iter().any(|path| changed.holds_entry_of(&without_links(path)))
    }
}

/// A loader that notes what it is asked for.
pub struct Recording<'a> {
    inner: &'a dyn Loader,
    seen: Mutex<LookedAt>,
}

impl<'a> Recording<'a> {
    /// Nothing was asked for yet.
    pub fn new(inner: &'a dyn Loader) -> Self {
        Self { inner, seen: Mutex::default() }
    }

    /// Everything that it was asked for.
    pub fn seen(self) -> LookedAt {
        self.seen.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, path: &Path) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).add(path);
    }
}

impl Loader for Recording<'_> {
    fn read(&self, path: &Path) -> Result<String, LoadError> {
        self.note(path);
        self.inner.read(path)
    }

    fn read_in(&self, root: &Path, path: &Path) -> Result<String, LoadError> {
        self.note(path);
        self.inner.read_in(root, path)
    }

    fn fence(&self, path: &Path) -> PathBuf {
        self.inner.fence(path)
    }

    fn digest(&self, folder: &Path) -> Option<io::Result<String>> {
        self.inner.digest(folder)
    }

    fn list(&self, directory: &Path) -> Vec<String> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.directories.insert(directory.to_path_buf());
        drop(seen);
        self.inner.list(directory)
    }

    fn exists(&self, path: &Path) -> bool {
        self.note(path);
        self.inner.exists(path)
    }

    fn follow(&self, path: &Path) -> PathBuf {
        self.note(path);
        self.inner.follow(path)
    }
}

/// The path without links, as far as it leads anywhere.
pub fn without_links(path: &Path) -> PathBuf {
    let here = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    if let Ok(real) = here.canonicalize() {
        return real;
    }
    match (here.parent(), here.file_name()) {
        (Some(parent), Some(name)) => without_links(parent).join(name),
        _ => here.to_path_buf(),
    }
}

/// The path whose directory is without links, and whose last part is as it was written.
fn beside(path: &Path) -> PathBuf {
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) => without_links(parent).join(name),
        _ => without_links(path),
    }
}
