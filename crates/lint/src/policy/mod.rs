//! Rules that a project's people write themselves, in Rego: `pt check --policy DIR`.
//!
//! In: `.rego` files, and a checked project as a [`Judged`](crate::lint::Judged). Out: findings like our own, with spans into the
//! project's files; errors of the policies are findings with spans into the `.rego` files. Rules are read as conftest reads
//! them: `deny`, `violation` and `warn` with anything behind an underscore, in any package, and `exception`. Time
//! is limited, nothing of the outside can be asked; the memory is watched by the command, which alone can end itself. Only place for `regorus`. May use everything up to `compiler`.

mod container;
mod engine;
mod fault;
mod handle;
mod input;
mod load;
mod rule;
mod said;
mod silence;
mod source_value;
mod span_index;

#[cfg(test)]
mod tests;

pub use fault::POLICY_FAULT;
pub use input::{INPUT_GUIDE, Input};
/// What names of rules of policies begin with.
pub const RULE_PREFIX: &str = "policy:";

pub use load::{Policies, PolicyError};
