//! Volumes that the user took over for a project, though nothing proves that they were made for it.
//!
//! In: names of volumes in the engine. Out: whether one was taken over.

use std::collections::BTreeSet;

use super::StoreError;
use super::atomic::{PRIVATE, atomic_write};
use super::private_file::{Access, read_text};
use super::project::ProjectStore;

const FILE: &str = "adopted-volumes.json";

impl ProjectStore {
    /// Names of all of them.
    pub fn adopted_volumes(&self) -> Result<BTreeSet<String>, StoreError> {
        let Some(path) = self.file_to_read(FILE)? else { return Ok(BTreeSet::new()) };
        let Some(text) = read_text(&path, Access::OwnerOnly)? else { return Ok(BTreeSet::new()) };
        serde_json::from_str(&text).map_err(|error| StoreError::Damaged {
            path,
            problem: error.to_string(),
            previous: None,
        })
    }

    /// Takes volumes over.
    pub fn adopt_volumes(&self, names: &[String]) -> Result<(), StoreError> {
        self.change_adopted(|adopted| adopted.extend(names.iter().cloned()))
    }

    /// Forgets volumes that are gone.
    pub fn forget_adopted(&self, names: &[String]) -> Result<(), StoreError> {
        if self.adopted_volumes()?.is_disjoint(&names.iter().cloned().collect()) {
            return Ok(());
        }
        self.change_adopted(|adopted| adopted.retain(|name| !names.contains(name)))
    }

    fn change_adopted(&self, change: impl FnOnce(&mut BTreeSet<String>)) -> Result<(), StoreError> {
        let locked = self.lock()?;
        let mut adopted = self.adopted_volumes()?;
        change(&mut adopted);
        let text = serde_json::to_string_pretty(&adopted).unwrap_or_default();
        atomic_write(&locked.directory.join(FILE), text.as_bytes(), PRIVATE)
    }

    /// The key of [`super::keyed_digest`] where it was made before; nothing is created.
    pub fn known_digest_key(&self) -> Result<Option<super::DigestKey>, StoreError> {
        match self.file_to_read(super::project::DIGEST_KEY_FILE)? {
            Some(path) => super::DigestKey::read(&path),
            None => Ok(None),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::testing::Home;

    #[test]
    fn what_was_taken_over_stays_so_until_it_is_gone() {
        let home = Home::new();
        let store = home.store();
        assert!(store.adopted_volumes().unwrap().is_empty());
        store.forget_adopted(&["pt-shop_data".to_owned()]).unwrap();
        store.adopt_volumes(&["pt-shop_data".to_owned(), "pt-shop_more".to_owned()]).unwrap();
        store.forget_adopted(&["pt-shop_more".to_owned()]).unwrap();
        assert_eq!(store.adopted_volumes().unwrap().into_iter().collect::<Vec<_>>(), ["pt-shop_data"]);
        assert!(store.known_digest_key().unwrap().is_none());
        store.digest_key().unwrap();
        assert!(store.known_digest_key().unwrap().is_some());
    }
}
