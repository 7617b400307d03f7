//! Images that were built for a project: a digest of the sources of each, by its tag.
//!
//! In: tags and digests. Out: what the image of a tag was built from when it was built here the last time.

use std::collections::BTreeMap;

use super::StoreError;
use super::atomic::{PRIVATE, atomic_write};
use super::private_file::{Access, read_text};
use super::project::ProjectStore;

const FILE: &str = "builds.json";

impl ProjectStore {
    /// Digests of the sources of all images that were built, by tag. Empty for a file that cannot be read as such: what it says is only
    /// a hint, and the next build writes it anew.
    pub fn built_sources(&self) -> Result<BTreeMap<String, String>, StoreError> {
        let Some(path) = self.file_to_read(FILE)? else { return Ok(BTreeMap::new()) };
        let text = read_text(&path, Access::OwnerOnly)?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    /// Notes that the images of these tags were built from sources of this digest.
    pub fn note_built(&self, tags: &[String], digest: &str) -> Result<(), StoreError> {
        let locked = self.lock()?;
        let mut built = self.built_sources()?;
        built.extend(tags.iter().map(|tag| (tag.clone(), digest.to_owned())));
        let text = serde_json::to_string_pretty(&built).unwrap_or_default();
        atomic_write(&locked.directory.join(FILE), text.as_bytes(), PRIVATE)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::testing::Home;

    #[test]
    fn the_last_build_of_a_tag_counts() {
        let home = Home::new();
        let store = home.store();
        assert!(store.built_sources().unwrap().is_empty());
        store.note_built(&["api:dev".to_owned(), "api:latest".to_owned()], "one").unwrap();
        store.note_built(&["api:dev".to_owned()], "two").unwrap();
        let built = store.built_sources().unwrap();
        assert_eq!(built["api:dev"], "two");
        assert_eq!(built["api:latest"], "one");
    }
}
