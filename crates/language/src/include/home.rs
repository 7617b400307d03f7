//! Where a file lives: what its relative paths start from.
//!
//! Files in practice write paths both from their own directory and from the project's; where the first reading finds nothing, the
//! second one is tried. All results are relative to the project's directory.

use std::path::{Path, PathBuf};

use super::path::{join, normal};

/// A folder of a project that may hold its blueprint file; the project is the directory around it.
pub const FOLDER: &str = ".polytope";

/// The project's directory, for the file that it begins with; empty for the working directory.
pub fn project_directory(path: &Path) -> PathBuf {
    let directory = path.parent().unwrap_or(Path::new(""));
    match directory.file_name() {
        Some(name) if name == FOLDER => directory.parent().unwrap_or(Path::new("")).to_path_buf(),
        _ => directory.to_path_buf(),
    }
}

/// The place of a file in the project. Paths are relative to the project's directory, normal, and empty for itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Home {
    /// The file's own directory.
    pub directory: String,
    /// The root of its repository: the project's, or the folder of a fetched one.
    pub root: String,
    /// `owner/name` of a fetched repository; `None` for the project's own.
    pub repository: Option<String>,
}

impl Home {
    /// The root of a repository, as if a file there had written the path.
    pub fn root_of(folder: impl Into<String>) -> Self {
        let root = folder.into();
        Self { directory: root.clone(), root, repository: None }
    }

    /// A path of the host: `./x` starts from the project's directory, `x` from the file's own. `None` for one that leads out.
    pub fn host_path(&self, written: &str, is_there: impl Fn(&str) -> bool) -> Option<String> {
        let (from_project, from_file) = (normal(written), join(&self.directory, written));
        let starts_here = ["./", "../"].iter().any(|start| written.starts_with(start)) || matches!(written, "" | ".");
        let from_here = starts_here || self.repository.is_some();
        let readings = if from_here { [from_project, from_file] } else { [from_file, from_project] };
        first_there(readings, is_there)
    }

    /// A path of the file's repository, from its directory, or with a leading `/` from the root. `None` for one that leads out.
    pub fn repository_path(&self, written: &str, is_there: impl Fn(&str) -> bool) -> Option<String> {
        if written == "~" || written.starts_with("~/") {
            return None;
        }
        let relative = written.trim_start_matches('/');
        let inside =
            |path: Option<String>| path.filter(|path| self.root.is_empty() || Path::new(path).starts_with(&self.root));
        let from_root = inside(join(&self.root, relative));
        if relative.len() < written.len() {
            return from_root;
        }
        first_there([inside(join(&self.directory, written)), from_root], is_there)
    }
}

/// The first of two readings that names something that is there; the first one where neither does.
fn first_there(readings: [Option<String>; 2], is_there: impl Fn(&str) -> bool) -> Option<String> {
    let [first, second] = readings;
    if first == second {
        return first;
    }
    match (&first, &second) {
        (Some(first), Some(second)) if !is_there(first) && is_there(second) => Some(second.clone()),
        (None, _) => second,
        _ => first,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOWHERE: fn(&str) -> bool = |_| false;

    #[test]
    fn paths_of_a_fetched_repository_never_leave_it() {
        let folder = ".polytope/include/a+b@0";
        let home = Home {
            directory: format!("{folder}/services"),
            repository: Some("a/b".to_owned()),
            ..Home::root_of(folder)
        };
        let path = |written: &str| home.repository_path(written, NOWHERE);
        assert_eq!(path("x"), Some(format!("{folder}/services/x")));
        assert_eq!(path("../x"), Some(format!("{folder}/x")));
        assert_eq!(path("/x"), Some(format!("{folder}/x")));
        assert_eq!(path("//x"), Some(format!("{folder}/x")));
        for outside in ["../../x", "/../x", "../../a+b@00/x", "~", "~/x", "x/../../../y"] {
            assert_eq!(path(outside), None, "{outside}");
        }
    }

    #[test]
    fn what_is_there_decides_between_two_readings() {
        let home = Home { directory: "services".to_owned(), ..Home::default() };
        assert_eq!(home.repository_path("x", NOWHERE).as_deref(), Some("services/x"));
        assert_eq!(home.repository_path("x", |path| path == "x").as_deref(), Some("x"));
        assert_eq!(home.host_path("./x", NOWHERE).as_deref(), Some("x"));
        assert_eq!(home.host_path("./x", |path| path == "services/x").as_deref(), Some("services/x"));
    }

    #[test]
    fn the_folder_of_a_project_is_not_the_project() {
        assert_eq!(project_directory(Path::new("shop/.polytope/polytope.yml")), Path::new("shop"));
        assert_eq!(project_directory(Path::new(".polytope/polytope.yml")), Path::new(""));
        assert_eq!(project_directory(Path::new("shop/polytope.yml")), Path::new("shop"));
    }
}
