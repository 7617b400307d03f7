//! The secrets of a project on disk: `secrets.age`, its index and its previous generation. In: names and contents; out: the same
//! again, or an error that names the file. A file that cannot be opened is never written over. Uses `vault`, `index`, `identity`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use zeroize::Zeroizing;

use super::atomic::{PRIVATE, atomic_write};
use super::identity::Identities;
use super::index::{Index, SecretInfo, names};
use super::lock::FileLock;
use super::name::{check_name, check_secret};
use super::private_file::{Access, read};
use super::project::{LOCK_FILE, ProjectStore, previous, replace};
use super::vault::{Change, EntryOrigin, Vault, VaultFault};
use super::{Secret, StoreError};

const FILE: &str = "secrets.age";
const INDEX_FILE: &str = "secrets.names.json";

/// The secrets of one project.
#[derive(Debug)]
pub struct SecretStore<'a> {
    store: &'a ProjectStore,
}

/// What a write did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written {
    /// Each name and what became of it.
    pub changes: BTreeMap<String, Change>,
    /// Names that an import left out because they had no text.
    pub empty: Vec<String>,
    /// The identity file, when this write had to create it: its owner must be told to back it up.
    pub identity_created: Option<PathBuf>,
}

/// An encrypted file as it was read, with what else is known of it.
struct Sealed {
    path: PathBuf,
    bytes: Zeroizing<Vec<u8>>,
    index: Option<Index>,
}

impl<'a> SecretStore<'a> {
    pub(super) fn new(store: &'a ProjectStore) -> Self {
        Self { store }
    }

    /// The names with their times, without a key where the index is in order.
    pub fn names(&self) -> Result<BTreeMap<String, SecretInfo>, StoreError> {
        let Some(mut sealed) = self.sealed()? else { return Ok(BTreeMap::new()) };
        if !sealed.is_indexed() {
            // Perhaps a writer is between its two files: look again while none is at work.
            let _lock = FileLock::shared(&sealed.path.with_file_name(LOCK_FILE), self.store.wait)?;
            match self.sealed()? {
                Some(again) => sealed = again,
                None => return Ok(BTreeMap::new()),
            }
        }
        match &sealed.index {
            Some(index) if index.is_of(&sealed.bytes) => Ok(index.names.clone()),
            _ => Ok(names(&self.unseal(&sealed)?)),
        }
    }

    /// One secret.
    pub fn get(&self, name: &str) -> Result<Option<Secret>, StoreError> {
        check_name(name)?;
        Ok(self.read()?.entries.remove(name).map(|entry| entry.value))
    }

    /// The content that a secret had before its present one, for whoever must undo a change or carry it out.
    pub fn previous(&self, name: &str) -> Result<Option<Secret>, StoreError> {
        check_name(name)?;
        Ok(self.read()?.entries.remove(name).and_then(|entry| entry.previous))
    }

    /// All secrets, for an export.
    pub fn all(&self) -> Result<BTreeMap<String, Secret>, StoreError> {
        Ok(self.read()?.entries.into_iter().map(|(name, entry)| (name, entry.value)).collect())
    }

    /// Those of `wanted` that are in the store, decrypting once.
    pub fn get_all(&self, wanted: &BTreeSet<String>) -> Result<BTreeMap<String, Secret>, StoreError> {
        Ok(self.all()?.into_iter().filter(|(name, _)| wanted.contains(name)).collect())
    }

    /// Sets one secret; the content it had is kept once.
    pub fn set(&self, name: &str, value: &Secret, origin: EntryOrigin) -> Result<Written, StoreError> {
        self.set_all(&BTreeMap::from([(name.to_owned(), value.clone())]), origin)
    }

    /// Sets several secrets, all or none.
    pub fn set_all(&self, secrets: &BTreeMap<String, Secret>, origin: EntryOrigin) -> Result<Written, StoreError> {
        for (name, value) in secrets {
            check_name(name)?;
            check_secret(name, value.expose())?;
        }
        // Cut, not rounded: nothing is set in the future.
        let now = Timestamp::from_second(Timestamp::now().as_second()).unwrap_or_default();
        let mut changes = BTreeMap::new();
        let identity_created = self.update(|vault| {
            for (name, value) in secrets {
                changes.insert(name.clone(), vault.set(name, value, now, origin));
            }
            changes.values().any(|change| *change != Change::Unchanged)
        })?;
        Ok(Written { changes, empty: Vec::new(), identity_created })
    }

