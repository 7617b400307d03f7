//! Files to compile.

use std::path::Path;

use polytope::compiler::{Compilation, JobCall, Project, compile};
use polytope::lint::Settings;
use polytope::source::MemoryLoader;

/// Compiles a job of a project with these files.
pub fn compile_files(files: &[(&str, &str)], job: &str, project: &Project, settings: &Settings) -> Compilation {
    let loader = MemoryLoader::new(files.iter().copied());
    let jobs = [JobCall { name: job.to_owned(), ..JobCall::default() }];
    compile(&loader, Path::new("polytope.yml"), &jobs, project, settings).unwrap().unwrap()
}

/// Compiles the main job of a file.
pub fn compile_text(text: &str) -> Compilation {
    compile_files(&[("polytope.yml", text)], "", &Project::default(), &Settings::default())
}
