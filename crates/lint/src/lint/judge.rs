//! Judges from outside: what looks at the same programs as the rules, and is not one of them.

use std::fmt::Debug;

use crate::diagnostic::{Diagnostics, Rule};
use crate::expand::Program;
use crate::include::Documents;
use crate::source::Sources;

/// All files of a project and everything that they come down to, once per check.
#[derive(Debug, Clone, Copy)]
pub struct Judged<'a> {
    /// The texts.
    pub sources: &'a Sources,
    /// The files, the one that was asked for first.
    pub documents: &'a Documents,
    /// What each entry comes down to, the main one first.
    pub programs: &'a [Program],
}

/// Looks at a project after all rules; levels, suppression and order apply to what it reports as to theirs.
pub trait Judge: Debug + Send + Sync {
    /// The rules that it speaks for, by which its findings are suppressed.
    fn rules(&self) -> Vec<&'static Rule> {
        Vec::new()
    }

    /// Reports what it finds.
    fn judge(&self, judged: &Judged<'_>, diagnostics: &mut Diagnostics);
}
