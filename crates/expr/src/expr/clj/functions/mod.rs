//! The functions that are there: one file for each kind of thing that they work on.

mod access;
mod argument;
mod arithmetic;
mod build;
mod change;
mod comparison;
mod convert;
mod exception;
mod fold;
mod format;
mod group;
mod hash;
mod higher;
mod map;
mod order;
mod part;
mod predicate;
mod regex;
mod replace;
mod set;
mod string;
mod text;
mod transform;

use std::collections::HashMap;
use std::sync::OnceLock;

use super::builtin::Builtin;

const TABLES: [&[Builtin]; 22] = [
    access::FUNCTIONS,
    arithmetic::FUNCTIONS,
    build::FUNCTIONS,
    change::FUNCTIONS,
    comparison::FUNCTIONS,
    convert::FUNCTIONS,
    exception::FUNCTIONS,
    fold::FUNCTIONS,
    format::FUNCTIONS,
    group::FUNCTIONS,
    hash::FUNCTIONS,
    higher::FUNCTIONS,
    map::FUNCTIONS,
    order::FUNCTIONS,
    part::FUNCTIONS,
    predicate::FUNCTIONS,
    regex::FUNCTIONS,
    replace::FUNCTIONS,
    set::FUNCTIONS,
    string::FUNCTIONS,
    text::FUNCTIONS,
    transform::FUNCTIONS,
];

/// The function of a full name.
pub(super) fn find(name: &str) -> Option<&'static Builtin> {
    static INDEX: OnceLock<HashMap<&'static str, &'static Builtin>> = OnceLock::new();
    let index = INDEX.get_or_init(|| all().map(|builtin| (builtin.name, builtin)).collect());
    index.get(name).copied()
}

/// The names of all functions.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    all().map(|builtin| builtin.name)
}

/// All functions.
pub(super) fn all() -> impl Iterator<Item = &'static Builtin> {
    TABLES.into_iter().flatten()
}
