//! How files are read: one small trait, so that the compiler runs on a disk, in memory and in an editor alike.

use std::collections::BTreeMap;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::{digest, door};

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
    /// A link of the path leads out of the project.
    #[error("a link that leads out of the project")]
    LeadsOut,
    /// The path is a link, and nothing is where it leads.
    #[error("a link to nothing")]
    Dangling,
    /// The file is larger than its limit, which is [`SIZE_LIMIT`] for all but a few.
    #[error("the file has {size} bytes, the limit is {} MiB ({limit} bytes)", limit >> 20)]
    TooLarge {
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// The bytes are not UTF-8.
    #[error("not UTF-8 text (line {line}, byte {offset})")]
    NotUtf8 {
        /// Offset of the first byte that is wrong.
        offset: usize,
        /// The line that it is in, from 1.
        line: usize,
    },
    /// The operating system refused.
    #[error("cannot be read")]
    Io(#[source] io::Error),
}

impl LoadError {
    /// What to do about it, where something can be said.
    pub fn help(&self) -> Option<&'static str> {
        Some(match self {
            Self::LeadsOut | Self::Dangling => "replace the link by what it should hold, or remove it",
            Self::TooLarge { .. } => "split it, or leave generated parts out",
            Self::NotUtf8 { .. } => "save it as UTF-8: `iconv -f latin1 -t utf-8 FILE` converts an older encoding",
            Self::NotAFile => "put a regular file in its place",
            Self::Io(error) if error.kind() == io::ErrorKind::PermissionDenied => "`chmod u+r FILE` lets you read it",
            Self::NotFound | Self::Io(_) => return None,
        })
    }
}

/// Reads project files; the only way by which the compiler sees the outside.
pub trait Loader: Sync {
    /// The text of a file, without a leading byte order mark.
    fn read(&self, path: &Path) -> Result<String, LoadError>;

    /// The same of a file whose links may not leave `root`.
    fn read_in(&self, root: &Path, path: &Path) -> Result<String, LoadError> {
        let _ = root;
        self.read(path)
    }

    /// The folder that links of a file may not leave.
    fn fence(&self, path: &Path) -> PathBuf {
        path.parent().map(Path::to_path_buf).unwrap_or_default()
    }

    /// The [`digest`](super::digest()) of a folder; `None` where files have none, such as in memory, and an error where it cannot
    /// be read.
    fn digest(&self, folder: &Path) -> Option<io::Result<String>> {
        let _ = folder;
        None
    }

    /// Names of the entries of a directory, sorted; empty when there is no such directory.
    fn list(&self, directory: &Path) -> Vec<String>;

    /// Whether something (file or directory) is at this path.
    fn exists(&self, path: &Path) -> bool;

    /// Where a path leads once its symbolic links are followed; the path itself where there are none, or nothing is there.
    fn follow(&self, path: &Path) -> PathBuf {
        path.to_path_buf()
    }
}

/// Reads the files of projects from the disk: regular ones only, never more than [`SIZE_LIMIT`], and through no link that leads
/// out of the project.
#[derive(Debug, Clone, Copy, Default)]
pub struct DiskLoader;

impl Loader for DiskLoader {
    fn read(&self, path: &Path) -> Result<String, LoadError> {
        decode(door::read(path, SIZE_LIMIT)?)
    }

    fn read_in(&self, root: &Path, path: &Path) -> Result<String, LoadError> {
        decode(door::read_in(root, path, SIZE_LIMIT)?)
    }

    fn fence(&self, path: &Path) -> PathBuf {
        door::fence(path)
    }

    fn digest(&self, folder: &Path) -> Option<io::Result<String>> {
        Some(digest(folder))
    }

    fn list(&self, directory: &Path) -> Vec<String> {
        let mut names = door::list(directory);
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

/// Reads files of the user or of the machine, which may be links to anywhere.
#[derive(Debug, Clone, Copy, Default)]
pub struct OwnLoader;

impl Loader for OwnLoader {
    fn read(&self, path: &Path) -> Result<String, LoadError> {
        decode(door::read_own(path, SIZE_LIMIT)?)
    }

    fn list(&self, directory: &Path) -> Vec<String> {
        DiskLoader.list(directory)
    }

    fn exists(&self, path: &Path) -> bool {
        DiskLoader.exists(path)
    }

    fn follow(&self, path: &Path) -> PathBuf {
        DiskLoader.follow(path)
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
        Self { files: files.into_iter().map(|(path, text)| (plain(&path.into()), text.into())).collect() }
    }
}

impl Loader for MemoryLoader {
    fn read(&self, path: &Path) -> Result<String, LoadError> {
        let bytes = self.files.get(&plain(path)).ok_or(LoadError::NotFound)?;
        if bytes.len() as u64 > SIZE_LIMIT {
            return Err(LoadError::TooLarge { size: bytes.len() as u64, limit: SIZE_LIMIT });
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
    let text = String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..offset].split(|byte| *byte == b'\n').count();
        LoadError::NotUtf8 { offset, line }
    })?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}
