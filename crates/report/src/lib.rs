//! Findings in every form of output.
//!
//! A part of `polytope`: its `src/lib.rs` is the map of all rooms.

pub mod report;

// The rooms above, under the names that they have everywhere; what is missing here is not this part's to use.
use polytope_syntax::{conceal, diagnostic, source};
#[cfg(test)]
use {polytope_lint::rules, polytope_syntax::declare_rule};
