//! The age identity that opens the secrets of all projects of one user. In: `PT_IDENTITY` or a file; out: keys to decrypt and
//! encrypt with. The file is created on first use and never replaced. Uses only this room.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use age::secrecy::ExposeSecret;
use age::x25519;
use zeroize::Zeroizing;

use super::atomic::{PRIVATE, atomic_create, remove_unfinished};
use super::environment::IDENTITY_VARIABLE;
use super::lock::FileLock;
use super::private_file::{Access, check_directory, ensure_directory, read_text};
use super::{Environment, Paths, Secret, StoreError};

/// Where the identity comes from.
#[derive(Debug, Clone)]
pub(super) enum IdentitySource {
    /// The content of `PT_IDENTITY`; nothing is read or created.
    Variable(Secret),
    /// A file; `None` when there is no home directory.
    File(Option<PathBuf>),
}

/// One or more identities: the first encrypts, each may decrypt.
pub(super) struct Identities {
    keys: Vec<x25519::Identity>,
    place: String,
}

impl IdentitySource {
    /// `PT_IDENTITY` before the file.
    pub(super) fn new(environment: &Environment, paths: &Paths) -> Result<Self, StoreError> {
        Ok(environment.identity()?.map_or_else(|| Self::File(paths.identity()), Self::Variable))
    }

    /// The identities, or `None` when there is no file yet.
    pub(super) fn read(&self) -> Result<Option<Identities>, StoreError> {
        match self {
            Self::Variable(text) => Identities::parse(text.expose(), format!("`{IDENTITY_VARIABLE}`")).map(Some),
            Self::File(None) => Ok(None),
            Self::File(Some(path)) => {
                if let Some(directory) = path.parent() {
                    check_directory(directory, Access::OthersRead)?;
                }
                let Some(text) = read_text(path, Access::OwnerOnly)? else { return Ok(None) };
                Identities::parse(&text, format!("`{}`", path.display())).map(Some)
            }
        }
    }

    /// The identities, and the path of the file when it had to be created for them.
    pub(super) fn read_or_create(&self, wait: Duration) -> Result<(Identities, Option<PathBuf>), StoreError> {
        if let Some(identities) = self.read()? {
            return Ok((identities, None));
        }
        let Self::File(Some(path)) = self else {
            return Err(StoreError::NoHome { what: "identity", variable: "XDG_CONFIG_HOME" });
        };
        create(path, wait)
    }

    /// Where an identity is looked for, for messages.
    pub(super) fn place(&self) -> String {
        match self {
            Self::Variable(_) => format!("`{IDENTITY_VARIABLE}` is set"),
            Self::File(None) => format!("`{IDENTITY_VARIABLE}` and `HOME` are not set"),
            Self::File(Some(path)) => {
                format!("`{}` does not exist and `{IDENTITY_VARIABLE}` is not set", path.display())
            }
        }
    }
}

fn create(path: &Path, wait: Duration) -> Result<(Identities, Option<PathBuf>), StoreError> {
    let directory = path.parent().unwrap_or(Path::new("/"));
    ensure_directory(directory, Access::OthersRead)?;
    let _lock = FileLock::exclusive(&directory.join("lock"), wait)?;
    remove_unfinished(directory);
    let key = x25519::Identity::generate();
    let text = Zeroizing::new(format!(
        "# identity of pt, created {}\n# whoever has this file can open your secrets; without it they are lost: back it up\n\
         # public key: {}\n{}\n",
        jiff::Timestamp::now().strftime("%Y-%m-%d"),
        key.to_public(),
        key.to_string().expose_secret()
    ));
    match atomic_create(path, text.as_bytes(), PRIVATE) {
        Ok(()) => {
            let identities = Identities { keys: vec![key], place: format!("`{}`", path.display()) };
            Ok((identities, Some(path.to_owned())))
        }
        // Another process was first; its identity is the one.
        Err(StoreError::Exists { path }) => match IdentitySource::File(Some(path.clone())).read()? {
            Some(identities) => Ok((identities, None)),
            None => Err(StoreError::Exists { path }),
        },
        Err(error) => Err(error),
    }
}