    /// Names of those that have another content in the store now. Opens the store only where it has some of these names.
    pub fn replaced_by(&self, secrets: &BTreeMap<String, Secret>) -> Result<Vec<String>, StoreError> {
        let names = self.names()?;
        let wanted: BTreeSet<String> = secrets.keys().filter(|name| names.contains_key(*name)).cloned().collect();
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let known = self.get_all(&wanted)?;
        let is_other = |name: &String| known.get(name).map(Secret::expose) != secrets.get(name).map(Secret::expose);
        Ok(wanted.into_iter().filter(is_other).collect())
    }

    /// Sets the secrets of a file, all or none; those without a text are left out and named in [`Written::empty`].
    pub fn import(&self, secrets: BTreeMap<String, Secret>) -> Result<Written, StoreError> {
        let (empty, secrets): (BTreeMap<_, _>, _) =
            secrets.into_iter().partition(|(_, secret)| secret.expose().is_empty());
        Ok(Written { empty: empty.into_keys().collect(), ..self.set_all(&secrets, EntryOrigin::Import)? })
    }

    /// Removes a secret; `false` when there is none of that name. The previous generation still holds it.
    pub fn remove(&self, name: &str) -> Result<bool, StoreError> {
        check_name(name)?;
        if self.sealed()?.is_none() {
            return Ok(false);
        }
        let mut removed = false;
        self.update(|vault| {
            removed = vault.entries.remove(name).is_some();
            removed
        })?;
        Ok(removed)
    }

    /// Goes back to the previous generation, which must open. What stood there is kept; its new path is returned.
    pub fn restore_previous(&self) -> Result<Option<PathBuf>, StoreError> {
        let locked = self.store.lock()?;
        let path = locked.directory.join(FILE);
        let old = previous(&path);
        let Some(bytes) = read(&old, Access::OwnerOnly)? else { return Err(StoreError::NoSuchFile { path: old }) };
        let sealed = Sealed { path: old, bytes, index: None };
        let vault = self.unseal(&sealed)?;
        let identities = self.identities(&sealed)?;
        let mut aside = None;
        if let Ok(Some(damaged)) = read(&path, Access::OwnerOnly) {
            let name = format!("{FILE}.replaced-{}", Timestamp::now().strftime("%Y%m%dT%H%M%S.%6fZ"));
            let kept = locked.directory.join(name);
            atomic_write(&kept, &damaged, PRIVATE)?;
            aside = Some(kept);
        }
        atomic_write(&path, &sealed.bytes, PRIVATE)?;
        self.write_index(&path, &vault, &sealed.bytes, &identities)?;
        Ok(aside)
    }

    /// Reads, changes and writes back under the lock, when `change` says that there is something to write. Gives the path of the
    /// identity file when it had to be created.
    fn update(&self, change: impl FnOnce(&mut Vault) -> bool) -> Result<Option<PathBuf>, StoreError> {
        let locked = self.store.lock()?;
        let sealed = self.sealed()?;
        let (mut vault, (identities, created)) = match &sealed {
            Some(sealed) => (self.unseal(sealed)?, (self.identities(sealed)?, None)),
            None => (Vault::default(), self.store.identity.read_or_create(self.store.wait)?),
        };
        if change(&mut vault) {
            let path = locked.directory.join(FILE);
            let recipient = identities.recipient().ok_or_else(|| self.no_identity(&path, None))?;
            let bytes = vault
                .seal(self.store.project().as_str(), &recipient)
                .map_err(|source| StoreError::Encrypt { path: path.clone(), source: Box::new(source) })?;
            replace(&path, sealed.as_ref().map(|sealed| sealed.bytes.as_slice()), &bytes)?;
            self.write_index(&path, &vault, &bytes, &identities)?;
        }
        Ok(created)
    }

    fn write_index(
        &self,
        path: &Path,
        vault: &Vault,
        sealed: &[u8],
        identities: &Identities,
    ) -> Result<(), StoreError> {
        let index = path.with_file_name(INDEX_FILE);
        let recipient = identities.recipient().ok_or_else(|| self.no_identity(path, None))?;
        let text = Index::new(vault, sealed, &recipient).to_text().map_err(StoreError::io("write", &index))?;
        atomic_write(&index, &text, PRIVATE)
    }

