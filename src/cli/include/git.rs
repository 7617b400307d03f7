//! The `git` program, as it may be used on repositories that nobody trusts: it fetches objects and reads them, and does nothing else.
//!
//! There is never a work tree, so neither filters nor hooks, attributes or submodules have a say. It asks nobody for anything.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use super::tree::{MOST_BYTES, is_commit};
use crate::cli::failure::{Class, Failure};
use crate::cli::project::environment;
use crate::model::GITHUB;

/// Where repositories are, unless `PT_GITHUB_URL` says otherwise.
const GITHUB_URL: &str = "https://github.com";

/// The variable that names another place.
const URL_VARIABLE: &str = "PT_GITHUB_URL";

/// How long one fetch may take.
const PATIENCE: Duration = Duration::from_secs(600);

/// How often a fetch is looked at.
const PAUSE: Duration = Duration::from_millis(20);

/// A bare repository of its own.
pub(super) struct Git {
    directory: PathBuf,
    base: String,
}

impl Git {
    /// Makes an empty repository in a directory that does not exist yet.
    pub(super) fn new(directory: &Path) -> Result<Self, Failure> {
        let written = environment().text(URL_VARIABLE)?.unwrap_or(GITHUB_URL);
        let base = written.trim_end_matches('/').to_owned();
        let known = ["https://", "http://", "ssh://", "file:///"];
        if !known.iter().any(|scheme| base.starts_with(scheme)) || base.contains(char::is_whitespace) {
            return Err(Failure::usage(format!("{URL_VARIABLE} must begin with `https://`, `ssh://` or `file:///`")));
        }
        let host = base.split("://").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
        if host.rsplit_once('@').is_some_and(|(user, _)| user.contains(':')) {
            return Err(Failure::usage(format!(
                "{URL_VARIABLE} holds a password, which every process here could read"
            ))
            .help("set up a credential helper of git instead"));
        }
        let git = Self { directory: directory.to_path_buf(), base };
        fs::create_dir(directory).map_err(|error| super::library::cannot("made", directory, error))?;
        git.output(&["init", "--quiet", "--bare", "--template="])?;
        Ok(git)
    }

    /// Fetches one commit without its history; its name.
    pub(super) fn fetch(&self, name: &str, rev: &str) -> Result<String, Failure> {
        let url = format!("{}/{name}.git", self.base);
        let mut command = self.command();
        command.args([
            "fetch",
            "--quiet",
            "--depth=1",
            "--no-tags",
            "--no-recurse-submodules",
            "--no-write-commit-graph",
        ]);
        let errors = self.directory.join("errors");
        let log = fs::File::create(&errors).map_err(|error| super::library::cannot("written", &errors, error))?;
        let child = command.args(["--", &url, rev]).stdout(Stdio::null()).stderr(log).spawn();
        let ended = self.watch(child.map_err(no_git)?, name)?;
        if !ended {
            let said = fs::read_to_string(&errors).unwrap_or_default();
            return Err(self.refused(name, rev, &said));
        }
        let commit = self.output(&["rev-parse", "--verify", "--end-of-options", "FETCH_HEAD^{commit}"])?;
        let commit = String::from_utf8_lossy(&commit).trim().to_owned();
        if is_commit(&commit) {
            return Ok(commit);
        }
        Err(Failure::new(Class::No, format!("git gave no commit for {GITHUB}{name}")))
    }

    /// Waits for a fetch; whether it went well. One that takes too long or too much is ended.
    fn watch(&self, mut child: Child, name: &str) -> Result<bool, Failure> {
        let since = Instant::now();
        let problem = loop {
            match child.try_wait() {
                Ok(Some(status)) => return Ok(status.success()),
                Ok(None) => {}
                Err(error) => return Err(no_git(error)),
            }
            if since.elapsed() > PATIENCE {
                break "took more than ten minutes";
            }
            // Packed objects are smaller than files: twice the limit is certainly too much.
            if size(&self.directory.join("objects/pack")) > 2 * MOST_BYTES {
                break "is too large";
            }
            std::thread::sleep(PAUSE);
        };
        let _ = child.kill();
        let _ = child.wait();
        Err(Failure::new(Class::No, format!("the fetch of {GITHUB}{name} {problem}")))
    }

