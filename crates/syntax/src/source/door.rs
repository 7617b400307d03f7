//! The one door by which a project's files are read: regular files, up to a limit, and through no link that leaves the project.
//!
//! In: a path, and the folder that its links may not leave. Out: the file as it was opened, its bytes, or a [`LoadError`].
//! A name is followed first and what it leads to is opened without following anything, so that a link that is put in its
//! place in between is refused rather than read.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use rustix::fd::OwnedFd;
use rustix::fs::{CWD, Mode, OFlags, ResolveFlags};
use rustix::io::Errno;

use super::LoadError;

/// What makes a folder the root of a project where no repository is around it.
const MARKS: [&str; 6] = ["polytope.yml", "polytope.yaml", "polytope.json", "polytope.edn", "pt.toml", ".polytope"];

/// The folder that links of the file at `path` may not leave: the root of its repository, else the nearest folder that looks
/// like a project, else the file's own. Folders are told by the way that `path` takes, not by where links on it lead.
pub fn fence(path: &Path) -> PathBuf {
    let path = absolute(path);
    let own = path.parent().unwrap_or(&path);
    let marked = |marks: &[&str]| {
        let is_marked = |folder: &&Path| marks.iter().any(|mark| folder.join(mark).symlink_metadata().is_ok());
        let mut found: Option<&Path> = None;
        for outer in own.ancestors().filter(is_marked) {
            // A link inside of a project must not lead to another one that would then be its fence.
            if found.is_none_or(|inner| !leads_into(inner, outer)) {
                found = Some(outer);
            }
        }
        found.map(Path::to_path_buf)
    };
    marked(&[".git"]).or_else(|| marked(&MARKS)).unwrap_or_else(|| own.to_path_buf())
}

fn leads_into(inner: &Path, outer: &Path) -> bool {
    matches!((inner.canonicalize(), outer.canonicalize()), (Ok(inner), Ok(outer)) if inner.starts_with(&outer))
}

/// The path from the root; what lies before a `..` has its links followed, as the kernel does.
fn absolute(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let parts: Vec<Component<'_>> = path.components().collect();
    let Some(last) = parts.iter().rposition(|part| *part == Component::ParentDir) else { return path };
    let before: PathBuf = parts[..=last].iter().collect();
    before.canonicalize().unwrap_or(before).join(parts[last + 1..].iter().collect::<PathBuf>())
}

/// Opens the regular file at `path`; no link of it may leave `root`, or lead into git's own files.
pub fn open(root: &Path, path: &Path) -> Result<File, LoadError> {
    let real = path.canonicalize().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound if path.is_symlink() => LoadError::Dangling,
        io::ErrorKind::NotADirectory => LoadError::NotFound,
        _ => from_io(error),
    })?;
    let root = root.canonicalize().map_err(from_io)?;
    let inside = real.strip_prefix(&root).map_err(|_| LoadError::LeadsOut)?;
    // A link into `.git` reads the token that a checkout keeps there; at the root of the machine everything is inside.
    let to_git = inside.components().any(|part| part.as_os_str() == ".git");
    let is_link = || path.is_symlink() || !absolute(path).ends_with(inside);
    if (to_git || root.parent().is_none()) && is_link() {
        return Err(LoadError::LeadsOut);
    }
    let file = File::from(open_beneath(&root, inside).map_err(|error| match error {
        // It was there, without links, a moment ago.
        Errno::LOOP | Errno::XDEV => LoadError::LeadsOut,
        Errno::NXIO | Errno::ISDIR => LoadError::NotAFile,
        error => from_io(error.into()),
    })?);
    if file.metadata().map_err(from_io)?.is_file() { Ok(file) } else { Err(LoadError::NotAFile) }
}

/// Opens what is at `inside` of `root` and follows no link on the way. A pipe or device does not hold it up.
fn open_beneath(root: &Path, inside: &Path) -> Result<OwnedFd, Errno> {
    const READ: OFlags =
        OFlags::RDONLY.union(OFlags::NONBLOCK).union(OFlags::NOCTTY).union(OFlags::CLOEXEC).union(OFlags::NOFOLLOW);
    let folder = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let mut at = rustix::fs::openat(CWD, root, folder, Mode::empty())?;
    if inside.as_os_str().is_empty() {
        return Err(Errno::ISDIR);
    }
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    match rustix::fs::openat2(&at, inside, READ, Mode::empty(), resolve) {
        // Kernels before 5.6, and confinements that do not know the call.
        Err(Errno::NOSYS | Errno::PERM | Errno::INVAL | Errno::AGAIN) => {}
        opened => return opened,
    }
    let mut parts = inside.components().peekable();
    while let Some(part) = parts.next() {
        let how = if parts.peek().is_some() { folder } else { READ };
        at = rustix::fs::openat(&at, part.as_os_str(), how, Mode::empty()).map_err(|error| match error {
            Errno::NOTDIR => Errno::LOOP,
            error => error,
        })?;
    }
    Ok(at)
}

/// The bytes of the file at `path`, at most `limit`; its links stay inside of `root`.
pub fn read_in(root: &Path, path: &Path, limit: u64) -> Result<Vec<u8>, LoadError> {
    bytes_of(open(root, path)?, limit)
}

/// The bytes of the file at `path`, at most `limit`; its links stay inside of its [`fence`].
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, LoadError> {
    read_in(&fence(path), path, limit)
}

/// The bytes of a file that belongs to the user or the machine and may be a link to anywhere.
pub fn read_own(path: &Path, limit: u64) -> Result<Vec<u8>, LoadError> {
    let real = path.canonicalize().map_err(from_io)?;
    read_in(real.parent().unwrap_or(Path::new("/")), &real, limit)
}

fn bytes_of(file: File, limit: u64) -> Result<Vec<u8>, LoadError> {
    let size = file.metadata().map_err(from_io)?.len();
    if size > limit {
        return Err(LoadError::TooLarge { size, limit });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
    file.take(limit + 1).read_to_end(&mut bytes).map_err(from_io)?;
    let size = bytes.len() as u64;
    if size > limit { Err(LoadError::TooLarge { size, limit }) } else { Ok(bytes) }
}

/// Names of the entries of a directory, in no order; none where there is no such directory, or a link leads out to it.
pub fn list(directory: &Path) -> Vec<String> {
    let real = |path: &Path| path.canonicalize().ok();
    let root = real(&fence(&directory.join("_")));
    let Some(there) = real(directory).filter(|there| root.is_some_and(|root| there.starts_with(root))) else {
        return Vec::new();
    };
    let entries = fs::read_dir(there).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

fn from_io(error: io::Error) -> LoadError {
    match error.kind() {
        io::ErrorKind::NotFound => LoadError::NotFound,
        io::ErrorKind::IsADirectory => LoadError::NotAFile,
        _ => LoadError::Io(error),
    }
}

#[cfg(test)]
#[path = "door_tests.rs"]
mod tests;
