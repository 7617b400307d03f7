//! Numbers of findings in words.

use std::collections::BTreeSet;

use super::{Findings, Palette};
use crate::diagnostic::{Diagnostic, Level};

/// How many findings there are of each level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub errors: usize,
    pub warnings: usize,
    pub infos: usize,
}

impl Tally {
    pub(super) fn of<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>) -> Self {
        let mut tally = Self::default();
        for diagnostic in diagnostics {
            match diagnostic.level {
                Level::Error => tally.errors += 1,
                Level::Warning => tally.warnings += 1,
                Level::Info => tally.infos += 1,
            }
        }
        tally
    }

    /// What is left when `other` is taken away.
    pub(super) fn without(self, other: Self) -> Self {
        Self {
            errors: self.errors.saturating_sub(other.errors),
            warnings: self.warnings.saturating_sub(other.warnings),
            infos: self.infos.saturating_sub(other.infos),
        }
    }

    /// `2 errors, 1 warning`, worst first, or nothing.
    pub(super) fn words(self) -> String {
        let counted = [(self.errors, "error"), (self.warnings, "warning"), (self.infos, "info")];
        let words: Vec<String> =
            counted.iter().filter(|(number, _)| *number > 0).map(|(number, noun)| count(*number, noun)).collect();
        words.join(", ")
    }

    /// The worst level that was counted.
    pub(super) fn worst(self) -> Option<Level> {
        match self {
            Self { errors: 1.., .. } => Some(Level::Error),
            Self { warnings: 1.., .. } => Some(Level::Warning),
            Self { infos: 1.., .. } => Some(Level::Info),
            _ => None,
        }
    }
}

/// The last line of a run: `2 errors, 1 warning in 3 files`.
pub(super) fn sentence(findings: &Findings, palette: Palette) -> String {
    let tally = Tally::of(findings.diagnostics);
    let result = if let Some(level) = tally.worst() {
        let style = palette.level(level);
        let paths = findings.diagnostics.iter().map(|finding| findings.sources.path(finding.primary.span));
        let files = count(paths.collect::<BTreeSet<_>>().len(), "file");
        format!("{style}{}{style:#} in {files}", tally.words())
    } else {
        let style = palette.good();
        let files = count(findings.files_checked, "file");
        format!("{style}all good{style:#}: {files} checked")
    };
    match findings.hidden_info {
        0 => result,
        1 => format!("{result} (1 info hidden, --verbose shows it)"),
        hidden => format!("{result} ({hidden} infos hidden, --verbose shows them)"),
    }
}

/// `1 file`, `2 files`.
pub fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
