//! YAML text to a tree of nodes with byte spans. Never fails: what cannot be read is a hole.
//!
//! In: the text of one file. Out: a [`Tree`], and findings for everything that is not good YAML.
//! The YAML layer decides no types: a scalar keeps its text and how it was quoted; [`core_scalar`] is for values
//! whose type nobody declares. May use `source`, `diagnostic`. Only place for `granit_parser`.

mod anchors;
mod budget;
mod build;
mod cause;
mod characters;
mod comment_reference;
mod core_scalar;
mod doubles;
pub mod edn;
mod events;
mod excerpt;
mod frame;
mod keys;
mod lines;
mod node;
mod offsets;
mod parse;
mod punch;
mod reading;
mod recover;
mod tabs;
mod template;
#[cfg(test)]
mod tests;

pub use core_scalar::{CoreScalar, core_scalar};
pub use node::{Comment, Entry, Node, NodeKind, Offsets, Scalar, Style, Tree, is_null_text};
pub use parse::{YAML_SYNTAX, parse};
pub use template::UNRENDERED_TEMPLATE;

use crate::diagnostic::Rule;

/// What these find means that a file, or a part of it, was not read: nobody can leave that alone.
pub static UNREADABLE: &[&Rule] = &[&parse::YAML_SYNTAX, &edn::EDN_SYNTAX, &budget::INPUT_LIMIT];

/// Every rule of this room.
pub static RULES: &[&Rule] = &[
    &parse::YAML_SYNTAX,
    &edn::EDN_SYNTAX,
    &doubles::DUPLICATE_KEY,
    &comment_reference::REFERENCE_IN_COMMENT,
    &template::UNRENDERED_TEMPLATE,
    &budget::INPUT_LIMIT,
    &characters::BIDI_CONTROL,
];
