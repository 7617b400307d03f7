//! Open texts over the disk: what an editor shows counts, saved or not.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use lsp_types::{TextDocumentContentChangeEvent, Uri};

use super::position::Encoding;
use crate::source::{DiskLoader, LoadError, Loader, SIZE_LIMIT, SourceFile};

/// An open text.
#[derive(Debug)]
pub(super) struct Open {
    /// Its address, as the client spells it.
    pub(super) uri: Uri,
    /// Its version.
    pub(super) version: i32,
    /// The text and its lines.
    pub(super) source: SourceFile,
}

impl Open {
    /// Makes the changes in the order in which they are given.
    pub(super) fn apply(&mut self, changes: Vec<TextDocumentContentChangeEvent>, encoding: Encoding) {
        for change in changes {
            let text = match change.range {
                None => change.text,
                Some(range) => {
                    let start = encoding.offset(&self.source, range.start);
                    let end = encoding.offset(&self.source, range.end).max(start);
                    format!("{}{}{}", &self.source.text[..start], change.text, &self.source.text[end..])
                }
            };
            self.source = SourceFile::new(self.source.path.clone(), text);
        }
    }
}

/// The open texts by path.
#[derive(Debug, Default)]
pub(super) struct Overlay {
    pub(super) open: BTreeMap<PathBuf, Open>,
}

impl Loader for Overlay {
    fn read(&self, path: &Path) -> Result<String, LoadError> {
        let Some(open) = self.open.get(path) else { return DiskLoader.read(path) };
        if open.source.text.len() as u64 > SIZE_LIMIT {
            return Err(LoadError::TooLarge { size: open.source.text.len() as u64, limit: SIZE_LIMIT });
        }
        Ok(open.source.text.trim_start_matches('\u{feff}').to_owned())
    }

    fn read_in(&self, root: &Path, path: &Path) -> Result<String, LoadError> {
        if self.open.contains_key(path) { self.read(path) } else { DiskLoader.read_in(root, path) }
    }

    fn fence(&self, path: &Path) -> PathBuf {
        DiskLoader.fence(path)
    }

    fn digest(&self, folder: &Path) -> Option<io::Result<String>> {
        DiskLoader.digest(folder)
    }

    fn list(&self, directory: &Path) -> Vec<String> {
        let mut names = DiskLoader.list(directory);
        let below = self.open.keys().filter_map(|path| path.strip_prefix(directory).ok()?.components().next());
        names.extend(below.filter_map(|name| name.as_os_str().to_str().map(str::to_owned)));
        names.sort();
        names.dedup();
        names
    }

    fn exists(&self, path: &Path) -> bool {
        self.open.contains_key(path) || DiskLoader.exists(path)
    }

    fn follow(&self, path: &Path) -> PathBuf {
        DiskLoader.follow(path)
    }
}
