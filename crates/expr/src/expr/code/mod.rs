//! Programs in strings: what goes into one, what comes out, and what it may ask of the outside.
//!
//! `clj/` and `js/` know only these types: plain [`Datum`]s, a [`Host`] for everything that is not computing, [`Limits`],
//! and [`Fault`]s that point inside the program.

mod datum;
mod host;
mod limits;

pub use datum::Datum;
pub use host::{FUNCTIONS, Host, HostError, NoHost};
pub use limits::Limits;

use std::ops::Range;

use super::Language;

/// A program and what it can see.
#[derive(Debug, Clone, Copy)]
pub struct Program<'a> {
    /// What it is written in.
    pub language: Language,
    /// Its text, without the marker at its beginning.
    pub text: &'a str,
    /// `params` and `inputs`: names in the declared spelling.
    pub params: &'a [(String, Datum)],
    /// What `pt.moduleRepoRef` and `pt/module-repo-ref` give: the repository of the file that the program stands in.
    pub repository: &'a str,
}

/// Why a program gave no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What kind of fault.
    pub kind: FaultKind,
    /// Bytes of [`Program::text`]; all of it where the place is not known.
    pub range: Range<usize>,
    /// What is wrong, as a finding says it.
    pub message: String,
}

/// Kinds of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The text is no program.
    Syntax,
    /// It threw, called something that is not there, or used a value wrongly.
    Failed,
    /// It took too much time, memory or depth.
    Limit,
    /// It needs a parameter that is not known: no fault of its own, its result is a hole.
    Unknown,
    /// The host refused or failed.
    Host,
}

impl Fault {
    /// A fault at `range`.
    pub fn new(kind: FaultKind, range: Range<usize>, message: impl Into<String>) -> Self {
        Self { kind, range, message: message.into() }
    }
}

/// Runs a program.
pub fn run(program: &Program<'_>, host: &mut dyn Host, limits: &Limits) -> Result<Datum, Fault> {
    match program.language {
        Language::Clojure => super::clj::run(program, host, limits),
        Language::JavaScript => super::js::run(program, host, limits),
    }
}
