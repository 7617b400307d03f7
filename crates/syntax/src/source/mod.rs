//! Source text: what the compiler reads and how it points back into it.
//!
//! In: paths and bytes, through the one trait [`Loader`]. Out: [`SourceFile`]s with a line index, and
//! [`Span`]s (byte ranges) that every later room carries along. Uses no other room.

mod digest;
pub mod door;
mod file;
mod letters;
mod loader;
mod overlay;
mod span;

pub use digest::digest;
pub use file::{Position, SourceFile, Sources};
pub use letters::{is_unseen, letter_in_words, quoted, seen};
pub use loader::{DiskLoader, LoadError, Loader, MemoryLoader, OwnLoader, SIZE_LIMIT};
pub use overlay::OverlayLoader;
pub use span::{FileId, Span, Spanned};
