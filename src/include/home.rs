//! Where a file lives: what its relative paths start from.

use std::path::{Path, PathBuf};

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_a_project_is_not_the_project() {
        assert_eq!(project_directory(Path::new("shop/.polytope/polytope.yml")), Path::new("shop"));
        assert_eq!(project_directory(Path::new(".polytope/polytope.yml")), Path::new(""));
        assert_eq!(project_directory(Path::new("shop/polytope.yml")), Path::new("shop"));
    }
}
