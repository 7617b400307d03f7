//! JavaScript in strings: `#pt-js params.url + "/api"`.
//!
//! In: a [`Program`]. Out: its result, or a [`Fault`] that points inside of it.

use super::code::{Datum, Fault, FaultKind, Host, Limits, Program};

/// Runs a program.
pub fn run(program: &Program<'_>, _: &mut dyn Host, _: &Limits) -> Result<Datum, Fault> {
    Err(Fault::new(FaultKind::Unknown, 0..program.text.len(), "not evaluated"))
}
