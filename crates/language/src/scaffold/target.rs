//! Where a file goes: inside of the project, through no link that leads out of it, and over nothing but files.

use std::fs;
use std::path::Path;

use super::ScaffoldError;

/// What is at a path of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// Nothing.
    Free,
    /// A file with these bytes.
    File(Vec<u8>),
}

/// Looks at a normal path below `root`.
pub(super) fn look(root: &Path, path: &str) -> Result<Target, ScaffoldError> {
    if path.is_empty() || path.split('/').any(|part| part.eq_ignore_ascii_case(".git")) {
        return Err(ScaffoldError::Occupied(path.to_owned()));
    }
    let at = root.join(path);
    check_inside(root, &at, path)?;
    match fs::symlink_metadata(&at) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Target::Free),
        Err(error) => Err(ScaffoldError::io("read", at)(error)),
        Ok(metadata) if metadata.is_file() => fs::read(&at).map(Target::File).map_err(ScaffoldError::io("read", at)),
        Ok(_) => Err(ScaffoldError::Occupied(path.to_owned())),
    }
}

/// Whether the nearest directory above `at` that is there lies in the project once links are followed.
pub(super) fn check_inside(root: &Path, at: &Path, path: &str) -> Result<(), ScaffoldError> {
    let above = at.ancestors().skip(1).find(|directory| fs::symlink_metadata(directory).is_ok());
    let real = above.and_then(|above| above.canonicalize().ok());
    match real {
        Some(real) if real.starts_with(root) && real.is_dir() => Ok(()),
        Some(real) if real.starts_with(root) => Err(ScaffoldError::Occupied(path.to_owned())),
        _ => Err(ScaffoldError::Outside(path.to_owned())),
    }
}
