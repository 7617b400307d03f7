//! The folder of a fetched repository: how it is written, and the digest that tells whether it is still what was fetched.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::git::{Git, Objects};
use super::library::cannot;
use super::tree::{Blob, Listing, link_target, refused};
use crate::cli::failure::Failure;

/// Writes the files of a commit into a directory that does not exist yet. Links come last, so that nothing is written through one.
pub(super) fn write(root: &Path, listing: &Listing, git: &Git, name: &str) -> Result<(), Failure> {
    let mut objects = git.objects()?;
    fs::create_dir(root).map_err(|error| cannot("made", root, error))?;
    for blob in &listing.files {
        write_file(root, blob, &mut objects).map_err(|error| cannot("written", &root.join(&blob.path), error))?;
    }
    for link in &listing.links {
        let target =
            objects.blob(&link.object, link.size).map_err(|error| cannot("read", Path::new(&link.path), error))?;
        let target = String::from_utf8(target).ok().filter(|target| link_target(&link.path, target).is_some());
        let Some(target) = target else {
            return Err(refused(name, &format!("the link `{}` leads out of it", link.path)));
        };
        let path = root.join(&link.path);
        make_parent(&path)
            .and_then(|()| std::os::unix::fs::symlink(target, &path))
            .map_err(|error| cannot("written", &path, error))?;
    }
    // Through other links a target may lead elsewhere than its words say.
    let real = root.canonicalize().map_err(|error| cannot("found", root, error))?;
    let leaves = |link: &&Blob| root.join(&link.path).canonicalize().is_ok_and(|target| !target.starts_with(&real));
    match listing.links.iter().find(leaves) {
        Some(link) => Err(refused(name, &format!("the link `{}` leads out of it", link.path))),
        None => Ok(()),
    }
}

fn write_file(root: &Path, blob: &Blob, objects: &mut Objects) -> io::Result<()> {
    let bytes = objects.blob(&blob.object, blob.size)?;
    let path = root.join(&blob.path);
    make_parent(&path)?;
    let mode = if blob.executable { 0o755 } else { 0o644 };
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(&path)?;
    file.write_all(&bytes)
}

fn make_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)
}

/// Has everything that was written put on the disk, as far as the file system can.
pub(super) fn sync(root: &Path) {
    if let Ok(directory) = File::open(root) {
        let _ = rustix::fs::syncfs(&directory);
    }
}

/// SHA-256 over paths, kinds and contents of all files, in order; 64 hexadecimal digits.
pub(super) fn digest(root: &Path) -> io::Result<String> {
    let mut entries = Vec::new();
    collect(root, "", &mut entries)?;
    entries.sort();
    let mut all = Sha256::new();
    for path in entries {
        let at = root.join(&path);
        let metadata = fs::symlink_metadata(&at)?;
        let (kind, content) = if metadata.is_symlink() {
            ('l', Sha256::digest(fs::read_link(&at)?.as_os_str().as_encoded_bytes()))
        } else {
            let kind = if metadata.permissions().mode() & 0o100 == 0 { 'f' } else { 'x' };
            (kind, Sha256::digest(fs::read(&at)?))
        };
        all.update(format!("{kind} {} {path}\n", path.len()));
        all.update(content);
    }
    Ok(all.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Paths of everything that is no directory.
fn collect(directory: &Path, prefix: &str, entries: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name().into_string().map_err(|_| io::Error::from(io::ErrorKind::InvalidFilename))?;
        let path = format!("{prefix}{name}");
        let kind = entry.file_type()?;
        match kind {
            kind if kind.is_dir() => collect(&entry.path(), &format!("{path}/"), entries)?,
            kind if kind.is_file() || kind.is_symlink() => entries.push(path),
            _ => return Err(io::ErrorKind::InvalidData.into()),
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_digest_sees_contents_paths_programs_and_links_but_not_the_order_on_disk() {
        let make = |files: &[(&str, &str)]| {
            let root = tempfile::tempdir().unwrap();
            for (path, text) in files {
                make_parent(&root.path().join(path)).unwrap();
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
