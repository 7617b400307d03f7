//! A project on disk with a template beside it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use polytope::scaffold::{Plan, Project, Request, ScaffoldError, carry_out, plan};
use tempfile::TempDir;

pub struct Place {
    root: TempDir,
}

impl Place {
    /// A project with this `polytope.yml`, and an empty template.
    pub fn new(blueprint: &str) -> Self {
        let place = Self { root: tempfile::tempdir().unwrap() };
        for directory in ["project", "template", "home"] {
            fs::create_dir(place.root.path().join(directory)).unwrap();
        }
        place.write("polytope.yml", blueprint);
        place
    }

    /// The same with files in the template.
    pub fn with(blueprint: &str, template: &[(&str, &str)]) -> Self {
        let place = Self::new(blueprint);
        for (path, text) in template {
            write(&place.template().join(path), text);
        }
        place
    }

    pub fn project(&self) -> PathBuf {
        self.root.path().canonicalize().unwrap().join("project")
    }

    pub fn template(&self) -> PathBuf {
        self.root.path().canonicalize().unwrap().join("template")
    }

    pub fn write(&self, path: &str, text: &str) {
        write(&self.project().join(path), text);
    }

    pub fn text(&self, path: &str) -> String {
        fs::read_to_string(self.project().join(path)).unwrap()
    }

    /// A request to copy the template to a path.
    pub fn request(&self, path: &str) -> Request {
        Request::new(self.template(), path)
    }

    pub fn plan(&self, requests: &[Request]) -> Result<Plan, ScaffoldError> {
        plan(Project { root: &self.project(), file: Path::new("polytope.yml") }, requests)
    }

    pub fn carry_out(&self, plan: &Plan) -> Result<(), ScaffoldError> {
        carry_out(Project { root: &self.project(), file: Path::new("polytope.yml") }, plan)
    }

    /// Plans and writes.
    #[track_caller]
    pub fn scaffold(&self, requests: &[Request]) -> Plan {
        let plan = self.plan(requests).unwrap();
        self.carry_out(&plan).unwrap();
        plan
    }

    /// Paths of all files and empty directories of the project.
    pub fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        collect(&self.project(), "", &mut found);
        found.sort();
        found
    }

    pub fn pt(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pt"));
        command.current_dir(self.project()).args(arguments).env_clear().stdin(Stdio::null());
        command.env("PATH", std::env::var_os("PATH").unwrap()).env("HOME", self.root.path().join("home"));
        command.output().unwrap()
    }
}

fn collect(directory: &Path, prefix: &str, found: &mut Vec<String>) {
    let entries: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap()).collect();
    if entries.is_empty() {
        found.push(prefix.to_owned());
    }
    for entry in entries {
        let path = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            collect(&entry.path(), &format!("{path}/"), found);
        } else {
            found.push(path);
        }
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
