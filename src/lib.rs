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

pub mod source;
pub mod diagnostic;
pub mod syntax;
pub mod edit;
pub mod value;
pub mod expr;
pub mod model;
pub mod include;
pub mod blueprint;
pub mod expand;
pub mod lint;
pub mod suppression;
pub mod config;
pub mod rules;
pub mod compiler;
pub mod policy;
pub mod standard;
pub mod fix;
pub mod schema;
pub mod store;
pub mod scaffold;
pub mod plan;
pub mod engine;
pub mod report;
pub mod ide;
pub mod lsp;
pub mod cli;
