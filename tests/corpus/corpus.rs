//! Where the real files are, and what they are compiled with.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use polytope::compiler::{Compilation, JobCall, check, compile};
use polytope::diagnostic::{Diagnostic, Level};
use polytope::expr::Known;
use polytope::lint::Settings;
use polytope::source::DiskLoader;

/// Everything is set, to something that fits where it is used: each port is another one.
#[derive(Debug)]
pub struct AllSet;

impl Known for AllSet {
    fn value(&self, name: &str) -> Option<&str> {
        static PORTS: LazyLock<Vec<String>> =
            LazyLock::new(|| (0..40_000).map(|number| (number + 20_000).to_string()).collect());
        let mixed = name.bytes().fold(7_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte)));
        match name {
            _ if name.ends_with("port") => Some(&PORTS[mixed % PORTS.len()]),
            _ if name.ends_with("mode") || name.ends_with("enabled") => Some("true"),
            _ => Some("word"),
        }
    }

    fn has_secret(&self, _: &str) -> bool {
        true
    }
}

/// The folder of all projects; without it the tests that need it pass with a line that says so.
pub fn folder() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let folder = std::env::var_os("PT_CORPUS").map_or_else(beside, PathBuf::from);
    if !folder.is_dir() {
        eprintln!("skipped: there are no real files at {}", folder.display());
        return None;
    }
    Some(folder)
}

/// Names of all projects.
pub fn projects(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let mut names: Vec<String> =
        entries.filter(|entry| entry.path().is_dir()).map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The file that a project begins with, if it has one.
pub fn root(folder: &Path, project: &str) -> Option<PathBuf> {
    let places = ["polytope.yml", ".polytope/polytope.yml"];
    places.iter().map(|place| folder.join(project).join(place)).find(|path| path.is_file())
}

/// Every blueprint file of a project, relative to it.
pub fn files(folder: &Path, project: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.join(project)];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                open.push(entry);
            } else if entry.file_name().is_some_and(|name| name.to_string_lossy().starts_with("polytope.")) {
                found.push(entry);
            }
        }
    }
    found.sort();
    found
}

/// Checks a file.
pub fn checked(path: &Path) -> Compilation {
    check(&DiskLoader, path, &AllSet, &Settings::default()).unwrap()
}

/// Compiles the main stack of a file with its arguments; `None` where it has none.
pub fn stack(path: &Path, arguments: &str) -> Option<Compilation> {
    let job = JobCall { args: arguments.to_owned(), ..JobCall::default() };
    compile(&DiskLoader, path, &[job], &AllSet, &Settings::default()).unwrap().ok()
}

/// The errors among findings.
pub fn errors(compiled: &Compilation) -> impl Iterator<Item = &Diagnostic> {
    compiled.diagnostics.iter().filter(|finding| finding.level == Level::Error)
}

/// A finding on one line: rule, file below the project, line, message.
pub fn line(compiled: &Compilation, finding: &Diagnostic, project: &Path) -> String {
    let path = &compiled.sources.file(finding.primary.span.file).path;
    let path = path.strip_prefix(project).unwrap_or(path).display();
    let line = compiled.sources.position(finding.primary.span).line;
    format!("{} {path}:{line} {}", finding.rule.name, finding.message)
}
