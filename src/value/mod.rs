//! Values with their places, and the type language of parameters.
//!
//! In: trees. Out: [`Value`]s whose text knows which parts are secrets, and [`ParamType`] with the one
//! question that matters: does this value fit this type? May use `source`, `diagnostic`, `syntax`.

mod data;
mod text;

pub use data::{Data, Map, Value};
pub use text::{Segment, Text};
