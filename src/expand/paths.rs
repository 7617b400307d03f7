//! What the relative paths of a file mean, once files include others.
//!
//! Files in practice write paths both from their own directory and from the project's; where the first reading finds
//! nothing, the second one is tried. All results are relative to the project's directory.

use super::expander::Surroundings;
use crate::include::{Home, join, normal};
use crate::source::Span;

impl Surroundings<'_> {
    /// A path of the host: `./x` starts from the project's directory, `x` from the file's own. `None` for one that leads out.
    pub(super) fn host_path(&self, written: &str, span: Span) -> Option<String> {
        let home = self.documents.home(span.file);
        let (from_project, from_file) = (normal(written), join(&home.directory, written));
        let starts_here = ["./", "../"].iter().any(|start| written.starts_with(start)) || matches!(written, "" | ".");
        if starts_here || home.repository.is_some() {
            self.first_there([from_project, from_file])
        } else {
            self.first_there([from_file, from_project])
        }
    }

    /// A path of a repository, from the file's directory, or with a leading `/` from the root; `root` is the folder of
    /// another repository than the file's own. `None` for one that leads out of the repository.
    pub(super) fn repository_path(&self, written: &str, span: Span, root: Option<&str>) -> Option<String> {
        let home = match root {
            Some(root) => Home { directory: root.to_owned(), root: root.to_owned(), repository: None },
            None => self.documents.home(span.file),
        };
        if written == "~" || written.starts_with("~/") {
            return None;
        }
        let relative = written.trim_start_matches('/');
        let inside = |path: Option<String>| {
            path.filter(|path| home.root.is_empty() || std::path::Path::new(path).starts_with(&home.root))
        };
        let from_root = inside(join(&home.root, relative));
        if relative.len() < written.len() {
            return from_root;
        }
        self.first_there([inside(join(&home.directory, written)), from_root])
    }

    /// The first of two readings that names something that is there; the first one where neither does.
    fn first_there(&self, readings: [Option<String>; 2]) -> Option<String> {
        let [first, second] = readings;
        if first == second {
            return first;
        }
        let there = |path: &&String| self.loader.exists(&self.directory.join(path.as_str()));
        match (&first, &second) {
            (Some(first), Some(second)) if !there(&first) && there(&second) => Some(second.clone()),
            (None, _) => second,
            _ => first,
        }
    }
}
