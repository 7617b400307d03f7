//! A file that is read from standard input: what an editor holds, and has not saved.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::super::arguments::Global;
use super::super::failure::Failure;
use super::super::project::based;
use crate::source::{DiskLoader, Loader, OverlayLoader, SIZE_LIMIT};

/// What stands on standard input, if anything is read from there.
pub struct Input {
    /// What it is called.
    pub path: Option<PathBuf>,
    bytes: Vec<u8>,
}

impl Input {
    /// Reads standard input where the paths are `-` or it was given a name.
    pub fn read(paths: &[PathBuf], name: Option<&Path>, global: &Global) -> Result<Self, Failure> {
        let dash = Path::new("-");
        let asked = paths.iter().any(|path| path == dash);
        if !asked && name.is_none() {
            return Ok(Self { path: None, bytes: Vec::new() });
        }
        if paths.len() > 1 || (!asked && !paths.is_empty()) {
            return Err(Failure::usage("standard input is one file, and others are named beside it")
                .help("write `pt check - --stdin-filename polytope.yml`"));
        }
        let path = based(global, name.unwrap_or(Path::new("polytope.yml")));
        let mut bytes = Vec::new();
        // One more byte than may be there tells that there are too many.
        std::io::stdin()
            .lock()
            .take(SIZE_LIMIT + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| Failure::usage("standard input cannot be read").because(error))?;
        Ok(Self { path: Some(path), bytes })
    }

    /// Where files come from.
    pub fn loader(&self) -> Box<dyn Loader> {
        match &self.path {
            Some(path) => Box::new(OverlayLoader::new(path, self.bytes.clone())),
            None => Box::new(DiskLoader),
        }
    }
}
