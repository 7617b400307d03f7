//! The content of `secrets.age`: an age file around a JSON document. In: bytes and identities; out: entries, and back. It knows no
//! files: a damaged text comes out as a [`VaultFault`] for its caller to name.
//!
//! The document is `{"version": 1, "project": "shop-1f2e3d4c", "entries": {"api-key": {"value", "set_at", "previous"?,
//! "origin"}}}`; with this program gone, `age --decrypt --identity FILE secrets.age` still prints it.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::iter;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use super::Secret;
use super::identity::Identities;

const VERSION: u32 = 1;

/// How a secret came into the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryOrigin {
    /// Typed at a prompt.
    Prompt,
    /// Read from standard input.
    Stdin,
    /// Read from a file.
    File,
    /// Given on the command line.
    Argument,
    /// Made by `generate`.
    Generated,
    /// One of many in a dotenv or JSON file.
    Import,
    /// A way that a later version knows.
    #[serde(other)]
    Other,
}

/// One secret with its history.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) value: Secret,
    pub(super) previous: Option<Secret>,
    pub(super) set_at: Timestamp,
    pub(super) origin: EntryOrigin,
}

/// All secrets of a project, decrypted.
#[derive(Debug, Clone, Default)]
pub(super) struct Vault {
    pub(super) entries: BTreeMap<String, Entry>,
}

/// Why a text could not be opened.
#[derive(Debug)]
pub(super) enum VaultFault {
    /// It is a whole age file for none of the identities.
    WrongIdentity,
    /// It is not what was written.
    Damaged(String),
    /// A later version wrote it.
    Newer(u32),
    /// It is the document of this other project.
    OtherProject(String),
}

#[derive(Serialize)]
struct DocumentOut<'a> {
    version: u32,
    project: &'a str,
    entries: BTreeMap<&'a str, EntryOut<'a>>,
}

#[derive(Serialize)]
struct EntryOut<'a> {
    value: &'a str,
    #[serde(serialize_with = "write_time")]
    set_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous: Option<&'a str>,
    origin: EntryOrigin,
}

#[derive(Deserialize)]
struct VersionIn {
    version: u32,
}

#[derive(Deserialize)]
struct DocumentIn {
    project: String,
    entries: BTreeMap<String, EntryIn>,
}

#[derive(Deserialize)]
struct EntryIn {
    #[serde(deserialize_with = "read_secret")]
    value: Secret,
    #[serde(deserialize_with = "read_time")]
    set_at: Timestamp,
    #[serde(default, deserialize_with = "read_optional_secret")]
    previous: Option<Secret>,
    origin: EntryOrigin,
}

impl Vault {
    /// Decrypts and reads `sealed`, which must belong to `project`.
    pub(super) fn open(sealed: &[u8], project: &str, identities: &Identities) -> Result<Self, VaultFault> {
        let plain = decrypt(sealed, identities)?;
        let VersionIn { version } = serde_json::from_slice(&plain).map_err(|error| unreadable(&error))?;
        if version != VERSION {
            return Err(VaultFault::Newer(version));
        }
        let document: DocumentIn = serde_json::from_slice(&plain).map_err(|error| unreadable(&error))?;
        if document.project != project {
            return Err(VaultFault::OtherProject(document.project));
        }
        let entries = document.entries.into_iter().map(|(name, entry)| (name, entry.into())).collect();
        Ok(Self { entries })
    }

    /// Writes and encrypts.
    pub(super) fn seal(&self, project: &str, recipient: &age::x25519::Recipient) -> Result<Vec<u8>, age::EncryptError> {
        let entries = self.entries.iter().map(|(name, entry)| (name.as_str(), EntryOut::from(entry))).collect();
        let mut plain = Zeroizing::new(Vec::with_capacity(self.largest_text()));
        serde_json::to_writer(&mut *plain, &DocumentOut { version: VERSION, project, entries })
            .map_err(std::io::Error::from)?;
        let encryptor = age::Encryptor::with_recipients(iter::once(recipient as _))?;
        let mut sealed = Vec::with_capacity(plain.len() + 512);
        let mut writer = encryptor.wrap_output(&mut sealed)?;
        writer.write_all(&plain)?;
        writer.finish()?;
        Ok(sealed)
    }

    /// Sets one secret, keeping the content it replaces once; `false` when it has this content already.
    pub(super) fn set(&mut self, name: &str, value: &Secret, set_at: Timestamp, origin: EntryOrigin) -> Change {
        let before = self.entries.get(name);
        if before.is_some_and(|entry| entry.value.expose() == value.expose()) {
            return Change::Unchanged;
        }
        let previous = before.map(|entry| entry.value.clone());
        let change = if previous.is_some() { Change::Replaced } else { Change::Added };
        self.entries.insert(name.to_owned(), Entry { value: value.clone(), previous, set_at, origin });
        change
    }

    /// An upper bound of the document's length: room for all at once, so that no growing buffer leaves copies behind.
    fn largest_text(&self) -> usize {
        let length = |secret: &Secret| secret.expose().len() * 6;
        let entry = |(name, entry): (&String, &Entry)| {
            name.len() + length(&entry.value) + entry.previous.as_ref().map_or(0, length) + 128
        };
        self.entries.iter().map(entry).sum::<usize>() + 256
    }
}

/// What setting a secret or value did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The name is new.
    Added,
    /// The name had another content.
    Replaced,
    /// The name had this content already; nothing was written.
    Unchanged,
}

