//! The project that a file belongs to: the outermost file above it that includes it.
//!
//! An included file by itself knows neither the names of its siblings nor the project's directory.

use std::path::{Path, PathBuf};

use super::{FILE_NAMES, read};
use crate::diagnostic::Diagnostics;
use crate::source::{Loader, Sources};

/// How far up is looked; real projects include at most four levels.
const LEVELS: usize = 16;

/// The outermost file above `path` that includes it, itself or through others; looked for up to the root of the repository.
/// `path` has to be absolute, or relative to something that nothing above of counts.
pub fn root_of(loader: &dyn Loader, path: &Path) -> Option<PathBuf> {
    let mut found = None;
    let mut directory = path.parent()?;
    for _ in 0..LEVELS {
        if loader.exists(&directory.join(".git")) {
            break;
        }
        let Some(above) = directory.parent() else { break };
        directory = above;
        let mut names = FILE_NAMES.iter().map(|name| directory.join(name));
        found = names.find(|candidate| loader.exists(candidate) && includes(loader, candidate, path)).or(found);
    }
    found
}

fn includes(loader: &dyn Loader, candidate: &Path, path: &Path) -> bool {
    let mut sources = Sources::default();
    let read = read(loader, candidate, &mut sources, &mut Diagnostics::default());
    read.is_ok() && sources.iter().any(|(_, file)| file.path == path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryLoader;

    #[test]
    fn the_outermost_file_that_includes_another_is_its_root() {
        let loader = MemoryLoader::new([
            ("polytope.yml", "include: [services]\n"),
            ("services/polytope.yml", "include: [api]\n"),
            ("services/api/polytope.yml", "tools: {}\n"),
            ("services/alone/polytope.yml", "tools: {}\n"),
        ]);
        let root = |path: &str| root_of(&loader, Path::new(path));
        assert_eq!(root("services/api/polytope.yml"), Some(PathBuf::from("polytope.yml")));
        assert_eq!(root("services/polytope.yml"), Some(PathBuf::from("polytope.yml")));
        assert_eq!(root("services/alone/polytope.yml"), None);
        assert_eq!(root("polytope.yml"), None);
    }

    #[test]
    fn nothing_above_the_repository_counts() {
        let loader = MemoryLoader::new([
            ("polytope.yml", "include: [theirs]\n"),
            ("theirs/.git/HEAD", ""),
            ("theirs/polytope.yml", "tools: {}\n"),
        ]);
        assert_eq!(root_of(&loader, Path::new("theirs/polytope.yml")), None);
    }
}
