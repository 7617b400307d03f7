//! Files of the project, and of the repository that a program was fetched with: read there, written in the project alone.
//!
//! No path leads out, neither by `..` nor through a link; `.git` and the store stay closed.

use std::path::{Path, PathBuf};

use super::given::Given;
use super::{Desk, data};
use crate::cli::project::environment;
use crate::engine::Engine;
use crate::expr::code::{Datum, HostError};
use crate::include::{join, normal};
use crate::source::{DiskLoader, Loader};
use crate::store::{Paths, atomic_write};

impl<E: Engine> Desk<'_, '_, E> {
    /// The functions that read and write files.
    pub(super) fn on_files(&self, given: &Given) -> Result<Datum, HostError> {
        match given.function() {
            "read-file" => self.read(&self.in_project(given)?, given),
            "read-repo-file" => self.read(&self.in_repository(given)?, given),
            "delete-file" => self.delete(&self.in_project(given)?, given),
            "write-json" => self.write(given, data::pretty),
            "write-yaml" => self.write(given, data::yaml),
            "write-file" | "write-repo-file" => {
                let content = given.text(1, "what to write")?;
                self.write(given, |_| Ok(content.to_owned()))
            }
            other => Err(HostError::new(format!("there is no function `{other}`"))),
        }
    }

    /// The root of the repository of the file that the program stands in.
    pub(super) fn repository_path(&self) -> PathBuf {
        self.compiled.located.root.join(&self.code.home.root)
    }

    fn in_project(&self, given: &Given) -> Result<PathBuf, HostError> {
        let written = given.text(0, "a path")?;
        let path = normal(written.trim_start_matches("./")).ok_or_else(|| outside(written))?;
        Ok(self.compiled.located.root.join(path))
    }

    /// A path of a repository: the project's, unless `{repo: …}` names the one that the program came with. Where nothing is
    /// at the root, the directory of the program's file is looked in.
    fn in_repository(&self, given: &Given) -> Result<PathBuf, HostError> {
        let written = given.text(0, "a path")?;
        let home = &self.code.home;
        let named = given.any(1).get("repo").and_then(Datum::as_text);
        let own = named.is_some() && home.repository.is_some();
        let root = if own { home.root.as_str() } else { "" };
        let relative = written.trim_start_matches('/');
        let inside = |directory: &str| join(directory, relative).filter(|path| Path::new(path).starts_with(root));
        let first = inside(root).ok_or_else(|| outside(written))?;
        let project = &self.compiled.located.root;
        let (first, second) = (project.join(first), inside(&home.directory).map(|path| project.join(path)));
        let beside = home.repository.is_none() || own;
        match second.filter(|second| beside && !first.exists() && second.exists()) {
            Some(second) => Ok(second),
            None => Ok(first),
        }
    }

    fn read(&self, path: &Path, given: &Given) -> Result<Datum, HostError> {
        let shown = given.text(0, "a path")?;
        let cannot = |problem: String| HostError::new(format!("`{shown}` cannot be read: {problem}"));
        let real = path.canonicalize().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => cannot("there is no such file".to_owned()),
            _ => cannot(error.to_string()),
        })?;
        self.allow(&real, shown)?;
        DiskLoader
            .read_in(&self.compiled.located.root, &real)
            .map(Datum::Text)
            .map_err(|error| cannot(error.to_string()))
    }

    fn delete(&self, path: &Path, given: &Given) -> Result<Datum, HostError> {
        let shown = given.text(0, "a path")?;
        let target = self.target(path, shown)?;
        self.replace_file(&target, shown, None)?;
        match std::fs::remove_file(&target) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(HostError::new(format!("`{shown}` cannot be deleted: {error}")))
            }
            _ => Ok(Datum::Null),
        }
    }

    fn write(&self, given: &Given, form: impl Fn(&Datum) -> Result<String, HostError>) -> Result<Datum, HostError> {
        /// What others of the project's files usually have.
        const MODE: u32 = 0o644;
        let shown = given.text(0, "a path")?;
        let text = form(given.any(1))?;
        if self.holds_secret(given.any(1))? || self.holds_secret(&Datum::Text(text.clone()))? {
            return Err(HostError::new("a file of the project can hold no secret: keep it with `set-secret`"));
        }
        let target = self.target(&self.in_project(given)?, shown)?;
        self.replace_file(&target, shown, Some(text.as_bytes()))?;
        atomic_write(&target, text.as_bytes(), MODE).map_err(|error| HostError::new(error.to_string()))?;
        Ok(Datum::Null)
    }

    /// The path of a file that is written or deleted; its directories are made. A link in its place is replaced, not followed.
    fn target(&self, path: &Path, shown: &str) -> Result<PathBuf, HostError> {
        let cannot = |error: std::io::Error| HostError::new(format!("`{shown}` cannot be written: {error}"));
        let (Some(directory), Some(name)) = (path.parent(), path.file_name()) else { return Err(outside(shown)) };
        // What is there of the way to it is looked at before anything is made.
        let there = directory.ancestors().find(|ancestor| ancestor.exists()).unwrap_or(directory);
        self.allow(&there.canonicalize().map_err(cannot)?, shown)?;
        std::fs::create_dir_all(directory).map_err(cannot)?;
        let target = directory.canonicalize().map_err(cannot)?.join(name);
        self.allow(&target, shown)?;
        Ok(target)
    }

    /// Refuses a path, without links, that is not the program's business.
    fn allow(&self, real: &Path, shown: &str) -> Result<(), HostError> {
        let root = &self.compiled.located.root;
        let Ok(relative) = real.strip_prefix(root) else { return Err(outside(shown)) };
        if relative.components().any(|part| part.as_os_str() == ".git") {
            return Err(HostError::new(format!("`{shown}` belongs to git")));
        }
        let paths = Paths::from_environment(environment());
        let closed = [paths.data(), paths.config(), paths.state(), paths.runtime()];
        if closed.iter().flatten().any(|closed| real.starts_with(closed)) {
            return Err(HostError::new(format!("`{shown}` belongs to pt itself")));
        }
        Ok(())
    }
}

fn outside(path: &str) -> HostError {
    HostError::new(format!("`{path}` leads out of the project"))
}
