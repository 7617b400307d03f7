//! Every published JSON Schema in one list, for editors and scripts.
//!
//! In: the model's keys, the types of `value`, and the manifests of the catalogue; the rules. Out: draft-07 documents, shaped so that
//! the YAML language server gives the right message at the right place, completes keys and choices, and explains them:
//!
//! - a choice or a reference is `anyOf`, the choice first; a structure or a reference is one `if` and the structure beside it;
//! - what a tag decides (`type` of a mount, `module` of a call) is one `if`/`then` per tag;
//! - text stands beside a `$ref`, as `description` and as `markdownDescription`.
//!
//! One rule for all: **a schema flags nothing that `pt check` accepts.** What it cannot say (names of modules, cycles,
//! parameters) it leaves to `pt check`. Its one difference is the level: editors have one, so an argument that a standard
//! module does not take is an error there and a warning in `pt check`; without that, a mistyped argument would show nowhere.
//!
//! May use everything up to `blueprint`.

mod call;
mod document;
mod flagged;
mod include;
mod input;
mod keys;
mod markdown;
mod mount;
mod named;
mod published;
mod settings;
mod shape;
mod steps;
#[cfg(test)]
mod tests;
mod type_language;
mod value;
mod words;

pub use flagged::{Flag, flagged};
pub use input::input_schema;
pub use published::{Published, SCHEMAS};
