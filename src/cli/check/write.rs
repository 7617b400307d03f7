//! New texts on the disk: each file is the old one or the new one, whenever the process dies.

use std::fs::{self, Metadata};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use super::super::failure::Failure;
use crate::fix::Change;
use crate::store::{NewContent, StoreError, atomic_write_all};

/// What editors of some systems put before a text.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// Writes files that are still as they were when they were read: all of them, or none when one cannot be written. Each comes
/// with its path without links: a link stays one.
pub fn write_changes(changes: &[(&Path, &Change)]) -> Result<(), Failure> {
    let (mut files, mut owners) = (Vec::new(), Vec::new());
    for (real, change) in changes {
        let (file, metadata) = new_content(real, change)?;
        files.push(file);
        owners.push(metadata);
    }
    atomic_write_all(&files).map_err(cannot_write)?;
    for (file, owner) in files.iter().zip(owners) {
        // Who runs this as root on somebody's files leaves them theirs.
        let _ = std::os::unix::fs::chown(file.path, Some(owner.uid()), Some(owner.gid()));
    }
    Ok(())
}

fn new_content<'a>(real: &'a Path, change: &Change) -> Result<(NewContent<'a>, Metadata), Failure> {
    let shown = change.path.display();
    let cannot = |error| Failure::usage(format!("{shown} cannot be written")).because(error);
    let metadata = fs::metadata(real).map_err(cannot)?;
    let mode = metadata.permissions().mode() & 0o7777;
    // A file beside it may take its place all the same, which is not what a read-only file is for.
    if mode & 0o222 == 0 {
        return Err(Failure::usage(format!("{shown} is read-only: nothing was written"))
            .help(format!("`chmod u+w {shown}`, or see what would be done with `--diff`")));
    }
    let bytes = fs::read(real).map_err(cannot)?;
    let (mark, text) = match bytes.strip_prefix(MARK) {
        Some(text) => (MARK, text),
        None => (&[][..], bytes.as_slice()),
    };
    if text != change.before.as_bytes() {
        return Err(Failure::usage(format!("{shown} was changed meanwhile: nothing was written"))
            .help("run the same command again"));
    }
    let bytes = [mark, change.after.as_bytes()].concat();
    Ok((NewContent { path: real, bytes, mode }, metadata))
}

/// Of the exit codes of `pt check`, 1 means findings.
fn cannot_write(error: StoreError) -> Failure {
    Failure::usage("nothing was written").because(error)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn what_was_changed_meanwhile_is_left_alone_and_everything_else_too() {
        let root = tempfile::tempdir().unwrap();
        let change = |name: &str| {
            fs::write(root.path().join(name), "old").unwrap();
            Change { path: name.into(), before: "old".to_owned(), after: "new".to_owned() }
        };
        let [first, second] = ["a.yml", "b.yml"].map(|name| (root.path().join(name), change(name)));
        fs::write(&second.0, "somebody's").unwrap();
        let failure = write_changes(&[(&first.0, &first.1), (&second.0, &second.1)]).unwrap_err();
        assert!(format!("{failure:?}").contains("b.yml was changed meanwhile: nothing was written"), "{failure:?}");
        assert_eq!(fs::read_to_string(&first.0).unwrap(), "old");
        assert_eq!(fs::read_to_string(&second.0).unwrap(), "somebody's");
    }
}
