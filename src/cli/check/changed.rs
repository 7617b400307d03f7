//! Which files git says are changed: since a commit, in the working tree, and new ones.

mod base;
mod git;
mod looked_at;

pub use git::Git;
pub use looked_at::{LookedAt, Recording};

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::super::failure::{Class, Failure};

/// As many letters of a commit as people need.
const SHORT: usize = 12;

/// Files that differ from where a branch began, or from a commit, those that are gone included; without links.
#[derive(Debug)]
pub struct Changed {
    files: BTreeSet<PathBuf>,
    /// The commit that they differ from, in short.
    pub since: String,
}

impl Changed {
    /// Asks git in a directory; without a commit, since the branch left the default one.
    pub fn since(directory: &Path, commit: Option<&str>) -> Result<Self, Failure> {
        let Some(root) = Git::new(directory).line(&["rev-parse", "--show-toplevel"])? else {
            return Err(Failure::usage("`--changed` needs a git repository, and there is none here")
                .help("name the files instead, or run it in the repository"));
        };
        let root = PathBuf::from(OsStr::from_bytes(root.as_bytes()));
        let git = Git::new(&root);
        let since = base::find(&git, commit)?;
        let mut files = BTreeSet::new();
        // Whatever the settings of git say: names from the root, of both sides of a renamed file, and of submodules that moved.
        let differ = [
            "diff",
            "--no-ext-diff",
            "--no-textconv",
            "--no-renames",
            "--no-relative",
            "--ignore-submodules=dirty",
            "--name-only",
            "-z",
            since.as_str(),
            "--",
        ];
        // What is ignored counts too where it is a file of ours: `files` looks at it.
        let new = ["ls-files", "--others", "--exclude-standard", "--full-name", "-z"];
        for arguments in [&differ[..], &new[..]] {
            let output =
                git.output(arguments)?.ok_or_else(|| Failure::new(Class::No, "git cannot say what changed"))?;
            let names = output.split(|byte| *byte == 0).filter(|name| !name.is_empty());
            files.extend(names.map(|name| root.join(OsStr::from_bytes(name))));
        }
        let files = files.into_iter().map(|file| looked_at::without_links(&file)).collect();
        Ok(Self { files, since: since.chars().take(SHORT).collect() })
    }

    /// Whether a file, its path without links, is changed, is gone, or lies in a submodule that moved.
    pub fn holds(&self, real: &Path) -> bool {
        real.ancestors().any(|path| self.files.contains(path))
    }

    /// Whether any file of a directory that lies in it directly is changed.
    pub fn holds_entry_of(&self, directory: &Path) -> bool {
        self.holds(directory) || self.files.iter().any(|file| file.parent() == Some(directory))
    }

    /// Whether a file of a name, in a directory or one above it, is changed or gone.
    pub fn holds_above(&self, directory: &Path, name: &str) -> bool {
        directory.ancestors().any(|above| self.files.contains(&above.join(name)))
    }
}
