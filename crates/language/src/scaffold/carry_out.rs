//! A plan on the disk: everything is written beside its place first, then moved there; what fails on the way is undone.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::plan::{Plan, Write, WriteKind};
use super::target::{Target, check_inside, look};
use super::{Project, ScaffoldError};

/// Writes everything that a plan holds, or nothing: what is not as it was when it was planned ends it, too.
pub fn carry_out(project: Project<'_>, plan: &Plan) -> Result<(), ScaffoldError> {
    let mut work =
        Work { root: project.root, prepared: Vec::new(), placed: Vec::new(), directories: Vec::new(), done: false };
    // The project's file comes last: it names what has to be there.
    let last = project.file.to_str().and_then(|file| plan.writes.get_key_value(file));
    let others = plan.writes.iter().filter(|(path, _)| Some(path) != last.as_ref().map(|(path, _)| path));
    for (path, write) in others.chain(last) {
        work.prepare(path, write)?;
    }
    for index in 0..work.prepared.len() {
        work.place(index)?;
    }
    work.done = true;
    Ok(())
}

/// A file that is written beside its place.
struct Prepared {
    unfinished: PathBuf,
    to: PathBuf,
    path: String,
    /// Where what it replaces is kept until all is done; `None` where nothing is there.
    backup: Option<PathBuf>,
    /// What it replaces.
    kind: WriteKind,
}

struct Work<'a> {
    root: &'a Path,
    prepared: Vec<Prepared>,
    /// Indices of `prepared` that are in their place.
    placed: Vec<usize>,
    /// Directories that were made, outermost first.
    directories: Vec<PathBuf>,
    done: bool,
}

impl Work<'_> {
    fn prepare(&mut self, path: &str, write: &Write) -> Result<(), ScaffoldError> {
        let to = self.root.join(path);
        self.make_directories(&to, path)?;
        let number = getrandom::u64().map_err(|error| ScaffoldError::io("write", &to)(io::Error::other(error)))?;
        let beside = |ending: &str| {
            let name = to.file_name().unwrap_or_default().to_string_lossy();
            to.with_file_name(format!(".{name}.{number:016x}.{ending}"))
        };
        let mode = match (&write.kind, fs::symlink_metadata(&to)) {
            (WriteKind::Replaces(_), Ok(old)) => {
                old.permissions().mode() & 0o777 | if write.executable { 0o100 } else { 0 }
            }
            _ if write.executable => 0o755,
            _ => 0o644,
        };
        let unfinished = beside("pt-unfinished");
        let backup = matches!(write.kind, WriteKind::Replaces(_)).then(|| beside("pt-before"));
        // Listed before it is made: what fails half-way is removed, too.
        self.prepared.push(Prepared {
            unfinished: unfinished.clone(),
            to: to.clone(),
            path: path.to_owned(),
            backup,
            kind: write.kind.clone(),
        });
        let made = OpenOptions::new().write(true).create_new(true).mode(mode).open(&unfinished);
        let written = made.and_then(|mut file| {
            file.write_all(&write.bytes)?;
            file.sync_all()
        });
        written.map_err(ScaffoldError::io("write", to))
    }

    fn make_directories(&mut self, to: &Path, path: &str) -> Result<(), ScaffoldError> {
        let missing: Vec<&Path> =
            to.ancestors().skip(1).take_while(|directory| fs::symlink_metadata(directory).is_err()).collect();
        check_inside(self.root, to, path)?;
        for directory in missing.into_iter().rev() {
            fs::create_dir(directory).map_err(ScaffoldError::io("make", directory))?;
            self.directories.push(directory.to_path_buf());
        }
        Ok(())
    }

    fn place(&mut self, index: usize) -> Result<(), ScaffoldError> {
        let Prepared { unfinished, to, path, backup, kind } = &self.prepared[index];
        let as_planned = match (look(self.root, path)?, kind) {
            (Target::Free, WriteKind::New) => true,
            (Target::File(there), WriteKind::Replaces(before)) => there == *before,
            _ => false,
        };
        if !as_planned {
            return Err(ScaffoldError::Conflicts(vec![path.clone()]));
        }
        let failed = |error| ScaffoldError::io("write", to)(error);
        match backup {
            // A link instead of a move: a file that appeared meanwhile is not overwritten.
            None => fs::hard_link(unfinished, to).map_err(failed)?,
            Some(backup) => {
                fs::hard_link(to, backup).map_err(failed)?;
                fs::rename(unfinished, to).map_err(failed)?;
            }
        }
        self.placed.push(index);
        Ok(())
    }
}

/// Clears up: what was not finished is undone, newest first. What cannot be undone is left as it is; nothing else can be done.
impl Drop for Work<'_> {
    fn drop(&mut self) {
        if !self.done {
            for index in self.placed.iter().rev() {
                let Prepared { to, backup, .. } = &self.prepared[*index];
                let _ = match backup {
                    None => fs::remove_file(to),
                    Some(backup) => fs::rename(backup, to),
                };
            }
        }
        for Prepared { unfinished, backup, .. } in &self.prepared {
            let _ = fs::remove_file(unfinished);
            if let Some(backup) = backup {
                let _ = fs::remove_file(backup);
            }
        }
        if !self.done {
            for directory in self.directories.iter().rev() {
                let _ = fs::remove_dir(directory);
            }
        }
    }
}
