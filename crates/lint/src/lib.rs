//! What is wrong with it: rules, suppressions, settings, policies, guides, fixes and the schema.
//!
//! A part of `polytope`: its `src/lib.rs` is the map of all rooms.

pub mod lint;
pub mod suppression;
pub mod config;
pub mod rules;
pub mod compiler;
pub mod policy;
pub mod standard;
pub mod fix;
pub mod schema;

// The rooms above, under the names that they have everywhere; what is missing here is not this part's to use.
use polytope_expr::expr;
use polytope_language::{blueprint, expand, include, model};
use polytope_syntax::{conceal, declare_rule, diagnostic, edit, source, syntax, value};
