//! Files to expand.

use std::path::Path;

use polytope::compiler::{Compilation, JobCall, Project, check, compile};
use polytope::lint::Settings;
use polytope::source::MemoryLoader;

use crate::faults::faults;
use crate::outline::outline;

/// Compiles jobs of a file, each with its arguments.
pub fn run(text: &str, jobs: &[(&str, &str)], project: &Project) -> Compilation {
    let loader = MemoryLoader::new([("polytope.yml", text)]);
    let job = |(name, args): &(&str, &str)| JobCall {
        name: (*name).to_owned(),
        args: (*args).to_owned(),
        ..JobCall::default()
    };
    let jobs: Vec<JobCall> = jobs.iter().map(job).collect();
    compile(&loader, Path::new("polytope.yml"), &jobs, project, &Settings::default()).unwrap().unwrap()
}

/// The main job of a file.
pub fn main_job(text: &str) -> Compilation {
    run(text, &[("", "")], &project())
}

/// Some values and a secret.
pub fn project() -> Project {
    let values = [("host", "db"), ("port", "8080"), ("flag", "true"), ("word", "True"), ("many", "a b")];
    Project {
        values: values.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        secrets: ["password".to_owned()].into(),
    }
}

/// A module `api` on `polytope/container` with these lines as its arguments.
pub fn api(lines: &str) -> Compilation {
    let args = lines.trim_matches('\n').replace('\n', "\n      ");
    main_job(&format!(
        "modules:\n  - id: api\n    module: polytope/container\n    args:\n      image: busybox:1.36\n      {args}\n"
    ))
}

/// The program of a compilation without faults.
pub fn clean(compiled: &Compilation) -> String {
    assert_eq!(faults(compiled), "");
    outline(&compiled.program)
}

/// The main job of a project of several files, the first of which is `polytope.yml`.
pub fn main_job_of(files: &[(&str, &str)]) -> Compilation {
    let loader = MemoryLoader::new(files.iter().map(|(path, text)| (*path, *text)));
    let job = JobCall::default();
    compile(&loader, Path::new("polytope.yml"), &[job], &project(), &Settings::default()).unwrap().unwrap()
}

/// Faults of a project of several files.
pub fn checked_files(files: &[(&str, &str)]) -> String {
    let loader = MemoryLoader::new(files.iter().map(|(path, text)| (*path, *text)));
    faults(&check(&loader, Path::new("polytope.yml"), &project(), &Settings::default()).unwrap())
}

/// Faults of a whole file.
pub fn checked(text: &str) -> String {
    let loader = MemoryLoader::new([("polytope.yml", text)]);
    faults(&check(&loader, Path::new("polytope.yml"), &project(), &Settings::default()).unwrap())
}
