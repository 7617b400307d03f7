//! Real files of public projects, where they are at hand: each checks without an error that a careful reader would not confirm,
//! and main stacks come down to the containers that they describe.
//!
//! The files lie beside the checkout (`../shared/corpus`, or where `PT_CORPUS` points); nothing of them is kept here but what
//! they come down to.
#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs, reason = "tests")]

mod confirmed;
mod corpus;
mod doors;
mod files;
mod fixed;
mod shape;
mod stacks;
