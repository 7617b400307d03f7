//! New texts on the disk: each file is the old one or the new one, whenever the process dies.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use super::super::failure::{Class, Failure};
use crate::fix::Change;
use crate::store::atomic_write;

/// What editors of some systems put before a text.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// Writes a file that is still as it was when it was read. `real` is its path without links: a link stays one.
pub fn write_change(real: &Path, change: &Change) -> Result<(), Failure> {
    let shown = change.path.display();
    let cannot = |error| Failure::usage(format!("{shown} cannot be written")).because(error);
    let metadata = fs::metadata(real).map_err(cannot)?;
    let mode = metadata.permissions().mode() & 0o7777;
    // A file beside it may take its place all the same, which is not what a read-only file is for.
    if mode & 0o222 == 0 {
        return Err(Failure::usage(format!("{shown} is read-only and was left as it is"))
            .help(format!("`chmod u+w {shown}`, or see what would be done with `--diff`")));
    }
    let bytes = fs::read(real).map_err(cannot)?;
    let (mark, text) = match bytes.strip_prefix(MARK) {
        Some(text) => (MARK, text),
        None => (&[][..], bytes.as_slice()),
    };
    if text != change.before.as_bytes() {
        return Err(Failure::new(Class::No, format!("{shown} was changed meanwhile and was left as it is"))
            .help("run the same command again"));
    }
    atomic_write(real, &[mark, change.after.as_bytes()].concat(), mode)?;
    // Who runs this as root on somebody's files leaves them theirs.
    let _ = std::os::unix::fs::chown(real, Some(metadata.uid()), Some(metadata.gid()));
    Ok(())
}
