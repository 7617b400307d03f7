//! The `git` program, asked in a repository that need not be trusted: it reads, and starts nothing that the repository names.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::super::super::failure::{Class, Failure};

/// Variables that change what git prints, or let it start a program.
const DISTURBING: [&str; 8] = [
    "GIT_EXTERNAL_DIFF",
    "GIT_DIFF_OPTS",
    "GIT_PAGER",
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
    "GIT_TRACE",
];

/// A repository, by a directory in it.
pub struct Git {
    directory: PathBuf,
}

impl Git {
    /// The repository around a directory.
    pub fn new(directory: &Path) -> Self {
        let here = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
        Self { directory: here.to_path_buf() }
    }

    /// Standard output of git; nothing where it refuses.
    pub fn output(&self, arguments: &[&str]) -> Result<Option<Vec<u8>>, Failure> {
        let mut command = Command::new("git");
        for variable in DISTURBING {
            command.env_remove(variable);
        }
        let output = command
            .args(["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "--no-optional-locks", "-C"])
            .arg(&self.directory)
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| Failure::new(Class::No, "the program `git` cannot be started").because(error))?;
        Ok(output.status.success().then_some(output.stdout))
    }

    /// A line of standard output, if there is one.
    pub fn line(&self, arguments: &[&str]) -> Result<Option<String>, Failure> {
        let output = self.output(arguments)?;
        let line = output.map(|bytes| String::from_utf8_lossy(&bytes).trim_end_matches('\n').to_owned());
        Ok(line.filter(|line| !line.is_empty()))
    }

    /// The full name of a commit that git has, with all that belongs to it.
    pub fn commit(&self, name: &str) -> Result<Option<String>, Failure> {
        self.line(&["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{name}^{{commit}}")])
    }

    /// The newest commit that a commit and the one that is checked out have in common.
    pub fn merge_base(&self, commit: &str) -> Result<Option<String>, Failure> {
        self.line(&["merge-base", "HEAD", commit])
    }

    /// Whether the history was cut off when it was fetched.
    pub fn is_shallow(&self) -> Result<bool, Failure> {
        Ok(self.line(&["rev-parse", "--is-shallow-repository"])?.is_some_and(|word| word == "true"))
    }

    /// The commit that the history begins with; none of one that was cut off.
    pub fn first_commit(&self) -> Result<Option<String>, Failure> {
        if self.is_shallow()? {
            return Ok(None);
        }
        let roots = self.line(&["rev-list", "--max-parents=0", "HEAD"])?;
        Ok(roots.and_then(|roots| roots.lines().last().map(str::to_owned)))
    }

    /// The branch that is checked out; none for a commit by itself.
    pub fn branch(&self) -> Result<Option<String>, Failure> {
        self.line(&["symbolic-ref", "--quiet", "--short", "HEAD"])
    }
}
