//! One YAML concept per file: module, template, step, parameter, document.
//!
//! In: a [`Tree`](crate::syntax::Tree). Out: a [`Document`]; arguments stay trees, for their meaning depends on who calls.
//! May use `source`, `diagnostic`, `syntax`, `value`, `expr`.

mod document;
mod fields;
mod module;
mod param;
mod template;

pub use document::{DUPLICATE_ID, Document};
pub use fields::Fields;
pub use module::{Module, Reference};
pub use param::{Param, read_params};
pub use template::{After, Condition, Step, Template};

use crate::diagnostic::Rule;

/// The rules of this room.
pub static RULES: &[&Rule] = &[&DUPLICATE_ID, &document::UNSUPPORTED_DIALECT];
