//! What programs of a project made: files, values and secrets, each with a keyed hash of the content that it was given. What still has
//! it is theirs to replace; everything else is the user's.
//!
//! In: names of things and contents. Out: whether a content is the one that a program gave.

use std::collections::BTreeMap;

use super::StoreError;
use super::atomic::{PRIVATE, atomic_write};
use super::digest::keyed_digest;
use super::private_file::{Access, read_text};
use super::project::ProjectStore;

const FILE: &str = "made.json";

impl ProjectStore {
    /// Whether a program gave this content to a thing, such as `value port` or `file app.json`. What cannot be read says that it did not.
    pub fn is_made(&self, thing: &str, content: &[u8]) -> Result<bool, StoreError> {
        let made = self.made()?;
        let Some(known) = made.get(thing) else { return Ok(false) };
        Ok(*known == keyed_digest(&self.digest_key()?, content))
    }

    /// Notes that a program gives this content to a thing; `None` when it takes the thing away.
    pub fn note_made(&self, thing: &str, content: Option<&[u8]>) -> Result<(), StoreError> {
        let key = self.digest_key()?;
        let locked = self.lock()?;
        let before = self.made()?;
        let mut made = before.clone();
        match content {
            Some(content) => drop(made.insert(thing.to_owned(), keyed_digest(&key, content))),
            None => drop(made.remove(thing)),
        }
        if made == before {
            return Ok(());
        }
        let text = serde_json::to_string_pretty(&made).unwrap_or_default();
        atomic_write(&locked.directory.join(FILE), text.as_bytes(), PRIVATE)
    }

    fn made(&self) -> Result<BTreeMap<String, String>, StoreError> {
        let Some(path) = self.file_to_read(FILE)? else { return Ok(BTreeMap::new()) };
        let text = read_text(&path, Access::OwnerOnly)?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::testing::Home;

    #[test]
    fn only_the_content_that_a_program_gave_is_its_own() {
        let home = Home::new();
        let store = home.store();
        assert!(!store.is_made("value port", b"80").unwrap());
        store.note_made("value port", Some(b"80")).unwrap();
        assert!(store.is_made("value port", b"80").unwrap());
        assert!(!store.is_made("value port", b"81").unwrap() && !store.is_made("value host", b"80").unwrap());
        store.note_made("value port", None).unwrap();
        assert!(!store.is_made("value port", b"80").unwrap());
    }
}