    fn read(&self) -> Result<Vault, StoreError> {
        self.sealed()?.map_or_else(|| Ok(Vault::default()), |sealed| self.unseal(&sealed))
    }

    /// The encrypted file and its index; `None` when the project has no secrets yet.
    fn sealed(&self) -> Result<Option<Sealed>, StoreError> {
        let Some(path) = self.store.file_to_read(FILE)? else { return Ok(None) };
        // The index is written last, so it is read first: where it is, the encrypted file must be too.
        let index = read(&path.with_file_name(INDEX_FILE), Access::OwnerOnly)?;
        let index = index.and_then(|text| Index::parse(&text));
        if let Some(bytes) = read(&path, Access::OwnerOnly)? {
            return Ok(Some(Sealed { path, bytes, index }));
        }
        let problem = match index {
            Some(index) => format!("it is gone; its index lists {}", count(index.names.len())),
            None if previous(&path).exists() => "it is gone; its previous generation is there".to_owned(),
            None => return Ok(None),
        };
        Err(self.damaged(path, problem))
    }

    fn identities(&self, sealed: &Sealed) -> Result<Identities, StoreError> {
        let identities = self.store.identity.read()?;
        identities.ok_or_else(|| self.no_identity(&sealed.path, sealed.index.as_ref()))
    }

    fn unseal(&self, sealed: &Sealed) -> Result<Vault, StoreError> {
        let identities = self.identities(sealed)?;
        let path = || sealed.path.clone();
        let problem = match Vault::open(&sealed.bytes, self.store.project().as_str(), &identities) {
            Ok(vault) => return Ok(vault),
            Err(VaultFault::Newer(version)) => return Err(StoreError::Newer { path: path(), version }),
            Err(VaultFault::OtherProject(project)) => return Err(StoreError::OtherProject { path: path(), project }),
            Err(VaultFault::WrongIdentity) if !sealed.is_for(&identities) => {
                let recipient = sealed.index.as_ref().map(|index| index.recipient.clone());
                return Err(StoreError::WrongIdentity { path: path(), recipient, tried: identities.described() });
            }
            Err(VaultFault::WrongIdentity) => "its header was changed or damaged".to_owned(),
            Err(VaultFault::Damaged(problem)) => problem,
        };
        Err(self.damaged(path(), sealed.cut_short().unwrap_or(problem)))
    }

    fn damaged(&self, path: PathBuf, problem: String) -> StoreError {
        let old = previous(&path);
        let opens = self.previous_opens(&old);
        StoreError::Damaged { path, problem, previous: opens.then_some(old) }
    }

    fn previous_opens(&self, path: &Path) -> bool {
        let (Ok(Some(bytes)), Ok(Some(identities))) = (read(path, Access::OwnerOnly), self.store.identity.read())
        else {
            return false;
        };
        Vault::open(&bytes, self.store.project().as_str(), &identities).is_ok()
    }

    fn no_identity(&self, path: &Path, index: Option<&Index>) -> StoreError {
        let recipient = index.map(|index| index.recipient.clone());
        StoreError::NoIdentity { path: path.to_owned(), recipient, place: self.store.identity.place() }
    }
}

impl Sealed {
    fn is_indexed(&self) -> bool {
        self.index.as_ref().is_some_and(|index| index.is_of(&self.bytes))
    }

    /// Whether the index says that it was encrypted for one of these.
    fn is_for(&self, identities: &Identities) -> bool {
        self.index.as_ref().is_some_and(|index| identities.public_keys().any(|key| key == index.recipient))
    }

    fn cut_short(&self) -> Option<String> {
        let (size, whole) = (self.bytes.len() as u64, self.index.as_ref()?.size);
        (size < whole).then(|| format!("it is cut short ({size} of {whole} bytes)"))
    }
}

fn count(secrets: usize) -> String {
    if secrets == 1 { "1 secret".to_owned() } else { format!("{secrets} secrets") }
}

#[cfg(test)]
#[path = "secrets_tests.rs"]
mod tests;
