//! The plan, and the engines that carry it out.
//!
//! A part of `polytope`: its `src/lib.rs` is the map of all rooms.

pub mod plan;
pub mod engine;

// The rooms above, under the names that they have everywhere; what is missing here is not this part's to use.
use polytope_language::expand;
use polytope_syntax::{source, value};
