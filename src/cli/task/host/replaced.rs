//! What a program replaces or deletes: its own without a word, what is the user's only after a question that names it.

use std::path::Path;

use super::{Desk, refused};
use crate::cli::failure::Failure;
use crate::cli::replacing;
use crate::engine::Engine;
use crate::expr::code::HostError;
use crate::store::{ProjectStore, StoreError};

/// The largest file whose content is compared, in bytes; a larger one is taken for the user's.
const LARGEST: u64 = 64 << 20;

fn unkept(error: StoreError) -> HostError {
    refused(&Failure::from(error))
}

/// Where nothing can be kept, what a program made is asked about the next time.
fn note(noted: Result<(), StoreError>) -> Result<(), HostError> {
    match noted {
        Err(StoreError::NoHome { .. } | StoreError::Io { .. }) => Ok(()),
        noted => noted.map_err(unkept),
    }
}

impl<E: Engine> Desk<'_, '_, E> {
    pub(super) fn store(&self) -> Result<ProjectStore, HostError> {
        self.compiled.located.store().map_err(|failure| refused(&failure))
    }

    /// Asks before a setting gets another content than one that a program gave it. `word` is `value` or `secret`.
    pub(super) fn replace_setting(
        &self,
        word: &str,
        name: &str,
        before: Option<&[u8]>,
        after: &[u8],
    ) -> Result<(), HostError> {
        let (store, thing) = (self.store()?, format!("{word} {name}"));
        if before == Some(after) {
            return Ok(());
        }
        if let Some(before) = before
            && !store.is_made(&thing, before).map_err(unkept)?
        {
            self.ask(&format!("{word} `{name}`"))?;
        }
        note(store.note_made(&thing, Some(after)))
    }

    /// Asks before a file that no program made is written anew, or deleted where there is no new content.
    pub(super) fn replace_file(&self, path: &Path, shown: &str, after: Option<&[u8]>) -> Result<(), HostError> {
        let store = self.store()?;
        let root = &self.compiled.located.root;
        let thing = format!("file {}", path.strip_prefix(root).unwrap_or(path).display());
        if let Ok(found) = path.symlink_metadata() {
            let readable = found.is_file() && found.len() <= LARGEST;
            let before = if readable { std::fs::read(path).ok() } else { None };
            // The same content once more makes nobody's file a program's.
            if after.is_some() && before.as_deref() == after {
                return Ok(());
            }
            let made = match &before {
                Some(before) => store.is_made(&thing, before).map_err(unkept)?,
                None => false,
            };
            match after {
                _ if made => {}
                Some(_) => self.ask(&format!("`{shown}`"))?,
                None => {
                    let terminal = self.runner.session.terminal;
                    replacing::deletion(&self.task.id, shown, terminal).map_err(|failure| refused(&failure))?;
                }
            }
        }
        note(store.note_made(&thing, after))
    }

    fn ask(&self, thing: &str) -> Result<(), HostError> {
        let terminal = self.runner.session.terminal;
        replacing::things(&self.task.id, &[thing.to_owned()], terminal).map_err(|failure| refused(&failure))
    }
}
