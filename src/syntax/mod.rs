//! YAML text to a tree of nodes with byte spans. Never fails: what cannot be read is a hole.
//!
//! In: the text of one file. Out: a [`Tree`], and findings for everything that is not good YAML.
//! The YAML layer decides no types: a scalar keeps its text and how it was quoted.
//! May use `source`, `diagnostic`. Only place for `granit_parser`.

mod build;
mod events;
mod node;
mod parse;

pub use node::{Comment, Entry, Node, NodeKind, Offsets, Scalar, Style, Tree, is_null_text};
pub use parse::parse;

use crate::diagnostic::Rule;

/// Every rule of this room.
pub static RULES: &[&Rule] = &[&parse::YAML_SYNTAX];
