//! The one way by which files are written: a file is either the old one or the new one, whenever the process dies.
//! In: a path and bytes; out: the file, or an error and the old file. Uses only the standard library and this room's errors.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{OFlags, RenameFlags};

use super::StoreError;

/// The mode of whatever is nobody else's business.
pub(super) const PRIVATE: u32 = 0o600;

/// How the name of an unfinished file ends; it begins with a dot.
const UNFINISHED: &str = ".pt-unfinished";

/// Puts `bytes` at `path` with this mode: a new file beside it is written and synced, then takes its place, and the directory is
/// synced. An error on the way, also of the sync, removes the new file and leaves what was there.
pub fn atomic_write(path: &Path, bytes: &[u8], mode: u32) -> Result<(), StoreError> {
    let unfinished = write_unfinished(path, bytes, mode)?;
    let renamed = fs::rename(&unfinished, path).map_err(StoreError::io("replace", path));
    finish(path, &unfinished, renamed)
}

/// The new content of a file.
#[derive(Debug)]
pub struct NewContent<'a> {
    /// Where it is put.
    pub path: &'a Path,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The mode of the file.
    pub mode: u32,
}

/// As [`atomic_write`] for several files: what keeps one of them from being written keeps all of them as they were. Only when
/// all have been written and synced beside their places are they replaced, one after the other.
pub fn atomic_write_all(files: &[NewContent<'_>]) -> Result<(), StoreError> {
    let mut unfinished = Vec::new();
    for file in files {
        match write_unfinished(file.path, &file.bytes, file.mode) {
            Ok(written) => unfinished.push(written),
            Err(error) => {
                remove(&unfinished);
                return Err(error);
            }
        }
    }
    for (index, (file, written)) in files.iter().zip(&unfinished).enumerate() {
        let renamed = fs::rename(written, file.path).map_err(StoreError::io("replace", file.path));
        if let Err(error) = finish(file.path, written, renamed) {
            remove(&unfinished[index + 1..]);
            return Err(error);
        }
    }
    Ok(())
}

fn remove(unfinished: &[PathBuf]) {
    for file in unfinished {
        let _ = fs::remove_file(file);
    }
}

/// As [`atomic_write`], but never replaces: [`StoreError::Exists`] when something is at `path` already.
pub fn atomic_create(path: &Path, bytes: &[u8], mode: u32) -> Result<(), StoreError> {
    let unfinished = write_unfinished(path, bytes, mode)?;
    let renamed = rename_without_replacing(&unfinished, path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => StoreError::Exists { path: path.to_owned() },
        _ => StoreError::io("create", path)(error),
    });
    finish(path, &unfinished, renamed)
}

/// Removes what killed writers left in `directory`. Only for whoever holds the lock of its writers: a living one's file would go too.
pub(super) fn remove_unfinished(directory: &Path) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| name.starts_with('.') && name.ends_with(UNFINISHED)) {
            // What cannot be removed is never read either; it only takes room.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn write_unfinished(path: &Path, bytes: &[u8], mode: u32) -> Result<PathBuf, StoreError> {
    let unfinished = unfinished_path(path)?;
    let written = create(&unfinished, mode).and_then(|mut file| {
        file.write_all(bytes)?;
        // A failed sync is not tried again: the kernel may have dropped the pages and would then report success.
        file.sync_all()
    });
    match written {
        Ok(()) => Ok(unfinished),
        Err(error) => {
            let _ = fs::remove_file(&unfinished);
            Err(StoreError::io("write", path)(error))
        }
    }
}

fn create(path: &Path, mode: u32) -> io::Result<File> {
    let no_follow = i32::try_from(OFlags::NOFOLLOW.bits()).unwrap_or(0);
    OpenOptions::new().write(true).create_new(true).mode(mode).custom_flags(no_follow).open(path)
}

fn unfinished_path(path: &Path) -> Result<PathBuf, StoreError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let number = getrandom::u64().map_err(StoreError::Random)?;
    Ok(directory_of(path).join(format!(".{name}.{number:016x}{UNFINISHED}")))
}

