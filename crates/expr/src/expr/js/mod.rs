//! JavaScript in strings: `#pt-js params.url + "/api"`.
//!
//! In: a [`Program`]. Out: its result, or a [`Fault`] that points inside of it.
//!
//! The engine is `QuickJS` (the `quickjs-ng` line, through `rquickjs`), and not boa: it has a limit of memory and an interrupt
//! handler, so that no program of a file can hang or exhaust us, where boa counts loops and calls only; it knows all of
//! ES2022 and more; it starts in a twentieth of a millisecond, its thread in another; and both are well kept.
//!
//! A program sees `params` and `inputs`, `pt`, `console`, and what the language itself has. There is no clock, no chance, no
//! file, no network: a program gives the same result whenever it runs.

mod globals;
mod literal;
mod machine;
mod message;
mod names;
mod read;
#[cfg(test)]
mod tests;
mod thread;
mod watch;
mod write;

use super::code::{Datum, Fault, Host, Limits, Program};

/// Runs a program.
pub fn run(program: &Program<'_>, host: &mut dyn Host, limits: &Limits) -> Result<Datum, Fault> {
    thread::run(program, host, limits)
}