impl Identities {
    /// Reads lines of `AGE-SECRET-KEY-…`; empty lines and `#` comments are skipped.
    fn parse(text: &str, place: String) -> Result<Self, StoreError> {
        let lines = text.lines().map(str::trim).enumerate();
        let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let mut keys = Vec::new();
        for (index, line) in lines {
            match line.parse() {
                Ok(key) => keys.push(key),
                Err(reason) => {
                    let reason: &str = reason;
                    return Err(StoreError::BadIdentity { place, problem: format!("line {}: {reason}", index + 1) });
                }
            }
        }
        if keys.is_empty() {
            return Err(StoreError::BadIdentity { place, problem: "there is no key in it".to_owned() });
        }
        Ok(Self { keys, place })
    }

    /// All keys, to try on an encrypted file.
    pub(super) fn keys(&self) -> impl Iterator<Item = &dyn age::Identity> {
        self.keys.iter().map(|key| key as &dyn age::Identity)
    }

    /// Whom new files are encrypted for.
    pub(super) fn recipient(&self) -> Option<x25519::Recipient> {
        self.keys.first().map(x25519::Identity::to_public)
    }

    /// The public keys.
    pub(super) fn public_keys(&self) -> impl Iterator<Item = String> {
        self.keys.iter().map(|key| key.to_public().to_string())
    }

    /// The place and the public keys, for messages.
    pub(super) fn described(&self) -> String {
        let keys: Vec<String> = self.public_keys().map(|key| format!("`{key}`")).collect();
        format!("{} ({})", self.place, keys.join(", "))
    }
}

impl fmt::Debug for Identities {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.described())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fs;
    use std::os::unix::fs::MetadataExt;

    use super::*;

    fn source(root: &Path) -> IdentitySource {
        IdentitySource::File(Some(root.join("config/pt/identity")))
    }

    #[test]
    fn is_created_once_private_and_says_so() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("config/pt/identity");
        assert!(source(root.path()).read().unwrap().is_none());
        let (first, created) = source(root.path()).read_or_create(Duration::ZERO).unwrap();
        assert_eq!(created.as_deref(), Some(path.as_path()));
        let (again, created) = source(root.path()).read_or_create(Duration::ZERO).unwrap();
        assert_eq!((again.described(), created), (first.described(), None));
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(path.parent().unwrap()).unwrap().mode() & 0o777, 0o700);
        assert!(!format!("{first:?}").contains("AGE-SECRET-KEY"));
    }

    #[test]
    fn many_at_once_agree_on_one() {
        let root = tempfile::tempdir().unwrap();
        let mut seen: Vec<_> = std::thread::scope(|scope| {
            let create = || source(root.path()).read_or_create(Duration::from_secs(60)).unwrap();
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(create)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).map(|(ids, new)| (ids.described(), new)).collect()
        });
        assert_eq!(seen.iter().filter(|(_, created)| created.is_some()).count(), 1);
        seen.dedup_by_key(|(described, _)| described.clone());
        assert_eq!(seen.len(), 1);
    }

    #[test]
    fn takes_several_keys_and_never_shows_a_bad_one() {
        let (old, new) = (x25519::Identity::generate(), x25519::Identity::generate());
        let text = format!("# new\n{}\r\n\n{}\n", new.to_string().expose_secret(), old.to_string().expose_secret());
        let identities = Identities::parse(&text, "here".to_owned()).unwrap();
        assert_eq!(identities.keys().count(), 2);
        assert_eq!(identities.recipient().unwrap().to_string(), new.to_public().to_string());
        for text in ["", "# only a comment", "AGE-SECRET-KEY-1CANARY", "age-encryption.org/v1 CANARY"] {
            let error = Identities::parse(text, "`x`".to_owned()).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("CANARY"), "{error}");
        }
    }

    #[test]
    fn without_a_home_a_new_identity_is_an_error_that_says_so() {
        let error = IdentitySource::File(None).read_or_create(Duration::ZERO).unwrap_err();
        assert!(error.to_string().contains("XDG_CONFIG_HOME"), "{error}");
    }
}
