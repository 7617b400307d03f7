//! Values and secrets of the project, as programs read and set them.

use std::collections::BTreeSet;

use super::given::Given;
use super::{Desk, refused};
use crate::cli::failure::Failure;
use crate::engine::Engine;
use crate::expr::Known as _;
use crate::expr::code::{Datum, HostError};
use crate::store::{EntryOrigin, StoreError};

fn unkept(error: StoreError) -> HostError {
    refused(&Failure::from(error))
}

impl<E: Engine> Desk<'_, '_, E> {
    /// A value that is set now; one that is not set is an error, which a program may catch.
    pub(super) fn value(&self, given: &Given) -> Result<Datum, HostError> {
        let name = given.text(0, "the name of a value")?;
        let known = self.compiled.located.known().map_err(|failure| refused(&failure))?;
        let value = known.value(name).map(|value| Datum::Text(value.to_owned()));
        value.ok_or_else(|| HostError::new(format!("value `{name}` is not set: `pt values set {name} VALUE`")))
    }

    /// The stand-in of a secret that is set.
    pub(super) fn secret(&mut self, given: &Given) -> Result<Datum, HostError> {
        let name = given.text(0, "the name of a secret")?;
        let known = self.compiled.located.known().map_err(|failure| refused(&failure))?;
        if !self.runner.keeper.has(name) && !known.has_secret(name) {
            return Err(HostError::new(format!("secret `{name}` is not set: `pt secrets set {name}`")));
        }
        let names = BTreeSet::from([name.to_owned()]);
        self.runner.keeper.learn(self.compiled, &names).map_err(|failure| refused(&failure))?;
        Ok(Datum::Text(self.stand_ins.of(name)))
    }

    pub(super) fn set_value(&self, given: &Given) -> Result<Datum, HostError> {
        let name = given.text(0, "the name of a value")?;
        if self.holds_secret(given.any(1))? {
            let message =
                format!("value `{name}` would hold a secret, and values are kept in the clear: use `set-secret`");
            return Err(HostError::new(message));
        }
        let value = given.scalar(1, "its value")?;
        let store = self.store()?;
        let before = store.values().get(name).map_err(unkept)?;
        self.replace_setting("value", name, before.as_deref().map(str::as_bytes), value.as_bytes())?;
        store.values().set(name, &value).map_err(unkept)?;
        Ok(Datum::Null)
    }

    pub(super) fn set_secret(&self, given: &Given) -> Result<Datum, HostError> {
        let name = given.text(0, "the name of a secret")?;
        let text = self.stand_ins.text(&given.scalar(1, "its content")?);
        let secret = self.runner.keeper.reveal(&text);
        let secret = secret.ok_or_else(|| HostError::new("a secret in it is not set"))?;
        let store = self.store()?;
        let before = store.secrets().get(name).map_err(unkept)?;
        let content = before.as_ref().map(|before| before.expose().as_bytes());
        self.replace_setting("secret", name, content, secret.expose().as_bytes())?;
        store.secrets().set(name, &secret, EntryOrigin::Import).map_err(unkept)?;
        self.runner.keeper.put(name, secret);
        Ok(Datum::Null)
    }
}
