//! The folder of a fetched repository: how it is written.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

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
