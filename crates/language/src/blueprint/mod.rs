//! The catalogue of blueprints: manifests, facts about images, and rendering.
//!
//! In: the folder `blueprints/` that is built in, and the project's own. Out: parameters to bind and, for bound ones, the
//! arguments of `polytope/container`. Only place for `minijinja` and `include_dir`. May use everything up to `model`.

mod catalogue;
mod decode;
mod facts;
mod filters;
mod json;
mod leaf;
mod manifest;
mod process;
mod render;
mod shell;
mod template;
mod vocabulary;

pub use catalogue::{Catalogue, builtin_names};
pub use facts::{ImageManifest, StatePath, facts_of};
pub use manifest::{BAD_BLUEPRINT, Blueprint};
pub use process::ProcessManifest;
pub use render::{Rendering, render, report_given};
pub use template::Template;

use crate::diagnostic::Rule;

/// The rules of this room.
pub static RULES: &[&Rule] = &[&BAD_BLUEPRINT];
