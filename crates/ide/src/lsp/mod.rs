//! `pt lsp`: questions of an editor over the Language Server Protocol, answered by `ide`.
//!
//! In: messages on standard input, and what is set for a project from whoever starts it. Out: messages on standard output,
//! which nothing else may write to. One thread works: changes that wait together are compiled once, the newest text only.
//! Transport only: what is known about a file is `ide`'s. Only place for `lsp_server` and `lsp_types`.

mod address;
mod answers;
mod capabilities;
mod convert;
mod edits;
mod overlay;
mod position;
mod project;
mod server;
mod stdio;

pub use server::{Ended, Surroundings, serve};
pub use stdio::Stdio;
