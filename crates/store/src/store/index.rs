//! The names in `secrets.age`, beside it and without their contents (`secrets.names.json`), so that checking, completing and listing
//! need no key. In and out: the index as JSON text. It knows which encrypted file it belongs to by size and hash. Uses `vault`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::digest::hexadecimal;
use super::vault::{EntryOrigin, Vault, read_time, write_time};

const VERSION: u32 = 1;

/// What is known of a secret without its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretInfo {
    /// When it was set.
    #[serde(serialize_with = "write_time", deserialize_with = "read_time")]
    pub set_at: Timestamp,
    /// How it was entered.
    pub origin: EntryOrigin,
}

/// The index file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Index {
    version: u32,
    /// The public key that the encrypted file was made for.
    pub(super) recipient: String,
    /// Length of the encrypted file in bytes.
    pub(super) size: u64,
    sha256: String,
    /// The secrets.
    pub(super) names: BTreeMap<String, SecretInfo>,
}

impl Index {
    /// The index of `vault`, which was sealed as `sealed`.
    pub(super) fn new(vault: &Vault, sealed: &[u8], recipient: &age::x25519::Recipient) -> Self {
        Self {
            version: VERSION,
            recipient: recipient.to_string(),
            size: sealed.len() as u64,
            sha256: hexadecimal(&Sha256::digest(sealed)),
            names: names(vault),
        }
    }

    /// Reads an index; `None` when it is of no use. It can always be made again from the encrypted file.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        serde_json::from_slice(text).ok().filter(|index: &Self| index.version == VERSION)
    }

    /// The text of the file.
    pub(super) fn to_text(&self) -> Result<Vec<u8>, std::io::Error> {
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        Ok(text)
    }

    /// Whether it was made of exactly this encrypted file.
    pub(super) fn is_of(&self, sealed: &[u8]) -> bool {
        self.size == sealed.len() as u64 && self.sha256 == hexadecimal(&Sha256::digest(sealed))
    }
}

/// The names in a vault.
pub(super) fn names(vault: &Vault) -> BTreeMap<String, SecretInfo> {
    let info = |(name, entry): (&String, &super::vault::Entry)| {
        (name.clone(), SecretInfo { set_at: entry.set_at, origin: entry.origin })
    };
    vault.entries.iter().map(info).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::store::Secret;
    use crate::store::testing::identities;

    #[test]
    fn holds_names_and_no_contents_and_knows_its_file() {
        let mut vault = Vault::default();
        let time = "2026-01-02T03:04:05Z".parse().unwrap();
        vault.set("api-key", &Secret::from("canary"), time, EntryOrigin::Generated);
        let recipient = identities().recipient().unwrap();
        let sealed = vault.seal("p", &recipient).unwrap();
        let index = Index::new(&vault, &sealed, &recipient);
        let text = index.to_text().unwrap();
        let shown = String::from_utf8(text.clone()).unwrap();
        assert!(shown.contains("api-key") && !shown.contains("canary"), "{shown}");
        assert_eq!(Index::parse(&text), Some(index.clone()));
        assert!(index.is_of(&sealed) && !index.is_of(&sealed[1..]));
        assert_eq!(Index::parse(b"{}"), None);
    }
}
