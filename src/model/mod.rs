//! One YAML concept per file: module, template, step, parameter, document.
//!
//! In: a [`Tree`](crate::syntax::Tree). Out: a [`Document`]; arguments stay trees, for their meaning depends on who calls.
//! May use `source`, `diagnostic`, `syntax`, `value`, `expr`.

mod document;
mod fields;
mod module;
mod param;
mod template;

pub use document::{DOCUMENT_KEYS, DUPLICATE_ID, Document, UNREAD_KEYS};
pub use fields::Fields;
pub use module::{MODULE_KEYS, Module, Reference};
pub use param::{PARAM_KEYS, Param, read_params};
pub use template::{After, CONDITIONS, Condition, RUN_WHEN_KEYS, STEP_KEYS, Step, TEMPLATE_KEYS, Template};

use crate::diagnostic::Rule;

/// The rules of this room.
pub static RULES: &[&Rule] = &[&DUPLICATE_ID, &document::UNSUPPORTED_DIALECT];
