//! Findings to text.
//!
//! In: finished data only, a list of [`Diagnostic`](crate::diagnostic::Diagnostic)s and the
//! [`Sources`](crate::source::Sources) that they point into. Out: bytes on the writer of the caller, one
//! [`Format`] per file; nothing that comes from a source file reaches a terminal unsanitised, and no text that a
//! finding conceals reaches any of them.
//! May use `source`, `diagnostic`. Only place for `miette`, in `human`, and `quick_junit`, in `junit`.

mod concealed;
mod concise;
mod diff;
mod excerpt;
mod explain;
mod fingerprint;
mod format;
mod github;
mod gitlab;
mod human;
mod json;
mod json_text;
mod jsonl;
mod junit;
mod line_hash;
mod palette;
mod places;
mod rdjson;
mod render;
mod replacement;
pub mod sanitize;
mod sarif;
mod summary;
mod uri;
mod words;

#[cfg(test)]
mod fixture;

pub use diff::{Patch, masked};
pub use explain::explain;
pub use fingerprint::fingerprints;
pub use format::{Format, UnknownFormat};
pub use palette::Palette;
pub use render::{Findings, RenderOptions, render};
pub use summary::count;
pub use uri::of_path as uri_of_path;
