//! The fetched repositories of a project: `.polytope/include/`, `pt.lock`, and the file that includes them.
//!
//! A folder is put in its place whole, then `pt.lock` is written, then the project's file, then old folders go: whenever the process
//! dies, what is pinned is either here whole or missing, and the next call clears away the rest.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::fetch::{FETCHING, Fetching};
use crate::cli::failure::{Class, Failure};
use crate::cli::project::Located;
use crate::cli::terminal::Terminal;
use crate::include::{FILE_NAMES, INCLUDE_FOLDER, LOCK_FILE, Lock, Pin};
use crate::model::GITHUB;
use crate::scaffold::{Addition, add};
use crate::source::{DiskLoader, LoadError, Loader, digest};
use crate::store::{FileLock, LOCK_WAIT, atomic_write};

/// The fetched repositories of a project, and nobody else at work on them.
pub(super) struct Library {
    /// The project's directory.
    root: PathBuf,
    /// The file that includes them, as a message names it.
    file: PathBuf,
    lock: Lock,
    _held: FileLock,
}

/// Whether a pinned repository is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// As it was fetched.
    Here,
    /// Not at all.
    Absent,
    /// With other files than those that were fetched.
    Changed,
}

impl Library {
    /// Makes the folder where there is none, and waits for others that are at work on it.
    pub(super) fn open(located: &Located) -> Result<Self, Failure> {
        let folder = located.root.join(INCLUDE_FOLDER);
        // Before anything is made: what is there must not be a link to somewhere else.
        for part in [folder.parent().unwrap_or(&folder), &folder] {
            if part.canonicalize().is_ok_and(|real| !real.starts_with(&located.root)) {
                return Err(leads_out());
            }
        }
        fs::create_dir_all(&folder).map_err(|error| cannot("made", &folder, error))?;
        let real = folder.canonicalize().map_err(|error| cannot("found", &folder, error))?;
        if !real.starts_with(&located.root) {
            return Err(leads_out());
        }
        let held = FileLock::exclusive(&folder.join(".lock"), LOCK_WAIT)?;
        ignore_folder(&located.root)?;
        let lock = Lock::read(&DiskLoader, &located.root);
        if let Some(problem) = &lock.problem {
            return Err(Failure::usage(format!("{LOCK_FILE} cannot be used: {problem}"))
                .help("correct it, or remove it and add its repositories again"));
        }
        Ok(Self { root: located.root.clone(), file: located.file.clone(), lock, _held: held })
    }

    /// All pins, sorted by name.
    pub(super) fn pins(&self) -> Vec<Pin> {
        self.lock.pins.clone()
    }

    /// The pin of a repository, which has to be there.
    pub(super) fn pinned(&self, name: &str) -> Result<Pin, Failure> {
        self.lock.pin(name).cloned().ok_or_else(|| {
            Failure::usage(format!("{LOCK_FILE} does not name {GITHUB}{name}"))
                .help(format!("`pt include add {GITHUB}{name}` adds it"))
        })
    }

    /// The file that includes, as a message names it.
    pub(super) fn blueprint(&self) -> String {
        self.file.display().to_string()
    }

    /// Whether a pinned repository is here.
    pub(super) fn state(&self, pin: &Pin) -> State {
        let folder = self.root.join(pin.folder());
        match (digest(&folder), &pin.digest) {
            (Ok(found), Some(expected)) if found == *expected => State::Here,
            (Err(error), _) if error.kind() == std::io::ErrorKind::NotFound => State::Absent,
            _ => State::Changed,
        }
    }

    /// Fetches a commit into its folder; `exact` is the pin that it has to be.
    pub(super) fn fetch(
        &self,
        name: &str,
        rev: Option<&str>,
        exact: Option<&Pin>,
        terminal: &Terminal,
    ) -> Result<Pin, Failure> {
        let fetching = Fetching::begin(&self.root.join(INCLUDE_FOLDER), name)?;
        let asked = exact.map(|pin| pin.commit.as_str()).or(rev);
        let (commit, digest) = fetching.fetch(asked, terminal)?;
        let pin = Pin { name: name.to_owned(), commit, rev: rev.map(str::to_owned), digest: Some(digest) };
        if let Some(exact) = exact {
            // A pin that was written by hand has none: the commit alone says what is fetched.
            let same = exact.digest.is_none() || exact.digest == pin.digest;
            if exact.commit != pin.commit || !same {
                return Err(Failure::new(
                    Class::No,
                    format!("what was fetched of {GITHUB}{name} is not what {LOCK_FILE} names"),
                )
                .note(format!("expected the commit {}", exact.commit))
                .help(format!("`pt include update {GITHUB}{name}` pins what is there now")));
            }
        }
        fetching.place(&self.root.join(pin.folder()))?;
        Ok(pin)
    }

