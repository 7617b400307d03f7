//! Values and secrets on the disk.
//!
//! A part of `polytope`: its `src/lib.rs` is the map of all rooms.

pub mod store;

// The rooms above, under the names that they have everywhere; what is missing here is not this part's to use.
use polytope_syntax::source;
