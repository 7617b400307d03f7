//! Places in a file that name other files: includes, scripts, paths of the host and of the repository.

use std::path::{Path, PathBuf};

use super::Analysis;
use crate::expand::MountSource;
use crate::include::{FILE_NAMES, join, project_directory};
use crate::model::Include;
use crate::source::{FileId, Span};

/// A place that names a file or directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The path as it is written, with its quotes if it has any.
    pub span: Span,
    /// What it names, as the compiler would read it; it may not be there.
    pub target: PathBuf,
}

/// The links of a file, by place.
pub fn links(analysis: &Analysis, file: FileId) -> Vec<Link> {
    let Some(directory) = root(analysis) else { return Vec::new() };
    let mut links = includes(analysis, file, &directory);
    let programs = analysis.compilation.programs.iter();
    for mount in programs.flat_map(|program| program.containers.values()).flat_map(|container| &container.mounts) {
        if let MountSource::Host { path } | MountSource::Repo { path } = &mount.source
            && path.span.file == file
            && !path.span.is_empty()
        {
            links.push(Link { span: path.span, target: directory.join(&path.value) });
        }
    }
    links.sort_by_key(|link| link.span);
    links.dedup_by_key(|link| link.span);
    links
}

/// The directory of the project.
fn root(analysis: &Analysis) -> Option<PathBuf> {
    let entry = analysis.compilation.documents.entry()?;
    Some(project_directory(&analysis.source(entry.file).path))
}

fn includes(analysis: &Analysis, file: FileId, directory: &Path) -> Vec<Link> {
    let documents = &analysis.compilation.documents;
    let Some(document) = documents.files().iter().find(|document| document.file == file) else { return Vec::new() };
    let home = documents.home(file);
    let target = |written: &str| {
        let path = match written.strip_prefix('/') {
            Some(rest) => join(&home.root, rest),
            None => join(&home.directory, written),
        };
        let path = directory.join(path?);
        // A directory stands for the file in it.
        let inside = FILE_NAMES.iter().map(|name| path.join(name));
        inside.chain([path.clone()]).find(|path| analysis.file(path).is_some())
    };
    let paths = document.includes.iter().filter_map(|include| match include {
        Include::Path(path) => Some(Link { span: path.span, target: target(&path.value)? }),
        Include::Repository(_) => None,
    });
    paths.collect()
}
