//! References and the two small languages, `pt.clj` and `pt.js`.
//!
//! A part of `polytope`: its `src/lib.rs` is the map of all rooms.

pub mod expr;

// The rooms above, under the names that they have everywhere; what is missing here is not this part's to use.
use polytope_syntax::{declare_rule, diagnostic, source, syntax, value};
