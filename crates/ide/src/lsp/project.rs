//! The projects that open files belong to, each compiled when something in it changed and someone wants to know.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::overlay::Overlay;
use super::server::Surroundings;
use crate::compiler;
use crate::diagnostic::isolated;
use crate::ide::Analysis;
use crate::include::{FILE_NAMES, root_of};

/// One project.
#[derive(Debug, Default)]
pub(super) struct Project {
    /// What is known of it; nothing before it is first looked at, or while its first file cannot be read.
    pub(super) analysis: Option<Analysis>,
    /// Why its first file cannot be read.
    pub(super) problem: Option<String>,
    /// Whether something changed since it was last looked at.
    pub(super) is_stale: bool,
    /// Whether its findings are to be told anew.
    pub(super) is_untold: bool,
    /// The files of which findings were told.
    pub(super) told: BTreeSet<PathBuf>,
}

impl Project {
    /// Whether a file is one of the project that begins with `home`.
    pub(super) fn has(&self, home: &Path, path: &Path) -> bool {
        home == path || self.analysis.as_ref().is_some_and(|analysis| analysis.file(path).is_some())
    }
}

/// All projects by the path of their first file.
#[derive(Debug, Default)]
pub(super) struct Projects {
    pub(super) all: BTreeMap<PathBuf, Project>,
    /// The first file of the project that a file belongs to.
    homes: BTreeMap<PathBuf, PathBuf>,
}

impl Projects {
    /// The project of a file, found when it is first asked for: that of a file that includes it, else its own where it is named
    /// as a blueprint is.
    pub(super) fn home(&mut self, path: &Path, overlay: &Overlay) -> Option<PathBuf> {
        if let Some(home) = self.homes.get(path) {
            return Some(home.clone());
        }
        // A part of a project that is known already may have any name.
        let known = self.all.iter().find(|(home, project)| project.has(home, path));
        let is_named = path.file_name().and_then(|name| name.to_str()).is_some_and(|name| FILE_NAMES.contains(&name));
        let home = known
            .map(|(home, _)| home.clone())
            .or_else(|| root_of(overlay, path))
            .or_else(|| is_named.then(|| path.to_path_buf()))?;
        self.homes.insert(path.to_path_buf(), home.clone());
        self.all.entry(home.clone()).or_insert_with(|| Project {
            is_stale: true,
            is_untold: true,
            ..Project::default()
        });
        Some(home)
    }

    /// A file changed: the projects that read it are stale.
    pub(super) fn changed(&mut self, path: &Path) {
        let home = self.homes.get(path);
        for (entry, project) in &mut self.all {
            if Some(entry) == home || project.has(entry, path) {
                project.is_stale = true;
                project.is_untold = true;
            }
        }
    }

    /// Whether a file of a project is open.
    pub(super) fn is_in_view(&self, home: &Path, overlay: &Overlay) -> bool {
        let has = |path: &Path| self.all.get(home).is_some_and(|project| project.has(home, path));
        overlay.open.keys().any(|path| self.homes.get(path).is_some_and(|known| known == home) || has(path))
    }

    /// Nobody looks at a project any more.
    pub(super) fn forget(&mut self, home: &Path) {
        self.all.remove(home);
        self.homes.retain(|_, project| project != home);
    }

    /// Something outside changed, and files may belong elsewhere now.
    pub(super) fn all_changed(&mut self) {
        self.homes.clear();
        for project in self.all.values_mut() {
            project.is_stale = true;
            project.is_untold = true;
        }
    }

    /// The project as it is now.
    pub(super) fn fresh(
        &mut self,
        home: &Path,
        overlay: &Overlay,
        surroundings: &dyn Surroundings,
    ) -> Option<&mut Project> {
        let project = self.all.get_mut(home)?;
        if project.is_stale {
            let (given, settings) = surroundings.of(home);
            let analyze = || {
                compiler::check(overlay, home, &given, &settings).map(|compilation| Analysis::new(compilation, given))
            };
            // A fault of ours that one file brings out must not take the other files from whoever edits them.
            let analyzed = isolated(analyze).map_err(|error| error.to_string());
            let analyzed = analyzed.and_then(|analyzed| analyzed.map_err(|error| error.to_string()));
            project.is_stale = false;
            project.problem = None;
            project.analysis = analyzed.map_err(|problem| project.problem = Some(problem)).ok();
        }
        Some(project)
    }
}
