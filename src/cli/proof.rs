//! Which volumes are a project's own: those that prove it by a keyed hash of its store, and those that the user took over.

use super::failure::Failure;
use super::project::Located;
use super::session::Key;
use crate::plan::{Fingerprint, Observed, prove_volumes};
use crate::store::{DigestKey, StoreError};

/// Takes the project's label from volumes that prove nothing. Where nothing can be kept there is no proof to ask for, and labels have to do.
pub fn prove(located: &Located, project: &str, observed: &mut Observed) -> Result<(), Failure> {
    let store = located.store()?;
    let key = match store.known_digest_key() {
        // A store that has no key yet has made nothing: no hash is the right one.
        Ok(key) => key.map_or_else(DigestKey::ephemeral, Ok)?,
        Err(StoreError::NoHome { .. } | StoreError::Io { .. }) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    prove_with(located, project, observed, &Key(key))
}

/// As [`prove`], with a key that is at hand.
pub fn prove_with(
    located: &Located,
    project: &str,
    observed: &mut Observed,
    key: &dyn Fingerprint,
) -> Result<(), Failure> {
    let adopted = match located.store()?.adopted_volumes() {
        Err(StoreError::NoHome { .. } | StoreError::Io { .. }) => return Ok(()),
        adopted => adopted?,
    };
    prove_volumes(project, observed, key, &adopted);
    Ok(())
}