    /// Whether a fetched repository has something to include at a path.
    pub(super) fn holds(&self, pin: &Pin, path: Option<&str>) -> bool {
        let at = self.root.join(pin.folder()).join(path.unwrap_or_default().trim_start_matches('/'));
        at.is_file() || FILE_NAMES.iter().any(|name| at.join(name).is_file())
    }

    /// Pins a repository.
    pub(super) fn pin(&mut self, pin: Pin) -> Result<(), Failure> {
        self.lock.set(pin);
        self.write_lock()
    }

    /// Removes a pin.
    pub(super) fn unpin(&mut self, name: &str) -> Result<(), Failure> {
        self.lock.remove(name);
        self.write_lock()
    }

    fn write_lock(&self) -> Result<(), Failure> {
        let (path, text) = (self.root.join(LOCK_FILE), self.lock.text());
        if DiskLoader.read_in(&self.root, &path).is_ok_and(|old| old == text) {
            return Ok(());
        }
        Ok(atomic_write(&path, text.as_bytes(), 0o644)?)
    }

    /// The project's file with an addition; `None` where it is there already.
    pub(super) fn edited(&self, addition: &Addition) -> Result<Option<String>, Failure> {
        let file = self.blueprint();
        let refuse = |why: String| {
            let help = "add the line yourself, and use `--pin-only`";
            Failure::usage(format!("{file} cannot be edited: {why}")).help(help)
        };
        if self.file.extension().is_some_and(|extension| extension == "edn") {
            return Err(refuse("it is written in EDN".to_owned()));
        }
        let text = DiskLoader.read(&self.file).map_err(|error| Failure::load(&self.file, error))?;
        add(&text, addition).map_err(|refusal| refuse(refusal.to_string()))
    }

    /// Replaces the project's file; its mode stays.
    pub(super) fn write_blueprint(&self, text: &str) -> Result<(), Failure> {
        let real = self.file.canonicalize().map_err(|error| cannot("found", &self.file, error))?;
        if !real.starts_with(&self.root) {
            return Err(Failure::usage(format!("{} is a link that leads out of the project", self.blueprint())));
        }
        let mode = fs::metadata(&real).map_or(0o644, |metadata| metadata.permissions().mode() & 0o777);
        Ok(atomic_write(&real, text.as_bytes(), mode)?)
    }

    /// Whether the project's file names a repository.
    pub(super) fn mentions(&self, name: &str) -> bool {
        let text = DiskLoader.read(&self.file).unwrap_or_default().to_ascii_lowercase();
        text.contains(&format!("{GITHUB}{}", name.to_ascii_lowercase()))
    }

    /// Removes folders that nothing pins, and what killed calls left. What cannot be removed only takes room.
    pub(super) fn sweep(&self) {
        let folder = self.root.join(INCLUDE_FOLDER);
        let kept: Vec<PathBuf> = self.lock.pins.iter().map(|pin| self.root.join(pin.folder())).collect();
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let ours = name.to_str().is_some_and(|name| name.starts_with(FETCHING) || name.contains('@'));
            if ours && !kept.contains(&entry.path()) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }
}

fn leads_out() -> Failure {
    Failure::usage(format!("{INCLUDE_FOLDER} is a link that leads out of the project")).help("remove the link")
}

/// Keeps fetched files out of the project's repository.
fn ignore_folder(root: &Path) -> Result<(), Failure> {
    let path = root.join(INCLUDE_FOLDER).with_file_name(".gitignore");
    // What lies there is copied, so it must be the project's own.
    let old = match DiskLoader.read_in(root, &path) {
        Ok(old) => old,
        Err(LoadError::NotFound) => String::new(),
        Err(error) => return Err(Failure::load(&path, error)),
    };
    if old.lines().any(|line| matches!(line.trim(), "include/" | "/include/" | "include" | "*")) {
        return Ok(());
    }
    let line_break = if old.is_empty() || old.ends_with('\n') { "" } else { "\n" };
    Ok(atomic_write(&path, format!("{old}{line_break}include/\n").as_bytes(), 0o644)?)
}

pub(super) fn cannot(what: &str, path: &Path, error: std::io::Error) -> Failure {
    Failure::new(Class::No, format!("{} cannot be {what}", path.display())).because(error)
}
