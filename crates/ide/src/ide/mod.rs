//! What an editor asks about a project: names and their places, completions, explanations, changes.
//!
//! In: a [`Compilation`](crate::compiler::Compilation) and what is set for the project, as an [`Analysis`]; places are byte
//! offsets. Out: plain data with [`Span`](crate::source::Span)s. Reads no file and knows no protocol: `lsp` translates.
//! May use everything above it but `plan`, `engine` and `report`.

mod actions;
mod analysis;
mod completion;
mod cursor;
mod hover;
mod links;
mod navigate;
mod occurrence;
mod publish;
mod rename;
mod symbols;

pub use actions::{Action, actions, fix_all};
pub use analysis::{Analysis, Given};
pub use completion::{Completions, Item, ItemKind, complete};
pub use hover::{Hover, hover};
pub use links::{Link, links};
pub use navigate::{definition, references};
pub use occurrence::{Occurrence, Symbol};
pub use publish::published;
pub use rename::{Refusal, prepare_rename, rename};
pub use symbols::{Lens, Outline, OutlineKind, lenses, outline};
