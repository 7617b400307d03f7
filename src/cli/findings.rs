//! Findings of one or more compilations, put together and drawn.

use std::cmp::Reverse;
use std::io::Write;

use super::check::Repository;
use super::failure::Failure;
use crate::diagnostic::{Diagnostic, Level, Rule, Suppressed};
use crate::report::{Findings, Format, RenderOptions, render};
use crate::source::Sources;

/// Findings with the files that they point into.
#[derive(Debug, Default)]
pub struct Collected {
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
    suppressed: Vec<Suppressed>,
    files: usize,
    hidden: usize,
    repository: Option<Repository>,
    category: String,
}

impl Collected {
    /// Takes in one compilation; its files are kept only where something was found in them.
    pub fn add(&mut self, sources: Sources, mut diagnostics: Vec<Diagnostic>, mut suppressed: Vec<Suppressed>) {
        self.files += 1;
        if diagnostics.is_empty() && suppressed.is_empty() {
            return;
        }
        let offset = self.sources.absorb(sources);
        for finding in &mut diagnostics {
            finding.shift_files(offset);
        }
        for finding in &mut suppressed {
            finding.diagnostic.shift_files(offset);
        }
        self.diagnostics.append(&mut diagnostics);
        self.suppressed.append(&mut suppressed);
    }

    /// Says where in a repository this is, and under which name a CI service keeps the findings; without one, of this place.
    pub fn belongs_to(&mut self, repository: Repository, category: Option<&str>) {
        self.category = category.map_or_else(|| repository.category(), str::to_owned);
        self.repository = Some(repository);
    }

    /// Counts infos that were found and not kept.
    pub fn hide(&mut self, infos: usize) {
        self.hidden += infos;
    }

    /// Takes in findings about settings, which are no file that is checked; each is told once.
    pub fn add_settings(&mut self, sources: Sources, diagnostics: Vec<Diagnostic>) {
        let place =
            |sources: &Sources, finding: &Diagnostic| (sources.place(finding.primary.span), finding.message.clone());
        let known: Vec<_> = self.diagnostics.iter().map(|finding| place(&self.sources, finding)).collect();
        let new: Vec<Diagnostic> =
            diagnostics.into_iter().filter(|finding| !known.contains(&place(&sources, finding))).collect();
        if !new.is_empty() {
            self.add(sources, new, Vec::new());
            self.files -= 1;
        }
    }

    /// The findings.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Findings that are left alone.
    pub fn suppressed(&self) -> &[Suppressed] {
        &self.suppressed
    }

    /// The files that they point into.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Draws everything; infos only with `-v`, or in forms that machines read.
    pub fn render(
        &self,
        format: Format,
        rules: &[&'static Rule],
        out: &mut dyn Write,
        options: RenderOptions,
        verbose: bool,
    ) -> Result<(), Failure> {
        let shown: Vec<Diagnostic>;
        let diagnostics = if format.is_for_people() && !verbose && self.has_info() {
            shown = self.diagnostics.iter().filter(|finding| finding.level > Level::Info).cloned().collect();
            &shown
        } else {
            &self.diagnostics
        };
        let renamed = self.repository.as_ref().filter(|_| format.is_for_ci());
        let renamed = renamed.map(|repository| self.sources.renamed(|path| repository.path(path)));
        let findings = Findings {
            sources: renamed.as_ref().unwrap_or(&self.sources),
            diagnostics,
            suppressed: &self.suppressed,
            rules,
            files_checked: self.files,
            hidden_info: self.hidden + self.diagnostics.len() - diagnostics.len(),
            category: &self.category,
        };
        render(format, &findings, out, options)?;
        Ok(())
    }

    fn has_info(&self) -> bool {
        self.diagnostics.iter().any(|finding| finding.level == Level::Info)
    }

    /// How many findings each rule has, the most first.
    pub fn counts(&self) -> Vec<(usize, Level, &'static Rule)> {
        let mut counts: Vec<(usize, Level, &'static Rule)> = Vec::new();
        for finding in &self.diagnostics {
            match counts.iter_mut().find(|(_, _, rule)| *rule == finding.rule) {
                Some((count, worst, _)) => {
                    *count += 1;
                    *worst = finding.level.max(*worst);
                }
                None => counts.push((1, finding.level, finding.rule)),
            }
        }
        counts.sort_by_key(|(count, level, rule)| (Reverse(*count), Reverse(*level), rule.code));
        counts
    }
}
