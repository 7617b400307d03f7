//! The one door: findings in, a format's bytes out.

use std::cmp::Reverse;
use std::io::{self, Write};

use super::{Format, concise, github, gitlab, human, json, jsonl, junit, rdjson, sarif};
use crate::diagnostic::{Diagnostic, Rule, Suppressed};
use crate::source::Sources;

/// What a run found, ready to be shown.
#[derive(Debug, Clone, Copy)]
pub struct Findings<'a> {
    /// The files that the findings point into.
    pub sources: &'a Sources,
    /// The findings, sorted by place.
    pub diagnostics: &'a [Diagnostic],
    /// Findings that are to be left alone; only forms that have a place for them carry them.
    pub suppressed: &'a [Suppressed],
    /// Every rule there is, found or not; SARIF wants the whole list.
    pub rules: &'a [&'static Rule],
    /// Number of files that were checked.
    pub files_checked: usize,
    /// Number of findings of level info that the caller left out of `diagnostics`.
    pub hidden_info: usize,
    /// The name under which code scanning keeps the results: another run of the same name replaces them.
    pub category: &'a str,
}

impl<'a> Findings<'a> {
    /// Every finding, also those that are left alone: what one of them conceals is shown by none.
    pub(super) fn all(&self) -> impl Iterator<Item = &'a Diagnostic> {
        self.diagnostics.iter().chain(self.suppressed.iter().map(|suppressed| &suppressed.diagnostic))
    }

    /// At most `most` findings (0 for all) in their order, chosen so that none is left out for one that is less bad.
    pub(super) fn worst(&self, most: usize) -> Vec<&'a Diagnostic> {
        let mut ranked: Vec<usize> = (0..self.diagnostics.len()).collect();
        if most > 0 {
            ranked.sort_by_key(|index| Reverse(self.diagnostics[*index].level));
            ranked.truncate(most);
            ranked.sort_unstable();
        }
        ranked.into_iter().map(|index| &self.diagnostics[index]).collect()
    }
}

/// How a terminal, or what stands in for one, wants to be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RenderOptions {
    /// Whether ANSI colours are understood.
    pub color: bool,
    /// Columns of the terminal; source lines that are longer are cut around their mark.
    pub width: usize,
    /// Whether OSC 8 hyperlinks are understood.
    pub hyperlinks: bool,
    /// Most findings that the human form shows in full, 0 for all; the rest is counted.
    pub max_findings: usize,
}

impl Default for RenderOptions {
    /// What suits a file or a pipe.
    fn default() -> Self {
        Self { color: false, width: 120, hyperlinks: false, max_findings: 50 }
    }
}

/// Writes findings in a format. The caller buffers `out`, and flushes it.
pub fn render(format: Format, findings: &Findings, out: &mut dyn Write, options: RenderOptions) -> io::Result<()> {
    match format {
        Format::Human => human::write(findings, out, options),
        Format::Concise => concise::write(findings, out, options),
        Format::Json => json::write(findings, out),
        Format::Jsonl => jsonl::write(findings, out),
        Format::Sarif => sarif::write(findings, out),
        Format::Github => github::write(findings, out),
        Format::Gitlab => gitlab::write(findings, out),
        Format::Junit => junit::write(findings, out),
        Format::Rdjson => rdjson::write(findings, out),
    }
}
