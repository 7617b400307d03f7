//! Projects of several files.

use std::path::Path;

use polytope::compiler::{Compilation, JobCall, Project, check, compile};
use polytope::lint::Settings;
use polytope::source::{Loader, MemoryLoader};

use crate::faults::faults;

/// Checks the `polytope.yml` of these files.
pub fn checked(files: &[(&str, &str)]) -> Compilation {
    checked_by(&MemoryLoader::new(files.iter().copied()), Path::new("polytope.yml"))
}

pub fn checked_by(loader: &dyn Loader, path: &Path) -> Compilation {
    check(loader, path, &Project::default(), &Settings::default()).unwrap()
}

/// What checking these files finds.
pub fn found(files: &[(&str, &str)]) -> String {
    faults(&checked(files))
}

/// Compiles a job of these files.
pub fn job(files: &[(&str, &str)], name: &str) -> Compilation {
    let loader = MemoryLoader::new(files.iter().copied());
    let call = JobCall { name: name.to_owned(), ..JobCall::default() };
    compile(&loader, Path::new("polytope.yml"), &[call], &Project::default(), &Settings::default()).unwrap().unwrap()
}

/// The images of everything that a job runs.
pub fn runs(files: &[(&str, &str)], name: &str) -> Vec<String> {
    let compiled = job(files, name);
    assert_eq!(faults(&compiled), "");
    compiled.program.containers.values().map(|container| container.image.value.clone()).collect()
}

/// A file with one tool that runs a container of this image.
pub fn tool(name: &str, image: &str) -> String {
    format!("tools:\n  {name}: {{run: [{{tool: polytope/container, args: {{image: \"{image}\"}}}}]}}\n")
}
