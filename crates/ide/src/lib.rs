//! What an editor asks, and the language server.
//!
//! A part of `polytope`: its `src/lib.rs` is the map of all rooms.

pub mod ide;
pub mod lsp;

// The rooms above, under the names that they have everywhere; what is missing here is not this part's to use.
use polytope_expr::expr;
use polytope_language::{blueprint, expand, include, model};
use polytope_lint::{compiler, lint, schema};
use polytope_report::report;
use polytope_store::store;
use polytope_syntax::{diagnostic, source, syntax, value};
