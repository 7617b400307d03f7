//! Adding a line to a `polytope.yml` that someone else wrote: everything else stays byte for byte as it is.
//!
//! In: a text and an [`Addition`]. Out: the new text, `None` where what is to be added stands there already, or a [`Refusal`]. The new
//! text is parsed again and must hold what the old one held and the addition, else it is refused.

mod addition;
mod item;
mod shape;
mod splice;

pub use addition::Addition;

use addition::is_there;
use shape::is_added;
use splice::insert;

use crate::diagnostic::{Diagnostics, Level};
use crate::source::FileId;
use crate::syntax::{self, Tree};

/// Why a text is not edited.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The text is not good YAML.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// Something else stands where the addition belongs.
    #[error("{0}")]
    Occupied(String),
    /// The new text would not say what it should.
    #[error("its form is one that cannot be added to without changing something else")]
    Uncertain,
}

/// The text with the addition; `None` where it is there already.
pub fn add(text: &str, addition: &Addition) -> Result<Option<String>, Refusal> {
    let (mark, text) = match text.strip_prefix('\u{feff}') {
        Some(rest) => ("\u{feff}", rest),
        None => ("", text),
    };
    let before = read(text)?;
    if is_there(&before.root, addition)? {
        return Ok(None);
    }
    let path = addition.path();
    let new = insert(text, &before, &path, &addition.item())?;
    let after = read(&new).map_err(|_| Refusal::Uncertain)?;
    if is_added(&before, &after, &path, &addition.item()) {
        Ok(Some(format!("{mark}{new}")))
    } else {
        Err(Refusal::Uncertain)
    }
}

fn read(text: &str) -> Result<Tree, Refusal> {
    let mut found = Diagnostics::default();
    let tree = syntax::parse(FileId(0), text, &mut found);
    match found.finish().into_iter().find(|finding| finding.level == Level::Error || !tree.complete) {
        Some(finding) => Err(Refusal::Unreadable(finding.message)),
        None if !tree.complete => Err(Refusal::Unreadable("some of it is not good YAML".to_owned())),
        None => Ok(tree),
    }
}

#[cfg(test)]
mod tests;
