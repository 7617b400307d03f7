//! Files and directories that belong to one user alone. In: paths; out: their bytes, after their owner, mode and kind were looked
//! at. Nothing wrong is repaired silently: the error says what to type. Uses only this room's errors.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::OFlags;
use zeroize::Zeroizing;

use super::StoreError;

/// The largest file of the store that is read, in bytes (16 MiB).
pub(super) const FILE_LIMIT: u64 = 16 * 1024 * 1024;

/// Who else may have a file or directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Nobody may read or write it.
    OwnerOnly,
    /// Others may read it but not write.
    OthersRead,
}

impl Access {
    fn forbidden_bits(self) -> u32 {
        match self {
            Self::OwnerOnly => 0o077,
            Self::OthersRead => 0o022,
        }
    }
}

/// The bytes of a file, or `None` when there is none.
pub(super) fn read(path: &Path, access: Access) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
    let Some(file) = open(path)? else { return Ok(None) };
    let metadata = file.metadata().map_err(StoreError::io("read", path))?;
    check_file(path, &metadata, access)?;
    // Room for all of it at once: a growing buffer would leave copies of its content in freed memory.
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0) + 1));
    file.take(FILE_LIMIT + 1).read_to_end(&mut bytes).map_err(StoreError::io("read", path))?;
    match bytes.len() as u64 {
        size if size > FILE_LIMIT => Err(too_large(path, size)),
        _ => Ok(Some(bytes)),
    }
}

/// The text of a file, or `None` when there is none.
pub(super) fn read_text(path: &Path, access: Access) -> Result<Option<Zeroizing<String>>, StoreError> {
    let Some(bytes) = read(path, access)? else { return Ok(None) };
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Some(Zeroizing::new(text.to_owned()))),
        Err(error) => {
            let problem = format!("not UTF-8 text (byte {})", error.valid_up_to());
            Err(StoreError::Malformed { path: path.to_owned(), line: 1, column: 1, problem })
        }
    }
}

/// Looks at a directory that holds our files; a missing one is fine.
pub(super) fn check_directory(path: &Path, access: Access) -> Result<(), StoreError> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(StoreError::io("read", path)(error)),
        Ok(metadata) if !metadata.is_dir() => Err(StoreError::Kind { path: path.to_owned(), found: "not a directory" }),
        Ok(metadata) => check_owner_and_mode(path, metadata.uid(), metadata.mode(), access),
    }
}

/// Creates a directory and what is missing above it, all 0700, then looks at it as [`check_directory`] does.
pub(super) fn ensure_directory(path: &Path, access: Access) -> Result<(), StoreError> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(StoreError::io("create", path))?;
    check_directory(path, access)
}

fn open(path: &Path) -> Result<Option<File>, StoreError> {
    // Without `NONBLOCK` the opening of a pipe would wait for a writer.
    let flags = i32::try_from((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits()).unwrap_or(0);
    match OpenOptions::new().read(true).custom_flags(flags).open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => {
            Err(StoreError::Kind { path: path.to_owned(), found: "a symbolic link" })
        }
        Err(error) => Err(StoreError::io("read", path)(error)),
    }
}

fn check_file(path: &Path, metadata: &Metadata, access: Access) -> Result<(), StoreError> {
    let kind = |found| Err(StoreError::Kind { path: path.to_owned(), found });
    if !metadata.is_file() {
        return kind("not a regular file");
    }
    if access == Access::OwnerOnly && metadata.nlink() > 1 {
        return kind("a file with a second name (a hard link)");
    }
    if metadata.len() > FILE_LIMIT {
        return Err(too_large(path, metadata.len()));
    }
    check_owner_and_mode(path, metadata.uid(), metadata.mode(), access)
}

fn check_owner_and_mode(path: &Path, owner: u32, mode: u32, access: Access) -> Result<(), StoreError> {
    let user = rustix::process::geteuid().as_raw();
    if owner != user {
        return Err(StoreError::Owner { path: path.to_owned(), owner, user });
    }
    if mode & access.forbidden_bits() != 0 {
        let wanted =
            mode & 0o700 & !access.forbidden_bits() | if access == Access::OthersRead { mode & 0o055 } else { 0 };
        return Err(StoreError::Mode { path: path.to_owned(), mode: mode & 0o7777, wanted });
    }
    Ok(())
}

fn too_large(path: &Path, size: u64) -> StoreError {
    StoreError::TooLarge { path: path.to_owned(), size, limit: FILE_LIMIT }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn chmod(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn refuses_what_others_can_reach_and_says_the_chmod_line() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("it's a key");
        fs::write(&path, "x").unwrap();
        for (mode, shown) in [(0o604, "0604"), (0o640, "0640"), (0o620, "0620"), (0o601, "0601"), (0o666, "0666")] {
            chmod(&path, mode);
            let error = read(&path, Access::OwnerOnly).unwrap_err();
            assert!(error.to_string().contains(shown), "{error}");
            let help = error.help().unwrap();
            assert!(help.contains("chmod 0600 \"") && help.contains("it's a key"), "{help}");
            assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, mode, "never repaired silently");
        }
        chmod(&path, 0o644);
        assert!(read(&path, Access::OthersRead).unwrap().is_some());
        chmod(&path, 0o664);
        let help = read(&path, Access::OthersRead).unwrap_err().help().unwrap();
        assert!(help.contains("chmod 0644"), "{help}");
    }

    #[test]
    fn refuses_what_belongs_to_someone_else() {
        let user = rustix::process::geteuid().as_raw();
        let error = check_owner_and_mode(Path::new("/x"), user + 1, 0o600, Access::OwnerOnly).unwrap_err();
        assert!(error.to_string().contains("`/x` belongs to user"), "{error}");
        assert!(error.help().unwrap().contains("chown"), "{error}");
    }

    #[test]
    fn refuses_links_pipes_directories_and_second_names_without_waiting() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        fs::write(at("file"), "x").unwrap();
        chmod(&at("file"), 0o600);
        symlink(at("file"), at("link")).unwrap();
        fs::create_dir(at("directory")).unwrap();
        let fifo = rustix::fs::FileType::Fifo;
        rustix::fs::mknodat(rustix::fs::CWD, at("pipe"), fifo, rustix::fs::Mode::RUSR, 0).unwrap();
        for name in ["link", "directory", "pipe"] {
            assert!(matches!(read(&at(name), Access::OwnerOnly), Err(StoreError::Kind { .. })), "{name}");
        }
        assert_eq!(&**read(&at("file"), Access::OwnerOnly).unwrap().unwrap(), b"x");
        fs::hard_link(at("file"), at("second")).unwrap();
        assert!(matches!(read(&at("file"), Access::OwnerOnly), Err(StoreError::Kind { .. })));
        assert!(read(&at("absent"), Access::OwnerOnly).unwrap().is_none());
    }

    #[test]
    fn creates_directories_for_the_owner_alone_and_refuses_open_ones() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a/b");
        ensure_directory(&path, Access::OwnerOnly).unwrap();
        for directory in [&path, &root.path().join("a")] {
            assert_eq!(fs::metadata(directory).unwrap().mode() & 0o777, 0o700);
        }
        chmod(&path, 0o755);
        check_directory(&path, Access::OthersRead).unwrap();
        let help = ensure_directory(&path, Access::OwnerOnly).unwrap_err().help().unwrap();
        assert!(help.contains("chmod 0700"), "{help}");
    }
}
