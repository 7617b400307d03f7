//! What a person or a machine meets before any engine: help, manual pages, completion, and the files for CI systems.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod action;
mod arguments;
mod commands;
mod completion;
mod door;
mod gitlab;
mod hooks;
mod pages;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The program.
const PT: &str = env!("CARGO_BIN_EXE_pt");

/// This repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file of this repository.
fn file(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A search path on which `pt` is this one.
fn path_with_pt() -> String {
    let here = Path::new(PT).parent().unwrap().display();
    format!("{here}:{}", std::env::var("PATH").unwrap())
}

/// Runs it, and shows all of it where it fails.
#[track_caller]
fn succeeds(command: &mut Command) -> String {
    let output = run(command);
    assert!(output.status.success(), "{command:?}: {}", both(&output));
    String::from_utf8(output.stdout).unwrap()
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

fn both(output: &Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("{}\n{out}\n{err}", output.status)
}

/// A project in a folder of its own, with a home of its own.
struct Project {
    folder: tempfile::TempDir,
    home: tempfile::TempDir,
}

impl Project {
    fn new(blueprint: &str) -> Self {
        let project = Self { folder: tempfile::tempdir().unwrap(), home: tempfile::tempdir().unwrap() };
        project.write("polytope.yml", blueprint);
        project
    }

    fn root(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// A program in the project, with little of this process's environment.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.root()).env_clear().env("PATH", path_with_pt()).env("HOME", self.home.path());
        command.env("LANG", "C.UTF-8");
        command
    }
}
