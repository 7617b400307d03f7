//! Findings that were there before: a file of fingerprints, which outlive moved lines.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::super::failure::Failure;
use crate::diagnostic::{Diagnostic, Level, Suppressed, SuppressedBy};
use crate::report::fingerprints;
use crate::source::{DiskLoader, Loader, SourceFile, Sources};
use crate::store::atomic_write;
use crate::suppression::is_suppressible;

const VERSION: u32 = 1;

/// The text of a baseline.
#[derive(Debug, Serialize, Deserialize)]
struct Written {
    version: u32,
    findings: Vec<Entry>,
}

/// One finding that was there before.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entry {
    /// The file, from the directory of the baseline.
    pub file: String,
    /// The rule.
    pub rule: String,
    /// What it is known by.
    fingerprint: String,
}

/// A file of findings, and which of them are still there.
#[derive(Debug)]
pub struct Baseline {
    directory: PathBuf,
    entries: BTreeMap<String, Entry>,
    met: BTreeSet<String>,
    /// Files that were checked.
    files: BTreeSet<String>,
}

impl Baseline {
    /// An empty one, for findings that are to be written to `path`.
    pub fn new(path: &Path) -> Self {
        let directory = DiskLoader.follow(path.parent().unwrap_or(Path::new("")));
        Self { directory, entries: BTreeMap::new(), met: BTreeSet::new(), files: BTreeSet::new() }
    }

    /// Reads what was written.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let shown = path.display();
        let text = DiskLoader.read(path).map_err(|error| {
            Failure::usage(format!("the baseline {shown} cannot be used: {error}"))
                .help("`pt check --write-baseline FILE` writes one")
        })?;
        // What the file holds is not repeated: it may be another one than was meant.
        let written: Written = serde_json::from_str(&text).map_err(|error| {
            Failure::usage(format!("{shown}:{}:{} is no baseline", error.line(), error.column()))
                .help("`pt check --write-baseline FILE` writes one")
        })?;
        if written.version != VERSION {
            let message = format!("the baseline {shown} is of version {}, not {VERSION}", written.version);
            return Err(Failure::usage(message).help("write it anew with `--write-baseline`"));
        }
        let entries = written.findings.into_iter().map(|entry| (entry.fingerprint.clone(), entry)).collect();
        Ok(Self { entries, ..Self::new(path) })
    }

    /// Takes findings in that are to be written, from a level on.
    pub fn take_in(&mut self, sources: &Sources, diagnostics: &[Diagnostic], least: Level) {
        for (finding, entry) in self.entries_of(sources, diagnostics) {
            if is_suppressible(finding.rule) && finding.level >= least {
                self.entries.insert(entry.fingerprint.clone(), entry);
            }
        }
    }

    /// Moves what was there before to what is left alone.
    pub fn sift(&mut self, sources: &Sources, diagnostics: &mut Vec<Diagnostic>, suppressed: &mut Vec<Suppressed>) {
        let anchored = self.anchored(sources);
        self.files.extend(anchored.iter().map(|(_, file)| file.path.to_string_lossy().into_owned()));
        let mut known = Vec::new();
        for (finding, entry) in self.entries_of(sources, diagnostics) {
            let is_known = is_suppressible(finding.rule) && self.entries.contains_key(&entry.fingerprint);
            known.push(is_known.then_some(entry.fingerprint));
        }
        self.met.extend(known.iter().flatten().cloned());
        let mut known = known.into_iter();
        let left = diagnostics.extract_if(.., |_| known.next().flatten().is_some());
        suppressed.extend(left.map(|diagnostic| Suppressed { diagnostic, by: SuppressedBy::Baseline, reason: None }));
    }

    /// What is not there any more, though its file was checked or is gone.
    pub fn stale(&self) -> Vec<&Entry> {
        let gone = |entry: &Entry| self.files.contains(&entry.file) || !self.directory.join(&entry.file).exists();
        self.entries.values().filter(|entry| !self.met.contains(&entry.fingerprint) && gone(entry)).collect()
    }

    /// Writes all that was taken in; how many there are.
    pub fn write(&self, path: &Path) -> Result<usize, Failure> {
        const USUAL_MODE: u32 = 0o644;
        let mut findings: Vec<Entry> = self.entries.values().cloned().collect();
        findings.sort();
        let text =
            serde_json::to_string_pretty(&Written { version: VERSION, findings }).map_err(std::io::Error::from)?;
        atomic_write(path, format!("{text}\n").as_bytes(), USUAL_MODE)?;
        Ok(self.entries.len())
    }

    fn entries_of<'d>(&self, sources: &Sources, diagnostics: &'d [Diagnostic]) -> Vec<(&'d Diagnostic, Entry)> {
        let anchored = self.anchored(sources);
        let entry = |(finding, fingerprint): (&'d Diagnostic, String)| {
            let file = anchored.path(finding.primary.span).to_string_lossy().into_owned();
            (finding, Entry { file, rule: finding.rule.name.to_owned(), fingerprint })
        };
        diagnostics.iter().zip(fingerprints(&anchored, diagnostics)).map(entry).collect()
    }

    /// The same files by their paths from the baseline: whoever asks, and from where, they have the same names.
    fn anchored(&self, sources: &Sources) -> Sources {
        let mut anchored = Sources::default();
        for (_, file) in sources.iter() {
            let real = DiskLoader.follow(&file.path);
            let path = real.strip_prefix(&self.directory).map_or_else(|_| real.clone(), Path::to_path_buf);
            anchored.add(SourceFile::new(path, file.text.clone()));
        }
        anchored
    }
}
