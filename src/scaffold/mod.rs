//! Templates of directories: copied into a project with their placeholders filled in, and entered in its `polytope.yml`.
mod edit;

pub use edit::{Addition, Refusal, add};
