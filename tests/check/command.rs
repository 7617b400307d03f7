//! `pt check` as a process, in a directory of its own.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// A directory with files in it.
pub struct Place {
    directory: TempDir,
}

/// What came of a run.
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Place {
    pub fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let place = Self { directory: tempfile::tempdir().unwrap() };
        for (path, text) in files {
            let path = place.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        place
    }

    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    pub fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path().join(file)).unwrap()
    }

    /// `pt check` with these arguments; nothing of the user's or of CI's is seen.
    pub fn check(&self, arguments: &[&str]) -> Ran {
        self.pt(&[&["check"], arguments].concat())
    }

    /// `pt` with these arguments.
    pub fn pt(&self, arguments: &[&str]) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_pt"))
            .args(arguments)
            .current_dir(self.path())
            .env_clear()
            .env("HOME", self.path().join(".home"))
            .env("PATH", "/usr/bin:/bin")
            .output()
            .unwrap();
        Ran {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
