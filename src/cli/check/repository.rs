//! Paths and names as a CI service knows them: from the root of the repository, wherever `pt` was run.

use std::path::{Component, Path, PathBuf};

use super::super::arguments::Global;
use super::super::project::based;
use crate::report::uri_of_path;

/// The place of this run in its repository.
#[derive(Debug)]
pub struct Repository {
    /// The directory that relative paths start from, absolute and without links.
    here: PathBuf,
    /// The root of the repository.
    root: Option<PathBuf>,
    /// The directory that is checked, from the root.
    checked: PathBuf,
}

impl Repository {
    /// The repository around the directory that the command works in.
    pub fn around(global: &Global) -> Self {
        let here = std::env::current_dir().unwrap_or_default();
        let directory = here.join(based(global, Path::new("")));
        let directory = directory.canonicalize().unwrap_or(directory);
        let root = directory.ancestors().find(|above| above.join(".git").exists()).map(Path::to_path_buf);
        let from = root.as_deref().unwrap_or(&here);
        let checked = directory.strip_prefix(from).map(Path::to_path_buf).unwrap_or_default();
        Self { here, root, checked }
    }

    /// A path from the root of the repository; as it is where it lies outside, without needless parts.
    pub fn path(&self, path: &Path) -> PathBuf {
        let absolute = plain(&self.here.join(path));
        let inside = self.root.as_deref().and_then(|root| absolute.strip_prefix(root).ok());
        inside.map_or_else(|| plain(path), Path::to_path_buf)
    }

    /// The name under which code scanning keeps what is found here: the same at every run of this directory.
    pub fn category(&self) -> String {
        let directory = uri_of_path(&self.checked);
        if directory.is_empty() { "pt-check".to_owned() } else { format!("pt-check/{directory}") }
    }
}

/// A path without `.` and without what `..` takes back.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(plain.components().next_back(), Some(Component::Normal(_))) => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_start_at_the_root_of_the_repository() {
        let repository = Repository { here: "/r/apps/x".into(), root: Some("/r".into()), checked: "apps/x".into() };
        let path = |path: &str| repository.path(Path::new(path)).to_string_lossy().into_owned();
        assert_eq!(path("./polytope.yml"), "apps/x/polytope.yml");
        assert_eq!(path("../y/./pt.toml"), "apps/y/pt.toml");
        assert_eq!(path("/r/pt.toml"), "pt.toml");
        assert_eq!(path("/home/config.toml"), "/home/config.toml");
        assert_eq!(path("../../../other.yml"), "../../../other.yml");
        assert_eq!(repository.category(), "pt-check/apps/x");
        let nowhere = Repository { here: "/r".into(), root: None, checked: PathBuf::new() };
        assert_eq!(nowhere.path(Path::new("./a/../b.yml")), Path::new("b.yml"));
        assert_eq!(nowhere.category(), "pt-check");
    }
}
