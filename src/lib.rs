//! `pt` compiles infrastructure blueprints.
//!
//! ```text
//! text ──► tree ──► model ──► program ──► plan ──► engine
//! source   syntax   model     expand      plan     engine
//!             value, expr       └─► lint    ▲ observed state
//! everything on the way ─► diagnostics ─► report (human, concise, json, sarif, github), ide ──► lsp
//! ```
//!
//! The rooms, in the order of the flow. Each uses only the rooms above it; `tests/architecture.rs` holds them to it.
//!
//! | member | rooms |
//! |---|---|
//! | `crates/syntax` | `conceal` `source` `diagnostic` `syntax` `edit` `value` |
//! | `crates/expr` | `expr` |
//! | `crates/language` | `model` `include` `blueprint` `expand` `scaffold` |
//! | `crates/lint` | `lint` `suppression` `config` `rules` `compiler` `policy` `standard` `fix` `schema` |
//! | `crates/store` | `store` |
//! | `crates/engine` | `plan` `engine` |
//! | `crates/report` | `report` |
//! | `crates/ide` | `ide` `lsp` |
//! | `src` | `cli` |

pub use polytope_engine::{engine, plan};
pub use polytope_expr::expr;
pub use polytope_ide::{ide, lsp};
pub use polytope_language::{blueprint, expand, include, model, scaffold};
pub use polytope_lint::{compiler, config, fix, lint, policy, rules, schema, standard, suppression};
pub use polytope_report::report;
pub use polytope_store::store;
pub use polytope_syntax::{conceal, declare_rule, diagnostic, edit, source, syntax, value};

pub mod cli;
