//! Sources of an image: the files and texts that the engine builds it from, as an archive and as a digest.

use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use sha2::{Digest as _, Sha256};

use super::builtin::{Arguments, path_of};
use super::stages::TaskError;
use crate::cli::job::Compiled;
use crate::include::{join, normal};
use crate::source::{DiskLoader, Loader as _};
use crate::value::Value;

/// The file that says what is no part of the sources.
const IGNORED: &str = ".dockerignore";

/// The largest sources, in bytes: they are sent to the engine as a whole.
const LARGEST: u64 = 512 << 20;

/// What an image is built from, in the order in which it is named.
pub struct Sources {
    root: PathBuf,
    size: u64,
    entries: Vec<(String, Content)>,
}

enum Content {
    /// Characters from the file.
    Text(String),
    /// A file or link of the project. A link is sent as such: what it points to may lie outside of the project.
    Path(PathBuf),
}

impl Sources {
    /// Finds what the argument `sources` names. What `.dockerignore` leaves out, and `.git`, is no part of it.
    pub fn find(arguments: &Arguments<'_>, compiled: &Compiled) -> Result<Self, TaskError> {
        let items = arguments.items("sources");
        if items.is_empty() {
            return Err(TaskError::failed(
                "`sources` is empty: name the files, such as `{path: /, source: {type: repo, path: .}}`",
            ));
        }
        let mut sources = Self { root: compiled.located.root.clone(), size: 0, entries: Vec::new() };
        for item in items {
            sources.add(item, compiled)?;
        }
        Ok(sources)
    }

    /// Adds `{path, source}`: a directory or file of the project, or text.
    fn add(&mut self, item: &Value, compiled: &Compiled) -> Result<(), TaskError> {
        let text = |value: Option<&Value>| value.and_then(Value::to_text).and_then(|text| text.known());
        let source = item.get("source").unwrap_or(item);
        let inside = text(item.get("path")).unwrap_or_default();
        let inside = normal(inside.trim_start_matches('/'))
            .ok_or_else(|| TaskError::failed(format!("`{inside}` is no place in an image's sources")))?;
        let kind = text(source.get("type")).unwrap_or_default();
        match kind.as_str() {
            "string" => {
                let data = text(source.get("data"));
                let data = data.ok_or_else(|| TaskError::failed("a source of an image can hold no secret"))?;
                self.entries.push((inside, Content::Text(data)));
                Ok(())
            }
            "host" | "repo" => {
                let written = text(source.get("path")).unwrap_or_default();
                let path = path_of(compiled, &written, kind == "repo", source.span)?;
                self.tree(&path, &inside)
            }
            other => {
                Err(TaskError::failed(format!("`{other}` is no source of an image: use `repo`, `host` or `string`")))
            }
        }
    }

    fn tree(&mut self, from: &Path, to: &str) -> Result<(), TaskError> {
        let shown = from.strip_prefix(&self.root).unwrap_or(from).display().to_string();
        if from.is_file() {
            let name = from.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let to = if to.is_empty() { name } else { to.to_owned() };
            return self.file(from.to_path_buf(), to);
        }
        if !from.is_dir() {
            return Err(TaskError::failed(format!("`{shown}` is not there")));
        }
        let ignored = ignored(&self.root, from)?;
        let mut walk = ignore::WalkBuilder::new(from);
        walk.hidden(false).standard_filters(false).sort_by_file_name(std::cmp::Ord::cmp);
        walk.filter_entry(move |entry| {
            let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
            entry.file_name() != ".git" && !ignored.matched(entry.path(), is_dir).is_ignore()
        });
        for entry in walk.build() {
            let entry = entry.map_err(|error| TaskError::failed(format!("`{shown}` cannot be read: {error}")))?;
            let Ok(relative) = entry.path().strip_prefix(from) else { continue };
            let name = join(to, &relative.to_string_lossy()).unwrap_or_default();
            if name.is_empty() || entry.path().is_dir() && !entry.path_is_symlink() {
                continue;
            }
            self.file(entry.into_path(), name)?;
        }
        Ok(())
    }

