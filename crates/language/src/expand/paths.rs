//! What the relative paths of a file mean, once files include others. All results are relative to the project's directory.

use super::expander::Surroundings;
use crate::include::Home;
use crate::source::Span;

impl Surroundings<'_> {
    /// A path of the host, as the file at `span` writes it. `None` for one that leads out of the project.
    pub(super) fn host_path(&self, written: &str, span: Span) -> Option<String> {
        self.documents.home(span.file).host_path(written, |path| self.is_there(path))
    }

    /// A path of a repository, as the file at `span` writes it; `root` is the folder of another repository than the file's own.
    /// `None` for one that leads out of the repository.
    pub(super) fn repository_path(&self, written: &str, span: Span, root: Option<&str>) -> Option<String> {
        let home = root.map_or_else(|| self.documents.home(span.file), Home::root_of);
        home.repository_path(written, |path| self.is_there(path))
    }

    fn is_there(&self, path: &str) -> bool {
        self.loader.exists(&self.directory.join(path))
    }
}
