//! What the user trusts: hashes of the programs of a project that may run, a line each, in the project's directory.
//!
//! In: texts of programs. Out: whether exactly these were allowed before. Another text is asked about anew.

use std::fmt::Write as _;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::StoreError;
use super::atomic::{PRIVATE, atomic_write};
use super::private_file::{Access, read_text};
use super::project::ProjectStore;

const FILE: &str = "trusted";

/// The oldest hashes are forgotten when there are more.
const KEPT: usize = 200;

/// One hash for these programs, whatever their order.
pub fn programs_hash<'a>(programs: impl Iterator<Item = &'a str>) -> String {
    let mut hashes: Vec<[u8; 32]> = programs.map(|program| Sha256::digest(program).into()).collect();
    hashes.sort_unstable();
    hashes.dedup();
    let whole = Sha256::digest(hashes.concat());
    whole.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl ProjectStore {
    /// Whether programs of this hash were allowed.
    pub fn is_trusted(&self, hash: &str) -> Result<bool, StoreError> {
        let Some(path) = self.file_to_read(FILE)? else { return Ok(false) };
        Ok(read_text(&path, Access::OwnerOnly)?.is_some_and(|text| text.lines().any(|line| line == hash)))
    }

    /// Allows programs of this hash from now on.
    pub fn trust(&self, hash: &str) -> Result<(), StoreError> {
        let locked = self.lock()?;
        let path = locked.directory.join(FILE);
        let before = read_text(&path, Access::OwnerOnly)?;
        let lines: Vec<&str> = before.as_ref().map_or("", |text| text.as_str()).lines().collect();
        if lines.contains(&hash) {
            return Ok(());
        }
        write(&path, &lines[lines.len().saturating_sub(KEPT - 1)..], hash)
    }
}

fn write(path: &Path, kept: &[&str], hash: &str) -> Result<(), StoreError> {
    let text: String = kept.iter().copied().chain([hash]).map(|line| format!("{line}\n")).collect();
    atomic_write(path, text.as_bytes(), PRIVATE)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::store::testing::Home;

    #[test]
    fn only_what_was_allowed_is_trusted() {
        let home = Home::new();
        let store = home.store();
        let (one, other) = (programs_hash(["pt.log(1)"].into_iter()), programs_hash(["pt.log(2)"].into_iter()));
        assert!(!store.is_trusted(&one).unwrap());
        store.trust(&one).unwrap();
        store.trust(&one).unwrap();
        assert!(store.is_trusted(&one).unwrap() && !store.is_trusted(&other).unwrap());
    }

    #[test]
    fn the_hash_knows_every_program_and_no_order() {
        let hash = |programs: &[&'static str]| programs_hash(programs.iter().copied());
        assert_eq!(hash(&["a", "b"]), hash(&["b", "a", "a"]));
        assert_ne!(hash(&["a", "b"]), hash(&["ab"]));
        assert_ne!(hash(&["a"]), hash(&["a", "b"]));
    }

    #[test]
    fn old_hashes_are_forgotten_in_the_end() {
        let home = Home::new();
        for number in 0..KEPT + 5 {
            home.store().trust(&number.to_string()).unwrap();
        }
        assert!(!home.store().is_trusted("4").unwrap());
        assert!(home.store().is_trusted("5").unwrap() && home.store().is_trusted("204").unwrap());
    }
}
