//! Findings that someone has said are to be left alone, and who said so.

use super::Diagnostic;

/// Where it was said that a finding is to be left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SuppressedBy {
    /// A comment in the file.
    Comment,
    /// The configuration, for some files.
    Configuration,
    /// A list of findings that were there before.
    Baseline,
}

/// A finding that is not shown and does not count; SARIF carries it all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppressed {
    /// The finding.
    pub diagnostic: Diagnostic,
    /// Who left it alone.
    pub by: SuppressedBy,
    /// The reason that was given.
    pub reason: Option<String>,
}
