//! A project on disk, and repositories made by git that `pt include` fetches from.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A project in `project/`, repositories in `hub/`, and a home of its own.
pub struct Place {
    root: TempDir,
}

impl Place {
    /// A project with this `polytope.yml`.
    pub fn new(blueprint: &str) -> Self {
        let place = Self { root: tempfile::tempdir().unwrap() };
        for directory in ["project", "hub", "home"] {
            fs::create_dir(place.root.path().join(directory)).unwrap();
        }
        place.write("polytope.yml", blueprint);
        place
    }

    pub fn project(&self) -> PathBuf {
        self.root.path().join("project")
    }

    pub fn write(&self, path: &str, text: &str) {
        write(&self.project().join(path), text);
    }

    pub fn text(&self, path: &str) -> String {
        fs::read_to_string(self.project().join(path)).unwrap()
    }

    /// A call of `pt` in the project.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pt"));
        command.current_dir(self.project()).args(arguments).env_clear().stdin(Stdio::null());
        command.env("PATH", std::env::var_os("PATH").unwrap()).env("HOME", self.root.path().join("home"));
        command.env("PT_GITHUB_URL", format!("file://{}", self.root.path().join("hub").display()));
        command
    }

    /// What a call of `pt` that succeeds says.
    #[track_caller]
    pub fn pt(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        said(&output)
    }

    /// What a call of `pt` that fails says.
    #[track_caller]
    pub fn refused(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        assert!(!output.status.success(), "{}", said(&output));
        said(&output)
    }

    /// The repository `owner/name`.
    pub fn repository(&self, name: &str) -> Repository {
        let bare = self.root.path().join(format!("hub/{name}.git"));
        let work = self.root.path().join(format!("work/{name}"));
        if !bare.exists() {
            fs::create_dir_all(&work).unwrap();
            git(&work, &["init", "--quiet", "--initial-branch=main"]);
            git(&work, &["clone", "--quiet", "--bare", ".", bare.to_str().unwrap()]);
        }
        Repository { work, bare }
    }

    /// Names of everything in `.polytope/include`, the lock left out.
    pub fn fetched(&self) -> Vec<String> {
        let entries = fs::read_dir(self.project().join(".polytope/include")).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|name| name != ".lock");
        names.sort();
        names
    }
}

/// A repository: a work tree, and the bare one that is fetched from.
pub struct Repository {
    pub work: PathBuf,
    bare: PathBuf,
}

impl Repository {
    /// Commits these files to the main branch; the commit.
    pub fn commit(&self, files: &[(&str, &str)]) -> String {
        for (path, text) in files {
            write(&self.work.join(path), text);
        }
        self.commit_all()
    }

    /// Commits everything that is in the work tree.
    pub fn commit_all(&self) -> String {
        git(&self.work, &["add", "--all"]);
        git(&self.work, &["commit", "--quiet", "--allow-empty", "-m", "x"]);
        self.push("main")
    }

    /// Gives the newest commit a branch, too.
    pub fn push(&self, branch: &str) -> String {
        git(&self.work, &["push", "--quiet", self.bare.to_str().unwrap(), &format!("HEAD:refs/heads/{branch}")]);
        git(&self.work, &["rev-parse", "HEAD"])
    }
}

pub fn git(directory: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.current_dir(directory).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "t").env(format!("GIT_{who}_EMAIL"), "t@example.com");
    }
    let output = command.args(arguments).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", said(&output));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
