//! Scaffolding: templates copied into projects, filled in, and entered in their files.
#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs, reason = "tests")]

mod arguments;
mod command;
mod place;
mod templates;
mod writing;
