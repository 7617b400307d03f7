//! How files are read: one small trait, so that the compiler runs on a disk, in memory and in an editor alike.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

/// The largest file that is read, in bytes (4 MiB); real files are below 200 KiB.
pub const SIZE_LIMIT: u64 = 4 * 1024 * 1024;

/// Why a file's text could not be had.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// There is no such file.
    #[error("no such file")]
    NotFound,
    /// The path names a directory, a pipe or a device.
    #[error("not a regular file")]
    NotAFile,
    /// The file is larger than [`SIZE_LIMIT`].
    #[error("the file has {0} bytes, the limit is 4 MiB ({SIZE_LIMIT} bytes)")]
    TooLarge(u64),
    /// The bytes are not UTF-8; the offset of the first one that is wrong.
    #[error("not UTF-8 text (byte {0})")]
    NotUtf8(usize),
    /// The operating system refused.
    #[error("cannot be read")]
    Io(#[source] io::Error),
}

/// Reads project files; the only way by which the compiler sees the outside.
pub trait Loader: Sync {
    /// The text of a file, without a leading byte order mark.
    fn read(&self, path: &Path) -> Result<String, LoadError>;

    /// Names of the entries of a directory, sorted; empty when there is no such directory.
    fn list(&self, directory: &Path) -> Vec<String>;

    /// Whether something (file or directory) is at this path.
    fn exists(&self, path: &Path) -> bool;

    /// Where a path leads once its symbolic links are followed; the path itself where there are none, or nothing is there.
    fn follow(&self, path: &Path) -> PathBuf {
        path.to_path_buf()
    }
}

/// Reads from the disk, regular files only, never more than [`SIZE_LIMIT`].
#[derive(Debug, Clone, Copy, Default)]
pub struct DiskLoader;

impl Loader for DiskLoader {
    fn read(&self, path: &Path) -> Result<String, LoadError> {
        // A pipe or device would block on open, so its kind is looked at first.
        let kind = std::fs::metadata(path).map_err(from_io)?;
        if !kind.is_file() {
            return Err(LoadError::NotAFile);
        }
        if kind.len() > SIZE_LIMIT {
            return Err(LoadError::TooLarge(kind.len()));
        }
        let file = std::fs::File::open(path).map_err(from_io)?;
        let mut bytes = Vec::with_capacity(usize::try_from(kind.len()).unwrap_or(0) + 1);
        file.take(SIZE_LIMIT + 1).read_to_end(&mut bytes).map_err(from_io)?;
        if bytes.len() as u64 > SIZE_LIMIT {
            return Err(LoadError::TooLarge(bytes.len() as u64));
        }
        decode(bytes)
    }

    fn list(&self, directory: &Path) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
        let mut names: Vec<String> =
            entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        names
    }

    fn exists(&self, path: &Path) -> bool {
        path.exists()
    }

    fn follow(&self, path: &Path) -> PathBuf {
        let here = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        here.canonicalize().unwrap_or_else(|_| path.to_path_buf())
    }
}

/// Files held in memory, for tests and editors.
#[derive(Debug, Clone, Default)]
pub struct MemoryLoader {
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl MemoryLoader {
    /// A loader with these files.
    pub fn new<P: Into<PathBuf>, T: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, T)>) -> Self {
        Self { files: files.into_iter().map(|(path, text)| (path.into(), text.into())).collect() }
    }
}

impl Loader for MemoryLoader {
    fn read(&self, path: &Path) -> Result<String, LoadError> {
        let bytes = self.files.get(&plain(path)).ok_or(LoadError::NotFound)?;
        if bytes.len() as u64 > SIZE_LIMIT {
            return Err(LoadError::TooLarge(bytes.len() as u64));
        }
        decode(bytes.clone())
    }

    fn list(&self, directory: &Path) -> Vec<String> {
        let directory = plain(directory);
        let below = self.files.keys().filter_map(|path| path.strip_prefix(&directory).ok());
        let mut names: Vec<String> =
            below.filter_map(|rest| Some(rest.components().next()?.as_os_str().to_str()?.to_owned())).collect();
        names.dedup();
        names
    }

    fn exists(&self, path: &Path) -> bool {
        let path = plain(path);
        self.files.keys().any(|file| file.starts_with(&path))
    }
}

fn plain(path: &Path) -> PathBuf {
    path.components().filter(|component| !matches!(component, Component::CurDir)).collect()
}

/// The text of bytes, without a leading byte order mark.
pub(super) fn decode(bytes: Vec<u8>) -> Result<String, LoadError> {
    let text = String::from_utf8(bytes).map_err(|error| LoadError::NotUtf8(error.utf8_error().valid_up_to()))?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

fn from_io(error: io::Error) -> LoadError {
    match error.kind() {
        io::ErrorKind::NotFound => LoadError::NotFound,
        io::ErrorKind::IsADirectory => LoadError::NotAFile,
        _ => LoadError::Io(error),
    }
}
