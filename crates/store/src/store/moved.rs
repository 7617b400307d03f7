//! Project directories that were moved. The store of a project is found by its directory, so after a move it would look empty: each
//! store notes whose it is, the old one is found by name, and taken over when its owner says so. In: a store; out: older ones of the
//! same name whose directory is gone. Uses the other files of the store.

use std::fs;
use std::path::Path;

use super::atomic::{PRIVATE, atomic_write};
use super::private_file::{Access, read_text};
use super::secrets::Written;
use super::{EntryOrigin, ProjectKey, ProjectStore, StoreError};

const FILE: &str = "project";

/// Notes whose store a directory is: two lines, the project's name and its directory.
pub(super) fn note(directory: &Path, project: &ProjectKey) -> Result<(), StoreError> {
    let path = directory.join(FILE);
    if path.exists() {
        return Ok(());
    }
    let text = format!("{}\n{}\n", one_line(project.name()), project.directory().display());
    atomic_write(&path, text.as_bytes(), PRIVATE)
}

impl ProjectStore {
    /// Stores of projects of the same name whose directories are gone, when this project has no store yet. Sorted.
    pub fn moved_from(&self) -> Vec<ProjectKey> {
        let Some(data) = self.paths.data().filter(|_| self.directory().is_some_and(|own| !own.exists())) else {
            return Vec::new();
        };
        let Ok(entries) = fs::read_dir(data) else { return Vec::new() };
        let keys = entries.flatten().filter_map(|entry| noted(&entry.path()));
        let name = one_line(self.project().name());
        let mut gone: Vec<ProjectKey> = keys.filter(|key| key.name() == name && !key.directory().exists()).collect();
        gone.sort();
        gone
    }

    /// Copies the values and secrets of an older store into this one; the old one stays.
    pub fn take_over(&self, old: &ProjectKey) -> Result<Written, StoreError> {
        let old = self.of(old);
        self.values().set_all(&old.values().all()?)?;
        self.secrets().set_all(&old.secrets().all()?, EntryOrigin::Import)
    }
}

fn one_line(name: &str) -> String {
    name.escape_debug().to_string()
}

/// Whose store a directory is.
fn noted(directory: &Path) -> Option<ProjectKey> {
    let text = read_text(&directory.join(FILE), Access::OwnerOnly).ok()??;
    let (name, project) = text.trim_end_matches('\n').split_once('\n')?;
    Some(ProjectKey::recorded(directory.file_name()?.to_str()?, name, project))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::store::testing::Home;

    #[test]
    fn a_moved_project_finds_its_old_store_and_takes_it_over_when_asked() {
        let home = Home::new();
        let old = home.store();
        old.secrets().set("a", &"one".into(), EntryOrigin::Stdin).unwrap();
        old.values().set("b", "two").unwrap();
        assert!(home.store().moved_from().is_empty(), "it has a store");
        fs::rename(home.path("shop"), home.path("moved")).unwrap();
        let key = ProjectKey::new(&home.path("moved"), "shop").unwrap();
        let store = ProjectStore::open(&home.environment(), &key).unwrap();
        let found = store.moved_from();
        assert_eq!(found.iter().map(ProjectKey::as_str).collect::<Vec<_>>(), [old.project().as_str()]);
        assert_eq!(found[0].directory(), old.project().directory());
        assert!(store.secrets().names().unwrap().is_empty(), "nothing is taken over unasked");
        store.take_over(&found[0]).unwrap();
        assert_eq!(store.secrets().get("a").unwrap().unwrap().expose(), "one");
        assert_eq!(store.values().get("b").unwrap().unwrap(), "two");
        assert!(store.moved_from().is_empty());
        assert_eq!(old.secrets().get("a").unwrap().unwrap().expose(), "one", "the old store stays");
    }

    #[test]
    fn other_names_and_directories_that_exist_are_not_offered() {
        let home = Home::new();
        home.store().values().set("b", "two").unwrap();
        fs::create_dir(home.path("other")).unwrap();
        let store = |name: &str| {
            let key = ProjectKey::new(&home.path("other"), name).unwrap();
            ProjectStore::open(&home.environment(), &key).unwrap()
        };
        assert!(store("shop").moved_from().is_empty());
        fs::remove_dir(home.path("shop")).unwrap();
        assert_eq!(store("shop").moved_from().len(), 1);
        assert!(store("bakery").moved_from().is_empty());
    }
}
