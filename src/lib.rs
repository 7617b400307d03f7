//! `pt` compiles infrastructure blueprints.
//!
//! The rooms, in the order of the flow; each uses only the rooms above it:

pub mod source;
pub mod diagnostic;
pub mod syntax;
pub mod store;
