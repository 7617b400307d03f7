//! Which files git says are changed: since a commit, in the working tree, and new ones.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::super::failure::{Class, Failure};

/// As many letters of a commit as people need.
const SHORT: usize = 12;

/// Files that differ from where a branch began, or from a commit; without links.
#[derive(Debug)]
pub struct Changed {
    files: BTreeSet<PathBuf>,
    /// The commit that they differ from, in short.
    pub since: String,
}

impl Changed {
    /// Asks git in a directory; without a commit, since the branch left the default one.
    pub fn since(directory: &Path, commit: Option<&str>) -> Result<Self, Failure> {
        let git = Git { directory };
        let Some(root) = git.line(&["rev-parse", "--show-toplevel"])? else {
            return Err(Failure::usage("`--changed` needs a git repository, and there is none here")
                .help("name the files instead, or run it in the repository"));
        };
        let root = PathBuf::from(OsStr::from_bytes(root.as_bytes()));
        let since = match commit {
            Some(name) => git.commit(name)?.ok_or_else(|| {
                Failure::usage(format!("git knows no commit `{name}`"))
                    .help("fetch it, or name another: `--changed=HEAD~1`")
            })?,
            None => git.branch_point()?,
        };
        let mut files = BTreeSet::new();
        let differ =
            ["diff", "--no-ext-diff", "--no-textconv", "--no-renames", "--ignore-submodules", "--name-only", "-z"];
        let differ: Vec<&str> = differ.into_iter().chain([since.as_str(), "--"]).collect();
        let new = ["ls-files", "--others", "--exclude-standard", "--full-name", "-z", ":/"];
        for arguments in [&differ[..], &new[..]] {
            let output =
                git.output(arguments)?.ok_or_else(|| Failure::new(Class::No, "git cannot say what changed"))?;
            let names = output.split(|byte| *byte == 0).filter(|name| !name.is_empty());
            files.extend(names.map(|name| root.join(OsStr::from_bytes(name))));
        }
        let files = files.into_iter().map(|file| file.canonicalize().unwrap_or(file)).collect();
        Ok(Self { files, since: since.chars().take(SHORT).collect() })
    }

    /// Whether a file, its path without links, is changed.
    pub fn holds(&self, real: &Path) -> bool {
        self.files.contains(real)
    }
}

/// The `git` program, asked in a repository that need not be trusted: it reads, and starts nothing that the repository names.
struct Git<'a> {
    directory: &'a Path,
}

impl Git<'_> {
    /// What it prints; nothing where it refuses.
    fn output(&self, arguments: &[&str]) -> Result<Option<Vec<u8>>, Failure> {
        let here = if self.directory.as_os_str().is_empty() { Path::new(".") } else { self.directory };
        let output = Command::new("git")
            .args(["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "--no-optional-locks", "-C"])
            .arg(here)
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| Failure::new(Class::No, "`--changed` needs the program `git`").because(error))?;
        Ok(output.status.success().then_some(output.stdout))
    }

    fn line(&self, arguments: &[&str]) -> Result<Option<String>, Failure> {
        let output = self.output(arguments)?;
        let line = output.map(|bytes| String::from_utf8_lossy(&bytes).trim_end_matches('\n').to_owned());
        Ok(line.filter(|line| !line.is_empty()))
    }

    fn commit(&self, name: &str) -> Result<Option<String>, Failure> {
        self.line(&["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{name}^{{commit}}")])
    }

    /// Where this branch left the default one; the newest commit where that cannot be told.
    fn branch_point(&self) -> Result<String, Failure> {
        let named = self.line(&["rev-parse", "--abbrev-ref", "--verify", "--quiet", "origin/HEAD"])?;
        let usual = ["origin/main", "origin/master", "main", "master"].map(str::to_owned);
        for name in named.into_iter().chain(usual) {
            let Some(tip) = self.commit(&name)? else { continue };
            if let Some(base) = self.line(&["merge-base", "HEAD", &tip])? {
                return Ok(base);
            }
        }
        self.commit("HEAD")?.ok_or_else(|| {
            Failure::usage("`--changed` needs a commit to compare with, and there is none yet")
                .help("name the files instead, or commit first")
        })
    }
}
