//! A project in a folder of its own, and the real program in it.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

pub struct Site {
    pub root: TempDir,
}

impl Site {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let site = Self { root: tempfile::tempdir().unwrap() };
        // Settings above the site are none of its business.
        fs::create_dir_all(site.path(".git")).unwrap();
        for (path, text) in files {
            site.write(path, text);
        }
        site
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.root.path().join("site").join(path)
    }

    pub fn write(&self, path: &str, text: &str) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), text).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    pub fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.path("")).args(arguments).env_clear().stdin(Stdio::null());
        command.env("PATH", std::env::var_os("PATH").unwrap()).env("HOME", self.root.path().join("home"));
        command
    }

    pub fn pt_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
        let mut command = self.command(env!("CARGO_BIN_EXE_pt"), arguments);
        command.envs(variables.iter().copied());
        Ran(command.output().unwrap())
    }

    pub fn pt(&self, arguments: &[&str]) -> Ran {
        self.pt_with(&[], arguments)
    }

    /// `pt check -o concise` with these.
    pub fn check(&self, arguments: &[&str]) -> Ran {
        self.pt(&[&["check", "-o", "concise"], arguments].concat())
    }

    /// The line that git prints.
    pub fn git_line(&self, arguments: &[&str]) -> String {
        let output = self.command("git", arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    pub fn git(&self, arguments: &[&str]) {
        let identity = [
            "-c",
            "user.name=x",
            "-c",
            "user.email=x@x",
            "-c",
            "commit.gpgsign=false",
            "-c",
            "init.defaultBranch=main",
        ];
        let output = self.command("git", &[&identity[..], arguments].concat()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

pub struct Ran(pub Output);

impl Ran {
    pub fn out(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    pub fn err(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).unwrap()
    }

    #[track_caller]
    pub fn ends_with(self, code: i32) -> Self {
        assert_eq!(self.0.status.code(), Some(code), "{}{}", self.out(), self.err());
        self
    }
}
