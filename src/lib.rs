//! `pt` compiles infrastructure blueprints.
//!
//! The rooms, in the order of the flow; each uses only the rooms above it:

pub mod blueprint;
pub mod compiler;
pub mod diagnostic;
pub mod engine;
pub mod expand;
pub mod expr;
pub mod lint;
pub mod model;
pub mod plan;
pub mod rules;
pub mod source;
pub mod syntax;
pub mod value;
