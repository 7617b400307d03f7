//! Whose the files of a project are: what another user wrote is not run with the rights of this one, as git holds it with repositories.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::checkout::{paths, quoted};
use super::failure::Failure;
use super::project::{Located, environment};
use crate::source::Sources;
use crate::store::{SAFE_DIRECTORIES, is_safe_directory};

/// Refuses a project whose folder, or one of whose files in it, belongs to another user. Root's files are anybody's: who is root needs
/// no trick. Behind `sudo` those of the user who typed it are one's own.
pub fn refuse_foreign(located: &Located, sources: Option<&Sources>) -> Result<(), Failure> {
    let read = sources.into_iter().flat_map(Sources::iter).map(|(_, file)| file.path.as_path());
    let files = std::iter::once(located.file.as_path()).chain(read);
    match foreign(&located.root, files, &own_users()) {
        Some((path, owner)) if !is_safe_directory(&located.root, &paths(), environment())? => {
            Err(refusal(located, &path, owner))
        }
        _ => Ok(()),
    }
}

/// The first of a folder and the files in it that belongs to none of these users, with its owner.
fn foreign<'a>(root: &Path, files: impl Iterator<Item = &'a Path>, own: &[u32]) -> Option<(PathBuf, u32)> {
    let within = files.filter_map(|path| path.canonicalize().ok()).filter(|path| path.starts_with(root));
    std::iter::once(root.to_owned()).chain(within).find_map(|path| {
        let owner = path.symlink_metadata().ok()?.uid();
        (!own.contains(&owner)).then_some((path, owner))
    })
}

/// This user, root, and behind `sudo` the one who typed it.
fn own_users() -> Vec<u32> {
    let me = rustix::process::geteuid().as_raw();
    let sudo = environment().text("SUDO_UID").ok().flatten().and_then(|uid| uid.parse().ok());
    [Some(me), Some(0), sudo.filter(|_| me == 0)].into_iter().flatten().collect()
}

fn refusal(located: &Located, path: &Path, owner: u32) -> Failure {
    let root = located.root.to_string_lossy();
    let settings = paths().config().map(|config| config.join(SAFE_DIRECTORIES).to_string_lossy().into_owned());
    let trust = match settings {
        Some(file) => format!("`mkdir -p {}; echo {} >> {}`", parent(&file), quoted(&root), quoted(&file)),
        None => format!("`PT_SAFE_DIRECTORIES={}`", quoted(&root)),
    };
    let whose = match user_name(owner) {
        Some(name) => format!("`{name}`"),
        None => format!("user {owner}"),
    };
    Failure::usage(format!("{} belongs to {whose}, and what it says would run with your rights", path.display()))
        .help(format!("where you trust {whose}: {trust}"))
}

fn parent(file: &str) -> String {
    Path::new(file).parent().map(|parent| quoted(&parent.to_string_lossy())).unwrap_or_default()
}

/// Name of a user of this machine's own list.
fn user_name(user: u32) -> Option<String> {
    let list = std::fs::read_to_string("/etc/passwd").ok()?;
    let id = user.to_string();
    list.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == id).then(|| name.to_owned())
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_folder_and_each_file_in_it_has_to_be_ones_own() {
        let outside = tempfile::NamedTempFile::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let file = root.join("polytope.yml");
        std::fs::write(&file, "").unwrap();
        let me = rustix::process::geteuid().as_raw();
        let files = || [file.as_path(), outside.path(), Path::new("missing")].into_iter();
        assert_eq!(foreign(&root, files(), &[me]), None);
        assert_eq!(foreign(&root, files(), &[me + 1]), Some((root.clone(), me)), "somebody else looks");
    }

    #[test]
    fn a_refusal_names_owner_place_and_what_to_type() {
        let file = PathBuf::from("shop/polytope.yml");
        let root = PathBuf::from("/srv/the shop");
        let located =
            Located { file, directory: "shop".into(), root, name: "shop".into(), known: None, loads_config: false };
        let refusal = refusal(&located, Path::new("/srv/the shop/a.yml"), 4_000_000);
        assert_eq!(
            refusal.to_string(),
            "/srv/the shop/a.yml belongs to user 4000000, and what it says would run with your rights"
        );
        let advice = refusal.advice().unwrap();
        assert!(
            advice.contains("'/srv/the shop'")
                && advice.contains("PT_SAFE_DIRECTORIES") | advice.contains(SAFE_DIRECTORIES),
            "{advice}"
        );
    }
}
