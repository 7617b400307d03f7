//! Settings of a project, of its user and of the command line: text to layers, layers to one answer.
//!
//! In: `pt.toml` files, and what the command line and the environment say as a layer. Out: an [`Effective`] answer that knows
//! where each part comes from, and findings with places in the files. The stronger layer wins: command line, `PT_*` variables,
//! the file of `--config`, the project's `pt.toml` and what it extends, the user's own file, those of the machine, what each
//! rule says of itself. With a lock the layers of the project, the user and the machine can only make things stricter.
//! May use everything up to `suppression`. Only place for `toml`.

mod effective;
mod files;
mod layer;
mod levels;
mod profile;
mod read;
mod resolve;
mod rules;
mod table;
#[cfg(test)]
mod tests;

pub use effective::Effective;
pub use files::{FILE_NAME, nearest, read_with_bases};
pub use layer::{Layer, Origin, PreferredEngine, ProfileTable, RuleSetting, Say, Sourced};
pub use profile::BUILT_IN;
pub use read::{KEYS, PROFILE_KEYS};
pub use resolve::{Given, UnknownProfile, resolve};

use crate::diagnostic::Rule;

/// The rules of this room.
pub static RULES: &[&Rule] = &[&rules::INVALID_SETTING];