    fn file(&mut self, path: PathBuf, name: String) -> Result<(), TaskError> {
        let metadata = path.symlink_metadata().map_err(|error| unreadable(&name, &error))?;
        if !metadata.is_file() && !metadata.is_symlink() {
            return Err(TaskError::failed(format!(
                "`{name}` is no file, and no part of an image: add it to .dockerignore"
            )));
        }
        self.size += metadata.len();
        if self.size > LARGEST {
            return Err(TaskError::failed(format!("the sources have more than {} MiB", LARGEST >> 20)));
        }
        self.entries.push((name, Content::Path(path)));
        Ok(())
    }

    /// All of them as a tar.
    pub fn archive(&self) -> Result<Vec<u8>, TaskError> {
        let mut archive = tar::Builder::new(Vec::new());
        archive.follow_symlinks(false);
        for (name, content) in &self.entries {
            let added = match content {
                Content::Text(data) => {
                    let mut header = tar::Header::new_gnu();
                    header.set_mode(0o644);
                    header.set_size(data.len() as u64);
                    archive.append_data(&mut header, name, data.as_bytes())
                }
                Content::Path(path) => archive.append_path_with_name(path, name),
            };
            added.map_err(|error| TaskError::failed(format!("`{name}` cannot be sent to the engine: {error}")))?;
        }
        archive.into_inner().map_err(|error| unreadable("the sources", &error))
    }

    /// A hash of names, modes and contents, and of `recipe`, what is asked of the build besides. When a file was written is left out, as
    /// the engine's own cache does.
    pub fn digest(&self, recipe: &str) -> Result<String, TaskError> {
        let mut hash = Sha256::new();
        let mut field = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        };
        field(recipe.as_bytes());
        for (name, content) in &self.entries {
            field(name.as_bytes());
            match content {
                Content::Text(data) => field(data.as_bytes()),
                Content::Path(path) => {
                    let digest = path_digest(path).map_err(|error| unreadable(name, &error))?;
                    field(&digest);
                }
            }
        }
        Ok(hash.finalize().iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        }))
    }
}

/// What the `.dockerignore` of a directory leaves out. It is read as every file of a project is: no link out of it, no pipe, with a limit.
fn ignored(root: &Path, directory: &Path) -> Result<Gitignore, TaskError> {
    let path = directory.join(IGNORED);
    let mut builder = GitignoreBuilder::new(directory);
    if path.symlink_metadata().is_ok() {
        let text = DiskLoader.read_in(root, &path);
        let text = text.map_err(|error| TaskError::failed(format!("`{IGNORED}` cannot be read: {error}")))?;
        for line in text.lines() {
            let added = builder.add_line(None, line);
            added.map_err(|error| TaskError::failed(format!("`{IGNORED}`, `{line}`: {error}")))?;
        }
    }
    builder.build().map_err(|error| TaskError::failed(format!("`{IGNORED}`: {error}")))
}

/// A hash of a file's mode and content, or of where a link leads.
fn path_digest(path: &Path) -> std::io::Result<[u8; 32]> {
    let metadata = path.symlink_metadata()?;
    let mut hash = Sha256::new();
    if metadata.is_symlink() {
        hash.update(b"link");
        hash.update(fs::read_link(path)?.as_os_str().as_bytes());
        return Ok(hash.finalize().into());
    }
    hash.update((metadata.permissions().mode() & 0o777).to_be_bytes());
    let mut file = fs::File::open(path)?;
    let mut piece = vec![0; 64 << 10];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hash.finalize().into()),
            read => hash.update(&piece[..read]),
        }
    }
}

fn unreadable(path: &str, error: &std::io::Error) -> TaskError {
    TaskError::failed(format!("`{path}` cannot be read: {error}"))
}
