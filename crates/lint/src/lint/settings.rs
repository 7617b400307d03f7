//! What the people of a project decided about its findings, apart from the files themselves.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use globset::{GlobBuilder, GlobMatcher};
use jiff::civil::Date;

use super::Judge;
use crate::diagnostic::{LevelOverrides, Rule};

/// How files are judged. The default is what every rule says of itself.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Levels of rules that differ from their own.
    pub levels: LevelOverrides,
    /// Registries (`ghcr.io`) or parts of them (`ghcr.io/acme`) that images may come from; empty for any.
    pub allowed_registries: Vec<String>,
    /// More names of variables that hold secrets, as patterns in which `*` stands for anything.
    pub secret_names: Vec<String>,
    /// More images whose servers keep state, with the directory of their data: `(ghcr.io/acme/store, /var/lib/store)`.
    pub stateful_images: Vec<(String, String)>,
    /// Whether passwords of containers that only this machine reaches are worth a warning and no more.
    pub lenient: bool,
    /// Files in which rules are left alone.
    pub ignored_files: Vec<IgnoredFiles>,
    /// Rules that no comment can leave alone.
    pub denied: Vec<&'static Rule>,
    /// The day by which a suppression may have ended; without it none has.
    pub today: Option<Date>,
    /// Who else looks at a project when it is checked, such as its policies.
    pub judges: Vec<Arc<dyn Judge>>,
}

impl From<LevelOverrides> for Settings {
    fn from(levels: LevelOverrides) -> Self {
        Self { levels, ..Self::default() }
    }
}

/// Files in which rules are left alone.
#[derive(Debug, Clone)]
pub struct IgnoredFiles {
    /// The pattern as it was written.
    pub pattern: String,
    /// The rules.
    pub rules: Vec<&'static Rule>,
    directory: PathBuf,
    matcher: GlobMatcher,
}

impl IgnoredFiles {
    /// A pattern of paths below `directory`: `*.yml` at any depth, `old/*.yml` from there on, `vendor/` with all that is in it.
    pub fn new(pattern: &str, directory: &Path, rules: Vec<&'static Rule>) -> Result<Self, globset::Error> {
        let mut whole = pattern.strip_prefix("./").unwrap_or(pattern).to_owned();
        if whole.ends_with('/') {
            whole.push_str("**");
        }
        if !whole.contains('/') {
            whole.insert_str(0, "**/");
        }
        let matcher = GlobBuilder::new(&whole).literal_separator(true).build()?.compile_matcher();
        Ok(Self { pattern: pattern.to_owned(), rules, directory: directory.to_path_buf(), matcher })
    }

    /// Whether a file, its path without links, is one of them.
    pub fn holds(&self, path: &Path) -> bool {
        path.strip_prefix(&self.directory).is_ok_and(|inside| self.matcher.is_match(inside))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn patterns_start_from_the_directory_of_their_file() {
        let holds = |pattern: &str, path: &str| {
            IgnoredFiles::new(pattern, Path::new("/shop"), Vec::new()).unwrap().holds(Path::new(path))
        };
        assert!(holds("polytope.yml", "/shop/a/b/polytope.yml"));
        assert!(holds("vendor/", "/shop/vendor/a/polytope.yml"));
        assert!(holds("./a/*.yml", "/shop/a/polytope.yml"));
        assert!(holds("**/old/**", "/shop/a/old/polytope.yml"));
        assert!(!holds("a/*.yml", "/shop/a/b/polytope.yml"), "a star stays in its directory");
        assert!(!holds("a/*.yml", "/shop/c/a/x.yml"));
        assert!(!holds("**", "/other/polytope.yml"), "beside the directory");
    }
}
