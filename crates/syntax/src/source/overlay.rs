//! One file as someone holds it, over what is on the disk.

use std::io;
use std::path::{Path, PathBuf};

use super::loader::decode;
use super::{DiskLoader, LoadError, Loader, SIZE_LIMIT};

/// The disk, but for one file.
#[derive(Debug)]
pub struct OverlayLoader {
    real: PathBuf,
    bytes: Vec<u8>,
}

impl OverlayLoader {
    /// `bytes` stand at `path`, whatever is there on the disk.
    pub fn new(path: &Path, bytes: Vec<u8>) -> Self {
        Self { real: DiskLoader.follow(path), bytes }
    }

    fn is_held(&self, path: &Path) -> bool {
        DiskLoader.follow(path) == self.real
    }
}

impl Loader for OverlayLoader {
    fn read(&self, path: &Path) -> Result<String, LoadError> {
        if !self.is_held(path) {
            return DiskLoader.read(path);
        }
        if self.bytes.len() as u64 > SIZE_LIMIT {
            return Err(LoadError::TooLarge { size: self.bytes.len() as u64, limit: SIZE_LIMIT });
        }
        decode(self.bytes.clone())
    }

    fn read_in(&self, root: &Path, path: &Path) -> Result<String, LoadError> {
        if self.is_held(path) { self.read(path) } else { DiskLoader.read_in(root, path) }
    }

    fn fence(&self, path: &Path) -> PathBuf {
        DiskLoader.fence(path)
    }

    fn digest(&self, folder: &Path) -> Option<io::Result<String>> {
        DiskLoader.digest(folder)
    }

    fn list(&self, directory: &Path) -> Vec<String> {
        DiskLoader.list(directory)
    }

    fn exists(&self, path: &Path) -> bool {
        self.is_held(path) || DiskLoader.exists(path)
    }

    fn follow(&self, path: &Path) -> PathBuf {
        DiskLoader.follow(path)
    }
}
