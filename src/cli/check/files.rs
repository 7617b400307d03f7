//! Which files `pt check` looks at.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::super::arguments::Global;
use super::super::failure::Failure;
use super::super::project::{Located, based, project_of};
use super::changed::Git;
use crate::include::{FILE_NAMES, INCLUDE_FOLDER};

/// A file to check.
pub struct Target {
    /// The file.
    pub path: PathBuf,
    /// Whether it was found in a directory rather than named.
    pub found: bool,
    /// The file that includes it, where that one is not looked at itself.
    pub root: Option<PathBuf>,
}

impl Target {
    /// The file that is compiled.
    pub fn entry(&self) -> &Path {
        self.root.as_deref().unwrap_or(&self.path)
    }
}

/// The files to check, in the order in which they were named, those of a directory by name.
pub fn files(paths: &[PathBuf], global: &Global) -> Result<Vec<Target>, Failure> {
    if paths.is_empty() {
        return Ok(vec![Target { path: Located::find(global)?.file, found: false, root: None }]);
    }
    let mut files = Vec::new();
    for path in paths {
        let path = based(global, path);
        if !path.is_dir() {
            let root = project_of(&path);
            files.push(Target { path, found: false, root });
            continue;
        }
        let before = files.len();
        // What a project above includes can only be judged with it; mostly there is none.
        let above = Located::around(&path);
        files.extend(below(&path).into_iter().map(|path| Target {
            root: if above { project_of(&path) } else { None },
            path,
            found: true,
        }));
        if files.len() == before {
            return Err(Failure::usage(format!("there is no polytope.yml below {}", path.display()))
                .help("name a file, or let `pt init` write one"));
        }
    }
    Ok(files)
}

/// Every blueprint below the working directory; there may be none.
pub fn files_below_here(global: &Global) -> Vec<Target> {
    let here = based(global, Path::new("."));
    let above = Located::around(&here);
    let root = |path: &Path| if above { project_of(path) } else { None };
    below(&here)
        .into_iter()
        .map(|path| path.strip_prefix("./").map(Path::to_path_buf).unwrap_or(path))
        .map(|path| Target { root: root(&path), path, found: true })
        .collect()
}

/// Every blueprint below a directory; what git ignores and what was fetched is left out, but nothing that git keeps: neither a
/// line in `.gitignore` nor an `.ignore` takes a file out of the project, and so out of a gate.
fn below(directory: &Path) -> Vec<PathBuf> {
    let kept = kept_by_git(directory);
    let mut walk = ignore::WalkBuilder::new(directory);
    walk.hidden(false)
        .ignore(false)
        .git_ignore(kept.is_some())
        .git_exclude(kept.is_some())
        .git_global(kept.is_some())
        .sort_by_file_name(std::cmp::Ord::cmp)
        .filter_entry(|entry| entry.file_name() != ".git" && !entry.path().ends_with(INCLUDE_FOLDER));
    let mut files: Vec<PathBuf> =
        walk.build().flatten().map(ignore::DirEntry::into_path).filter(|path| is_blueprint(path)).collect();
    let walked = files.len();
    let known: BTreeSet<PathBuf> = files.iter().cloned().collect();
    files.extend(kept.into_iter().flatten().filter(|path| !known.contains(path)));
    if files.len() > walked {
        files.sort();
    }
    files
}

fn is_blueprint(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| FILE_NAMES.contains(&name))
}

/// The blueprints below a directory that git keeps, which are there; none where git cannot be asked, and then nothing that
/// it is told to ignore can be left out.
fn kept_by_git(directory: &Path) -> Option<Vec<PathBuf>> {
    let patterns: Vec<String> = FILE_NAMES.iter().map(|name| format!(":(glob)**/{name}")).collect();
    let mut arguments = vec!["ls-files", "--cached", "-z", "--"];
    arguments.extend(patterns.iter().map(String::as_str));
    let output = Git::new(directory).output(&arguments).ok()??;
    let names = output.split(|byte| *byte == 0).filter(|name| !name.is_empty());
    let files = names.map(|name| directory.join(OsStr::from_bytes(name)));
    let is_fetched = |path: &Path| path.ancestors().skip(1).any(|above| above.ends_with(INCLUDE_FOLDER));
    Some(files.filter(|path| is_blueprint(path) && path.is_file() && !is_fetched(path)).collect())
}
