//! One YAML concept per file: module, template, tool, step, parameter, include, document.
//!
//! In: a [`Tree`](crate::syntax::Tree). Out: a [`Document`]; arguments stay trees, for their meaning depends on who calls.
//! May use `source`, `diagnostic`, `syntax`, `value`, `expr`.

mod after;
mod document;
mod fields;
mod include;
mod module;
mod param;
mod remote_reference;
mod step;
mod template;

pub use after::{AFTER_KEYS, After, CONDITIONS, Condition, RUN_WHEN_KEYS};
pub use document::{DOCUMENT_KEYS, DUPLICATE_ID, Document, EMPTY_FILE, MCP_KEYS};
pub use fields::Fields;
pub use include::{INCLUDE_KEYS, Include, Repository, repository_name};
pub use module::{MODULE_KEYS, Module, Reference};
pub use param::{INPUT_KEYS, PARAM_KEYS, Param, read_inputs, read_params};
pub use remote_reference::{GITHUB, RemoteReference};
pub use step::{STEP_KEYS, Step, StepAction, default_id};
pub use template::{TEMPLATE_KEYS, TOOL_KEYS, Template, TemplateKind};

use crate::diagnostic::Rule;

/// The rules of this room.
pub static RULES: &[&Rule] = &[&DUPLICATE_ID, &EMPTY_FILE];
