//! EDN text to the same tree of nodes that YAML gives; and the reader of forms, which programs in Clojure share.
//!
//! In: the text of one file, or of a program. Out: a [`Tree`](super::Tree) with findings, or [`Form`]s.

mod dialect;
mod escape;
mod form;
mod parse;
mod reader;
mod token;
mod tree;
mod unreadable;

pub use form::{Form, FormKind, Quoted};
pub use parse::parse;
pub use reader::read_forms;
pub use unreadable::Unreadable;

pub(super) use parse::EDN_SYNTAX;
