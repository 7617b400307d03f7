//! Findings of one or more compilations, put together and drawn.

use std::io::Write;

use super::arguments::Levels;
use super::failure::Failure;
use super::terminal::Terminal;
use crate::diagnostic::{Diagnostic, Level, LevelOverrides, Suppressed};
use crate::lint::Settings;
use crate::report::{Findings, Format, render};
use crate::rules;
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

    /// Whether anything is at this level or worse.
    pub fn has(&self, level: Level) -> bool {
        self.diagnostics.iter().any(|finding| finding.level >= level)
    }

    /// Draws everything; infos only with `-v`, or in forms that machines read.
    pub fn render(
        mut self,
        format: Format,
        out: &mut dyn Write,
        most: Option<usize>,
        terminal: &Terminal,
    ) -> Result<(), Failure> {
        let for_people = matches!(format, Format::Human | Format::Concise | Format::Github);
        let before = self.diagnostics.len();
        if for_people && terminal.verbose == 0 {
            self.diagnostics.retain(|finding| finding.level > Level::Info);
        }
        let findings = Findings {
            sources: &self.sources,
            diagnostics: &self.diagnostics,
            suppressed: &self.suppressed,
            rules: &rules::ALL,
            files_checked: self.files,
            hidden_info: before - self.diagnostics.len(),
        };
        let mut options = terminal.render_options();
        if let Some(most) = most {
            options.max_findings = most;
        }
        render(format, &findings, out, options)?;
        Ok(())
    }
}

/// What `--deny`, `--warn` and `--allow` say.
pub fn settings(levels: &Levels) -> Result<Settings, Failure> {
    let mut overrides = LevelOverrides::default();
    let all: &'static [_] = &rules::ALL;
    for (names, level) in
        [(&levels.allow, None), (&levels.warn, Some(Level::Warning)), (&levels.deny, Some(Level::Error))]
    {
        for name in names {
            overrides.set(all, name.trim(), level)?;
        }
    }
    Ok(overrides.into())
}
