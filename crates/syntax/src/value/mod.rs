//! Values with their places, and the type language of parameters.
//!
//! In: trees. Out: [`Value`]s whose text knows which parts are secrets, and [`ParamType`] with the one
//! question that matters: does this value fit this type? May use `source`, `diagnostic`, `syntax`.

mod data;
mod encoding;
mod env_entry;
mod fit;
mod image;
mod in_url;
mod literal;
mod mismatch;
mod named;
mod param_type;
mod read_type;
pub mod scalar;
mod text;
mod what;

pub use data::{Data, Map, Value};
pub use encoding::Encoding;
pub use fit::{INVALID_LITERAL, MISSING_ARGUMENT, UNKNOWN_FIELD, WRONG_TYPE, fit, fits};
pub use literal::literal;
pub use named::{HTTP_METHODS, MOUNT_FIELDS, MOUNT_KINDS, id_problem, named_fields};
pub use param_type::{Field, Named, ParamType};
pub use read_type::{CONSTRUCTORS, constructor_arguments, read_type, type_names};
pub use text::{Segment, Text};
pub use what::What;

use crate::diagnostic::Rule;

/// The rules of this room.
pub static RULES: &[&Rule] = &[
    &UNKNOWN_FIELD,
    &WRONG_TYPE,
    &MISSING_ARGUMENT,
    &INVALID_LITERAL,
    &env_entry::BAD_ENV_ENTRY,
    &read_type::BAD_TYPE,
];
