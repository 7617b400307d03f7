//! A secret on its way from a file into the store.

use std::fmt;

/// The name that a secret gets, and what stood in the file. What stood there is shown by nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Moved {
    /// Its name in the store.
    pub name: String,
    content: String,
}

impl Moved {
    pub(super) fn new(name: &str, content: &str) -> Self {
        Self { name: name.to_owned(), content: content.to_owned() }
    }

    /// The secret itself.
    pub fn content(&self) -> &str {
        &self.content
    }
}

impl fmt::Debug for Moved {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Moved").field("name", &self.name).finish_non_exhaustive()
    }
}
