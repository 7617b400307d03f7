//! Changes to a YAML file that someone else wrote: which bytes to replace, so that all others stay as they are.
//!
//! In: a text, its tree, a place in it and what is to be added or taken out. Out: an [`Edit`](crate::diagnostic::Edit), or
//! nothing where the form of the file does not allow it without touching something else.
//! May use `source`, `diagnostic`, `syntax`.

pub mod layout;
mod page;
mod piece;
mod quote;
#[cfg(test)]
mod tests;
mod walk;

pub use page::Page;
pub use piece::Piece;
pub use quote::{quoted, written};
pub use walk::{node_at, parents};
