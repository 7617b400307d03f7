//! What a `polytope.yml` means: the model, includes, blueprints, expansion, templates of files.
//!
//! A part of `polytope`: its `src/lib.rs` is the map of all rooms.

pub mod model;
pub mod include;
pub mod blueprint;
pub mod expand;
pub mod scaffold;

// The rooms above, under the names that they have everywhere; what is missing here is not this part's to use.
use polytope_expr::expr;
use polytope_syntax::{conceal, declare_rule, diagnostic, edit, source, syntax, value};