/// `renameat2(RENAME_NOREPLACE)`, or a hard link on file systems that do not know it.
fn rename_without_replacing(from: &Path, to: &Path) -> io::Result<()> {
    let directory = rustix::fs::CWD;
    match rustix::fs::renameat_with(directory, from, directory, to, RenameFlags::NOREPLACE) {
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::NOTSUP) => {
            fs::hard_link(from, to)?;
            fs::remove_file(from)
        }
        other => other.map_err(io::Error::from),
    }
}

fn finish(path: &Path, unfinished: &Path, renamed: Result<(), StoreError>) -> Result<(), StoreError> {
    if renamed.is_err() {
        let _ = fs::remove_file(unfinished);
        return renamed;
    }
    let directory = directory_of(path);
    match File::open(directory).and_then(|directory| directory.sync_all()) {
        // Some network file systems cannot sync a directory; their rename is as durable as it gets.
        Err(error) if error.kind() != io::ErrorKind::InvalidInput => Err(StoreError::io("sync", directory)(error)),
        _ => Ok(()),
    }
}

fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn replaces_the_content_with_the_wanted_mode_and_leaves_nothing_else() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
        atomic_write(&path, b"new", PRIVATE).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
        assert_eq!(names(root.path()), ["a"]);
    }

    #[test]
    fn replaces_a_symbolic_link_and_not_what_it_points_to() {
        let root = tempfile::tempdir().unwrap();
        let (victim, path) = (root.path().join("victim"), root.path().join("a"));
        fs::write(&victim, "mine").unwrap();
        std::os::unix::fs::symlink(&victim, &path).unwrap();
        atomic_write(&path, b"new", PRIVATE).unwrap();
        assert_eq!(fs::read(&victim).unwrap(), b"mine");
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }

    #[test]
    fn creates_only_what_is_not_there_even_when_many_try() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a");
        let created: usize = std::thread::scope(|scope| {
            let create = |number: u8| usize::from(atomic_create(&path, &[number], PRIVATE).is_ok());
            let threads: Vec<_> = (0..16).map(|number| scope.spawn(move || create(number))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(created, 1);
        assert!(matches!(atomic_create(&path, b"x", PRIVATE), Err(StoreError::Exists { .. })));
        assert_eq!(names(root.path()), ["a"]);
    }

    #[test]
    fn a_failed_replacement_keeps_the_old_and_cleans_up() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a");
        fs::create_dir(&path).unwrap();
        fs::write(path.join("kept"), "x").unwrap();
        let error = atomic_write(&path, b"new", PRIVATE).unwrap_err().to_string();
        assert!(error.contains("cannot replace") && error.contains(&*path.to_string_lossy()), "{error}");
        assert_eq!(names(root.path()), ["a"]);
        assert_eq!(names(&path), ["kept"]);
    }

    #[test]
    fn of_several_files_all_stay_when_one_cannot_be_written() {
        let root = tempfile::tempdir().unwrap();
        let (first, absent) = (root.path().join("a"), root.path().join("absent/b"));
        fs::write(&first, "old").unwrap();
        let new = |path| NewContent { path, bytes: b"new".to_vec(), mode: PRIVATE };
        atomic_write_all(&[new(&first), new(&absent)]).unwrap_err();
        assert_eq!((fs::read(&first).unwrap(), names(root.path())), (b"old".to_vec(), vec!["a".to_owned()]));
        let second = root.path().join("b");
        atomic_write_all(&[new(&first), new(&second)]).unwrap();
        assert_eq!((fs::read(&first).unwrap(), fs::read(&second).unwrap()), (b"new".to_vec(), b"new".to_vec()));
        assert_eq!(names(root.path()), ["a", "b"]);
    }

    #[test]
    fn sweeps_only_unfinished_files() {
        let root = tempfile::tempdir().unwrap();
        for name in [".a.0123456789abcdef.pt-unfinished", "a", ".hidden", "a.pt-unfinished"] {
            fs::write(root.path().join(name), "x").unwrap();
        }
        remove_unfinished(root.path());
        assert_eq!(names(root.path()), [".hidden", "a", "a.pt-unfinished"]);
    }
}