impl Change {
    /// The word for it: `set`, `replaced` or `unchanged`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Added => "set",
            Self::Replaced => "replaced",
            Self::Unchanged => "unchanged",
        }
    }
}

impl From<EntryIn> for Entry {
    fn from(entry: EntryIn) -> Self {
        Self { value: entry.value, previous: entry.previous, set_at: entry.set_at, origin: entry.origin }
    }
}

impl<'a> From<&'a Entry> for EntryOut<'a> {
    fn from(entry: &'a Entry) -> Self {
        Self {
            value: entry.value.expose(),
            set_at: entry.set_at,
            previous: entry.previous.as_ref().map(Secret::expose),
            origin: entry.origin,
        }
    }
}

fn decrypt(sealed: &[u8], identities: &Identities) -> Result<Zeroizing<Vec<u8>>, VaultFault> {
    let changed = || VaultFault::Damaged("it was changed, cut short or damaged".to_owned());
    let decryptor = age::Decryptor::new_buffered(sealed).map_err(|_| changed())?;
    let mut reader = decryptor.decrypt(identities.keys()).map_err(|error| match error {
        age::DecryptError::NoMatchingKeys => VaultFault::WrongIdentity,
        _ => changed(),
    })?;
    let mut plain = Zeroizing::new(Vec::with_capacity(sealed.len() + 1));
    reader.read_to_end(&mut plain).map_err(|_| changed())?;
    Ok(plain)
}

/// The place only: the text of a JSON error can quote what it found.
fn unreadable(error: &serde_json::Error) -> VaultFault {
    VaultFault::Damaged(format!("what was encrypted is not a list of secrets (column {})", error.column()))
}

/// Whole seconds, as RFC 3339.
pub(super) fn write_time<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

/// Reads what [`write_time`] writes.
pub(super) fn read_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|_| serde::de::Error::custom("not a time"))
}

fn read_secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
    String::deserialize(deserializer).map(Secret::new)
}

fn read_optional_secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Secret>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(Secret::new))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
pub(super) mod tests {
    use super::*;
    use crate::store::testing::identities;

    fn time() -> Timestamp {
        "2026-01-02T03:04:05Z".parse().unwrap()
    }

    #[test]
    fn keeps_every_text_exactly() {
        let identities = identities();
        let mut vault = Vault::default();
        for (index, text) in crate::store::testing::NASTY.iter().enumerate() {
            vault.set(&format!("n{index}"), &Secret::from(*text), time(), EntryOrigin::Stdin);
        }
        let sealed = vault.seal("shop-1", &identities.recipient().unwrap()).unwrap();
        let opened = Vault::open(&sealed, "shop-1", &identities).unwrap();
        for (index, text) in crate::store::testing::NASTY.iter().enumerate() {
            let entry = &opened.entries[&format!("n{index}")];
            assert_eq!((entry.value.expose(), entry.set_at, entry.origin), (*text, time(), EntryOrigin::Stdin));
        }
    }

    #[test]
    fn the_document_has_the_published_form() {
        let identities = identities();
        let mut vault = Vault::default();
        vault.set("a", &Secret::from("one"), time(), EntryOrigin::Prompt);
        vault.set("a", &Secret::from("two"), time(), EntryOrigin::Generated);
        let sealed = vault.seal("shop-1", &identities.recipient().unwrap()).unwrap();
        assert!(sealed.starts_with(b"age-encryption.org/v1\n"));
        let plain = decrypt(&sealed, &identities).unwrap();
        assert_eq!(
            std::str::from_utf8(&plain).unwrap(),
            r#"{"version":1,"project":"shop-1","entries":{"a":{"value":"two","set_at":"2026-01-02T03:04:05Z","previous":"one","origin":"generated"}}}"#
        );
    }

    #[test]
    fn setting_keeps_the_replaced_content_once_and_notices_what_is_the_same() {
        let mut vault = Vault::default();
        let mut set = |text: &str| vault.set("a", &Secret::from(text), time(), EntryOrigin::Stdin);
        assert_eq!([set("1"), set("1"), set("2"), set("3")].map(|change| change as u8), [0, 2, 1, 1]);
        assert_eq!(vault.entries["a"].previous.as_ref().unwrap().expose(), "2");
    }

    #[test]
    fn refuses_newer_formats_other_projects_and_other_identities() {
        let identities = identities();
        let seal = |text: &str| {
            let recipient = identities.recipient().unwrap();
            age::encrypt(&recipient, text.as_bytes()).unwrap()
        };
        let open = |text: &str| Vault::open(&seal(text), "shop-1", &identities).unwrap_err();
        assert!(matches!(open(r#"{"version": 2, "boxes": []}"#), VaultFault::Newer(2)));
        let other = r#"{"version": 1, "project": "x", "entries": {}}"#;
        assert!(matches!(open(other), VaultFault::OtherProject(project) if project == "x"));
        for text in ["", "canary", r#"{"version":1,"project":"shop-1","entries":"canary"}"#] {
            assert!(matches!(open(text), VaultFault::Damaged(problem) if !problem.contains("canary")));
        }
        let sealed = Vault::default().seal("shop-1", &identities.recipient().unwrap()).unwrap();
        let stranger = crate::store::testing::identities();
        assert!(matches!(Vault::open(&sealed, "shop-1", &stranger), Err(VaultFault::WrongIdentity)));
    }

    #[test]
    fn reads_the_origins_of_later_versions() {
        assert_eq!(serde_json::from_str::<EntryOrigin>("\"from-a-vault\"").unwrap(), EntryOrigin::Other);
    }
}
