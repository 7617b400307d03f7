//! The small languages inside strings: `pt.*` references, interpolation, and (opaque for now) code.
//!
//! In: scalars of the tree. Out: [`Expression`]s whose parts know their bytes, and with a [`Scope`] their
//! [`Value`](crate::value::Value)s. May use `source`, `diagnostic`, `syntax`, `value`.

mod evaluate;
mod reference;

pub use evaluate::{BAD_EXPRESSION, Known, Scope, Use, UseKind, evaluate};
pub use reference::{Expression, Language, Part, Reference, ReferenceKind, parse};

use crate::diagnostic::Rule;

/// The rules of this room.
pub static RULES: &[&Rule] = &[&evaluate::UNDECLARED_PARAM, &evaluate::BAD_EXPRESSION, &evaluate::CODE_NOT_EVALUATED];
