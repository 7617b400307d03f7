//! Text, findings and trees: what every other part reads and says.
//!
//! A part of `polytope`: its `src/lib.rs` is the map of all rooms.

pub mod conceal;
pub mod source;
pub mod diagnostic;
pub mod syntax;
pub mod edit;
pub mod value;
