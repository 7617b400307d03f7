//! The small languages inside strings: `pt.*` references, interpolation, and programs in Clojure or JavaScript.
//!
//! In: scalars of the tree. Out: [`Expression`]s whose parts know their bytes, and with a [`Scope`] their
//! [`Value`](crate::value::Value)s. May use `source`, `diagnostic`, `syntax`, `value`.

mod budget;
mod clj;
pub mod code;
mod evaluate;
mod js;
mod reference;
mod script;

pub use budget::{Budget, CHECK_LIMIT};
pub use evaluate::{BAD_EXPRESSION, Known, Scope, Use, UseKind, evaluate};
pub use reference::{Expression, Language, Output, Part, Reference, ReferenceKind, parse};
pub use script::{Programs, value_of};

use crate::diagnostic::Rule;

/// The rules of this room.
pub static RULES: &[&Rule] = &[
    &evaluate::UNDECLARED_PARAM,
    &evaluate::BAD_EXPRESSION,
    &script::SECRET_INSPECTED,
    &script::CODE_SYNTAX,
    &script::CODE_FAILED,
    &script::CODE_LIMIT,
    &budget::CHECK_LIMIT,
];