    /// What a command prints.
    pub(super) fn output(&self, arguments: &[&str]) -> Result<Vec<u8>, Failure> {
        let output = self.command().args(arguments).output().map_err(no_git)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said = self.cleaned(&String::from_utf8_lossy(&output.stderr));
        let failure = Failure::new(Class::No, format!("`git {}` failed", arguments.first().unwrap_or(&"")));
        Err(said.into_iter().fold(failure, Failure::note))
    }

    /// Opens a way to read objects one by one.
    pub(super) fn objects(&self) -> Result<Objects, Failure> {
        let mut command = self.command();
        command.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(no_git)?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(asks), Some(answers)) => Ok(Objects { child, asks, answers: BufReader::new(answers) }),
            _ => Err(Failure::new(Class::No, "`git cat-file` cannot be talked to")),
        }
    }

    fn command(&self) -> Command {
        let mut command = Command::new("git");
        command.env_clear();
        // `GIT_DIR` and its like, set inside of hooks, would point at another repository.
        command.envs(environment().for_children().filter(|(name, _)| !name.as_encoded_bytes().starts_with(b"GIT_")));
        let own = self.base.split("://").next().unwrap_or_default();
        command.env("GIT_ALLOW_PROTOCOL", format!("https:ssh:{own}"));
        command.envs([("GIT_TERMINAL_PROMPT", "0"), ("GIT_ASKPASS", "false"), ("SSH_ASKPASS_REQUIRE", "never")]);
        command.envs([("GIT_SSH_COMMAND", "ssh -oBatchMode=yes"), ("GIT_LFS_SKIP_SMUDGE", "1"), ("LC_ALL", "C")]);
        command.env("GIT_DIR", &self.directory).current_dir(&self.directory).stdin(Stdio::null());
        for setting in [
            "core.hooksPath=/dev/null",
            "core.fsmonitor=false",
            "core.askPass=false",
            "submodule.recurse=false",
            "gc.auto=0",
            "maintenance.auto=false",
            "http.lowSpeedLimit=1",
            "http.lowSpeedTime=60",
        ] {
            command.args(["-c", setting]);
        }
        command
    }

    fn refused(&self, name: &str, rev: &str, said: &str) -> Failure {
        let at = if rev == "HEAD" { String::new() } else { format!(" at `{rev}`") };
        let failure = Failure::new(Class::No, format!("{GITHUB}{name}{at} cannot be fetched"));
        let help = match said {
            _ if said.contains("couldn't find remote ref") => "check the branch, tag or whole commit",
            _ if said.contains("could not read Username") || said.contains("Permission denied") => {
                "check its name; for a private one set up a credential helper of git, or PT_GITHUB_URL=ssh://git@github.com"
            }
            _ => "check its name and the network",
        };
        self.cleaned(said).into_iter().fold(failure, |failure, line| failure.note(format!("git: {line}"))).help(help)
    }

    /// The last lines that git said; a URL that was set may hold a password.
    fn cleaned(&self, said: &str) -> Vec<String> {
        const LINES: usize = 3;
        let public = self.base == GITHUB_URL;
        let clean = |line: &str| if public { line.to_owned() } else { line.replace(&self.base, URL_VARIABLE) };
        let lines = said.lines().map(clean);
        let lines: Vec<String> = lines.filter(|line| !line.trim().is_empty()).collect();
        lines[lines.len().saturating_sub(LINES)..].to_vec()
    }
}

/// Reads objects, one question and one answer at a time.
pub(super) struct Objects {
    child: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Objects {
    /// The bytes of a blob that has this many.
    pub(super) fn blob(&mut self, object: &str, size: u64) -> std::io::Result<Vec<u8>> {
        self.asks.write_all(format!("{object}\n").as_bytes())?;
        self.asks.flush()?;
        let mut head = String::new();
        self.answers.by_ref().take(256).read_line(&mut head)?;
        if head.trim_end() != format!("{object} blob {size}") {
            return Err(std::io::Error::other(format!("git answered `{}`", head.trim_end())));
        }
        let mut bytes = vec![0; usize::try_from(size).map_err(std::io::Error::other)? + 1];
        self.answers.read_exact(&mut bytes)?;
        bytes.pop();
        Ok(bytes)
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn no_git(error: std::io::Error) -> Failure {
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            Failure::new(Class::No, "there is no `git` here, which fetches repositories").help("install git")
        }
        _ => Failure::new(Class::No, "`git` cannot be run").because(error),
    }
}

/// Bytes of the files in a directory, those below it left out.
fn size(directory: &Path) -> u64 {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.metadata().ok()).map(|metadata| metadata.len()).sum()
}
