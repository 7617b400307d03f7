//! The digest of a folder of files, which tells whether it is still what was put there.
//!
//! In: a directory. Out: 64 hexadecimal digits, the same on every machine.

use std::collections::HashMap;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::LoadError;
use super::door;

/// The largest file of a folder, in bytes (1 GiB).
const LARGEST: u64 = 1 << 30;

/// SHA-256 over paths, kinds and contents of all files, in order; 64 hexadecimal digits. A folder in which no file was touched
/// since this process looked last is not read again.
pub fn digest(root: &Path) -> io::Result<String> {
    /// Digests by folder, each with the marks that its files bore.
    static KNOWN: LazyLock<Mutex<HashMap<PathBuf, (String, String)>>> = LazyLock::new(Mutex::default);
    let mut entries = Vec::new();
    collect(root, "", &mut entries)?;
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    let marks = hex(entries.iter().fold(Sha256::new(), |all, (path, metadata)| all.chain_update(mark(path, metadata))));
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, digest)) = known().get(root).filter(|(old, _)| *old == marks) {
        return Ok(digest.clone());
    }
    let mut all = Sha256::new();
    for (path, metadata) in entries {
        let at = root.join(&path);
        let (kind, content) = if metadata.is_symlink() {
            ('l', Sha256::digest(fs::read_link(&at)?.as_os_str().as_encoded_bytes()))
        } else {
            let kind = if metadata.mode() & 0o100 == 0 { 'f' } else { 'x' };
            (kind, Sha256::digest(door::read_in(root, &at, LARGEST).map_err(to_io)?))
        };
        all.update(format!("{kind} {} {path}\n", path.len()));
        all.update(content);
    }
    let digest = hex(all);
    known().insert(root.to_path_buf(), (marks, digest.clone()));
    Ok(digest)
}

/// Changes with every write to a file, since nobody can set the time of its last change of state.
fn mark(path: &str, metadata: &Metadata) -> String {
    let (seconds, nanoseconds) = (metadata.ctime(), metadata.ctime_nsec());
    format!("{path}\0{} {} {seconds}.{nanoseconds}\0", metadata.ino(), metadata.size())
}

fn hex(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn to_io(error: LoadError) -> io::Error {
    match error {
        LoadError::Io(error) => error,
        LoadError::NotFound => io::ErrorKind::NotFound.into(),
        error => io::Error::other(error),
    }
}

/// Everything that is no directory, by path.
fn collect(directory: &Path, prefix: &str, entries: &mut Vec<(String, Metadata)>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name().into_string().map_err(|_| io::Error::from(io::ErrorKind::InvalidFilename))?;
        let path = format!("{prefix}{name}");
        let kind = entry.file_type()?;
        match kind {
            kind if kind.is_dir() => collect(&entry.path(), &format!("{path}/"), entries)?,
            kind if kind.is_file() || kind.is_symlink() => entries.push((path, entry.metadata()?)),
            _ => return Err(io::ErrorKind::InvalidData.into()),
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_digest_sees_contents_paths_programs_and_links_but_not_the_order_on_disk() {
        let make = |files: &[(&str, &str)]| {
            let root = tempfile::tempdir().unwrap();
            for (path, text) in files {
                fs::create_dir_all(root.path().join(path).parent().unwrap()).unwrap();
                fs::write(root.path().join(path), text).unwrap();
            }
            root
        };
        let first = make(&[("a/b", "1"), ("c", "2")]);
        let same = digest(first.path()).unwrap();
        assert_eq!(same, digest(make(&[("c", "2"), ("a/b", "1")]).path()).unwrap());
        for other in [&[("a/b", "1"), ("c", "3")], &[("a/b", "1"), ("d", "2")], &[("ab", "1"), ("c", "2")]] {
            assert_ne!(same, digest(make(other).path()).unwrap());
        }
        fs::set_permissions(first.path().join("c"), fs::Permissions::from_mode(0o755)).unwrap();
        let program = digest(first.path()).unwrap();
        assert_ne!(same, program);
        fs::remove_file(first.path().join("c")).unwrap();
        std::os::unix::fs::symlink("a/b", first.path().join("c")).unwrap();
        assert!(digest(first.path()).unwrap() != program && digest(first.path()).unwrap() != same);
    }
}
