//! Baselines of one run: one for all files, or one per `pt.toml`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::super::failure::Failure;
use super::super::terminal::Terminal;
use super::baseline::Baseline;
use super::work::Checked;
use crate::diagnostic::Level;
use crate::report::sanitize;

/// The baselines that count, each read once.
pub struct OldFindings {
    /// Where all findings are written to.
    write_to: Option<PathBuf>,
    baselines: BTreeMap<PathBuf, Baseline>,
}

impl OldFindings {
    /// With a file, all findings are written there, and count as known.
    pub fn new(write_to: Option<PathBuf>) -> Self {
        let baselines = write_to.iter().map(|path| (path.clone(), Baseline::new(path))).collect();
        Self { write_to, baselines }
    }

    /// Moves what was there before to what is left alone.
    pub fn sift(&mut self, checked: &mut [Checked]) -> Result<(), Failure> {
        if let Some(path) = &self.write_to {
            let Some(baseline) = self.baselines.get_mut(path) else { return Ok(()) };
            for it in checked.iter() {
                let least = it.configured.effective.fail_on.value.min(Level::Warning);
                baseline.take_in(&it.sources, &it.diagnostics, least);
            }
        }
        for it in checked {
            let by_settings = it.configured.effective.baseline.as_ref().map(|baseline| &baseline.value);
            let Some(path) = self.write_to.as_ref().or(by_settings) else { continue };
            if !self.baselines.contains_key(path) {
                self.baselines.insert(path.clone(), Baseline::read(path)?);
            }
            if let Some(baseline) = self.baselines.get_mut(path) {
                baseline.sift(&it.sources, &mut it.diagnostics, &mut it.suppressed);
            }
        }
        Ok(())
    }

    /// Writes what is to be written, and says what is not there any more.
    pub fn tell(&self, terminal: &Terminal) -> Result<(), Failure> {
        if let Some((path, baseline)) = self.write_to.as_ref().and_then(|path| self.baselines.get_key_value(path)) {
            let count = baseline.write(path)?;
            let noun = if count == 1 { "finding" } else { "findings" };
            terminal.note(&sanitize::visible_lines(&format!("{count} {noun} written to {}", path.display())));
            return Ok(());
        }
        for (path, baseline) in &self.baselines {
            let stale = baseline.stale();
            if stale.is_empty() {
                continue;
            }
            let (noun, verb) = if stale.len() == 1 { ("entry", "matches") } else { ("entries", "match") };
            let more = if terminal.verbose > 0 { "" } else { "; -v lists them" };
            let path = path.display();
            let told = format!("{} {noun} of {path} {verb} nothing any more{more}", stale.len());
            terminal.note(&sanitize::visible_lines(&told));
            for entry in stale.iter().filter(|_| terminal.verbose > 0) {
                terminal.note(&sanitize::visible_lines(&format!("  {} in {}", entry.rule, entry.file)));
            }
        }
        Ok(())
    }
}
