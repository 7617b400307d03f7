//! "Did this change?" without saying what it was. In: a key of this store and a content; out: a short hexadecimal digest that may
//! stand in a label: without the key nobody can try guesses against it. Uses only this room's errors.

use std::fmt;
use std::fmt::Write as _;
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::StoreError;
use super::atomic::{PRIVATE, atomic_create};
use super::private_file::{Access, read};

/// Bytes of the HMAC that are kept: 128 bits, 32 hexadecimal digits.
const KEPT: usize = 16;
const KEY_BYTES: usize = 32;

/// The random key of one store.
#[derive(Clone)]
pub struct DigestKey(Zeroizing<[u8; KEY_BYTES]>);

impl DigestKey {
    /// A new random key, for a run that can keep nothing.
    pub fn ephemeral() -> Result<Self, StoreError> {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        getrandom::fill(key.as_mut_slice()).map_err(StoreError::Random)?;
        Ok(Self(key))
    }

    /// The key in a file, or `None` when there is none.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, StoreError> {
        let Some(bytes) = read(path, Access::OwnerOnly)? else { return Ok(None) };
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        if bytes.len() != KEY_BYTES {
            let problem = format!("it has {} bytes, expected {KEY_BYTES}", bytes.len());
            return Err(StoreError::Damaged { path: path.to_owned(), problem, previous: None });
        }
        key.copy_from_slice(&bytes);
        Ok(Some(Self(key)))
    }

    /// The key in a file, which is created when there is none.
    pub(super) fn read_or_create(path: &Path) -> Result<Self, StoreError> {
        if let Some(key) = Self::read(path)? {
            return Ok(key);
        }
        let key = Self::ephemeral()?;
        match atomic_create(path, key.0.as_slice(), PRIVATE) {
            Ok(()) => Ok(key),
            // Another process was first; its key is the one.
            Err(StoreError::Exists { path }) => Self::read(&path)?.ok_or(StoreError::Exists { path }),
            Err(error) => Err(error),
        }
    }
}

impl fmt::Debug for DigestKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("<secret>")
    }
}

/// HMAC-SHA-256 of `content`, cut to 128 bits, as 32 hexadecimal digits.
pub fn keyed_digest(key: &DigestKey, content: &[u8]) -> String {
    // HMAC fills a short key up with zeros to the block of its hash; done here, the length is right by its type.
    let mut block = Zeroizing::new([0; 64]);
    block[..KEY_BYTES].copy_from_slice(key.0.as_slice());
    let mut mac = Hmac::<Sha256>::new((&*block).into());
    mac.update(content);
    hexadecimal(&mac.finalize().into_bytes()[..KEPT])
}

/// Lower-case hexadecimal digits.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    #[test]
    fn agrees_with_a_published_vector() {
        // RFC 4231, case 1 and 2: shorter keys are padded with zeros, so they stand for the same 32 bytes.
        let key = |bytes: &[u8]| {
            let mut padded = [0; KEY_BYTES];
            padded[..bytes.len()].copy_from_slice(bytes);
            DigestKey(Zeroizing::new(padded))
        };
        assert_eq!(keyed_digest(&key(&[0x0b; 20]), b"Hi There"), "b0344c61d8db38535ca8afceaf0bf12b");
        assert_eq!(keyed_digest(&key(b"Jefe"), b"what do ya want for nothing?"), "5bdcc146bf60754e6a042426089575c7");
    }

    #[test]
    fn differs_by_content_and_by_key_and_hides_the_key() {
        let (a, b) = (DigestKey::ephemeral().unwrap(), DigestKey::ephemeral().unwrap());
        assert_eq!(keyed_digest(&a, b"x"), keyed_digest(&a, b"x"));
        assert_ne!(keyed_digest(&a, b"x"), keyed_digest(&a, b"y"));
        assert_ne!(keyed_digest(&a, b"x"), keyed_digest(&b, b"x"));
        assert_eq!(format!("{a:?}"), "<secret>");
    }

    #[test]
    fn the_key_is_made_once_private_and_a_damaged_one_is_left_alone() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("digest.key");
        assert!(DigestKey::read(&path).unwrap().is_none());
        let first = keyed_digest(&DigestKey::read_or_create(&path).unwrap(), b"x");
        assert_eq!(keyed_digest(&DigestKey::read_or_create(&path).unwrap(), b"x"), first);
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        crate::store::atomic_write(&path, b"short", PRIVATE).unwrap();
        assert!(matches!(DigestKey::read_or_create(&path), Err(StoreError::Damaged { .. })));
        assert_eq!(std::fs::read(&path).unwrap(), b"short");
    }
}
