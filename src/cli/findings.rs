//! Findings of one or more compilations, put together and drawn.

use std::io::Write;

use super::arguments::Levels;
use super::failure::Failure;
use crate::diagnostic::{Diagnostic, Level, LevelOverrides, Rule, Suppressed};
use crate::lint::Settings;
use crate::report::{Findings, Format, RenderOptions, render};
use crate::source::Sources;

/// Findings with the files that they point into.
#[derive(Debug, Default)]
pub struct Collected {
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
    suppressed: Vec<Suppressed>,
    files: usize,
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

    /// Takes in what was found in other files than those that were to be checked.
    pub fn also(&mut self, sources: Sources, diagnostics: Vec<Diagnostic>) {
        self.add(sources, diagnostics, Vec::new());
        self.files -= 1;
    }

    /// Whether anything is at this level or worse.
    pub fn has(&self, level: Level) -> bool {
        self.diagnostics.iter().any(|finding| finding.level >= level)
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
        let findings = Findings {
            sources: &self.sources,
            diagnostics,
            suppressed: &self.suppressed,
            rules,
            files_checked: self.files,
            hidden_info: self.diagnostics.len() - diagnostics.len(),
        };
        render(format, &findings, out, options)?;
        Ok(())
    }

    fn has_info(&self) -> bool {
        self.diagnostics.iter().any(|finding| finding.level == Level::Info)
    }
}

/// What `--deny`, `--warn` and `--allow` say.
pub fn settings(levels: &Levels, rules: &[&'static Rule]) -> Result<Settings, Failure> {
    let mut overrides = LevelOverrides::default();
    for (names, level) in
        [(&levels.allow, None), (&levels.warn, Some(Level::Warning)), (&levels.deny, Some(Level::Error))]
    {
        for name in names {
            overrides.set(rules, name.trim(), level)?;
        }
    }
    Ok(overrides.into())
}
