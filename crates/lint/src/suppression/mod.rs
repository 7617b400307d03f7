//! Comments by which people leave findings alone: `# pt: ignore[rule, …] reason until 2027-01-31`.
//!
//! In: the findings of a run, the comments of its files, and the settings. Out: the findings that are left, those that are
//! suppressed, and what is wrong with the comments themselves. A comment covers its own line; alone on a line, the next one;
//! on the line of a module's or tool's name, all of it. May use everything up to `lint`.

mod apply;
mod cover;
mod directive;
mod index;
mod rules;
#[cfg(test)]
mod tests;

pub use apply::{Judging, apply, is_suppressible};
pub use cover::lines_that_cover;
pub use rules::{LOCKED_SETTING, UNUSED_SUPPRESSION};

use crate::diagnostic::Rule;

/// The rules of this room.
pub static RULES: &[&Rule] = &[
    &rules::INVALID_SUPPRESSION,
    &rules::LOCKED_SETTING,
    &rules::UNUSED_SUPPRESSION,
    &rules::SUPPRESSION_WITHOUT_REASON,
];
