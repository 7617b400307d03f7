//! The files of a template.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::ScaffoldError;
use crate::source::{LoadError, door};

/// The most files of a template.
const MOST_FILES: usize = 10_000;

/// The most bytes of all of them (100 MB).
const MOST_BYTES: u64 = 100_000_000;

/// One file of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TemplateFile {
    /// Relative to the template; empty where the template is this one file.
    pub(super) path: String,
    pub(super) bytes: Vec<u8>,
    pub(super) executable: bool,
}

/// Reads a directory, or a single file; sorted by path. Links are followed as long as they stay inside.
pub(super) fn read(template: &Path) -> Result<Vec<TemplateFile>, ScaffoldError> {
    let root = template.canonicalize().map_err(|_| ScaffoldError::NoTemplate(template.to_path_buf()))?;
    let mut reader = Reader { root: root.clone(), files: Vec::new(), bytes: 0 };
    match fs::metadata(&root) {
        Ok(metadata) if metadata.is_file() => reader.file(&root, String::new())?,
        Ok(metadata) if metadata.is_dir() => reader.directory(&root, "")?,
        _ => return Err(ScaffoldError::NoTemplate(template.to_path_buf())),
    }
    reader.files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(reader.files)
}

struct Reader {
    root: PathBuf,
    files: Vec<TemplateFile>,
    bytes: u64,
}

impl Reader {
    fn directory(&mut self, directory: &Path, prefix: &str) -> Result<(), ScaffoldError> {
        for entry in fs::read_dir(directory).map_err(ScaffoldError::io("read", directory))? {
            let entry = entry.map_err(ScaffoldError::io("read", directory))?;
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                return Err(ScaffoldError::Template(format!("`{}` is no UTF-8 name", entry.path().display())));
            };
            let path = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") };
            let kind = entry.file_type().map_err(ScaffoldError::io("read", entry.path()))?;
            match name {
                ".git" => {}
                _ if kind.is_dir() => self.directory(&entry.path(), &path)?,
                _ if kind.is_symlink() => self.link(&entry.path(), path)?,
                _ if kind.is_file() => self.file(&entry.path(), path)?,
                _ => return Err(ScaffoldError::Template(format!("`{path}` is a pipe or a device"))),
            }
        }
        Ok(())
    }

    fn link(&mut self, link: &Path, path: String) -> Result<(), ScaffoldError> {
        let target = link.canonicalize().ok().filter(|target| target.starts_with(&self.root) && target.is_file());
        match target {
            Some(target) => self.file(&target, path),
            None => Err(ScaffoldError::Template(format!("the link `{path}` leads to no file of the template"))),
        }
    }

    fn file(&mut self, from: &Path, path: String) -> Result<(), ScaffoldError> {
        let metadata = fs::metadata(from).map_err(ScaffoldError::io("read", from))?;
        self.bytes = self.bytes.saturating_add(metadata.len());
        if self.files.len() >= MOST_FILES || self.bytes > MOST_BYTES {
            let limits = format!("it has more than {MOST_FILES} files or {MOST_BYTES} bytes");
            return Err(ScaffoldError::Template(limits));
        }
        // The links of a single file that was named were followed already.
        let root = if self.root.is_dir() { &self.root } else { from.parent().unwrap_or(from) };
        let bytes = door::read_in(root, from, MOST_BYTES).map_err(|error| match error {
            LoadError::Io(error) => ScaffoldError::io("read", from)(error),
            error => ScaffoldError::Template(format!("`{}`: {error}", from.display())),
        })?;
        let executable = metadata.permissions().mode() & 0o100 != 0;
        self.files.push(TemplateFile { path, bytes, executable });
        Ok(())
    }
}
