//! Which `pt.toml` counts, and what it starts from.

use std::path::{Component, Path, PathBuf};

use super::Layer;
use super::read::read;
use super::rules::INVALID_SETTING;
use crate::diagnostic::{Diagnostics, Rule};
use crate::source::{LoadError, Loader, SourceFile, Sources};

/// The name of a project's settings.
pub const FILE_NAME: &str = "pt.toml";

/// How many files one may start from, one after the other.
const MOST_BASES: usize = 8;

/// The nearest file in a directory or above it, up to the root of its repository. `directory` is absolute.
pub fn nearest(loader: &dyn Loader, directory: &Path) -> Option<PathBuf> {
    for directory in directory.ancestors() {
        let file = directory.join(FILE_NAME);
        if loader.exists(&file) {
            return Some(file);
        }
        if loader.exists(&directory.join(".git")) {
            break;
        }
    }
    None
}

/// A file and all that it starts from, the weakest layer first. An error only where the file itself cannot be read.
pub fn read_with_bases(
    loader: &dyn Loader,
    path: &Path,
    rules: &[&'static Rule],
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Result<Vec<Layer>, LoadError> {
    let mut layers = Vec::new();
    // What a file starts from must lie in its project, whoever named it on the way.
    let fence = loader.fence(path);
    let mut met = vec![loader.follow(path)];
    let mut next = Some((path.to_path_buf(), loader.read(path)?));
    while let Some((path, text)) = next.take() {
        let file = sources.add(SourceFile::new(&path, text));
        let text = sources.file(file).text.clone();
        let shown = path.parent().unwrap_or(Path::new(""));
        let real = loader.follow(shown);
        let document = read(file, &text, (shown, &real), rules, diagnostics);
        layers.push(document.layer);
        let Some(extends) = document.extends else { break };
        let base = plain(&shown.join(&extends.value));
        let mut refuse = |message: String, help: &str| {
            diagnostics.report(&INVALID_SETTING, extends.span, message).help(help.to_owned());
        };
        // A project must not have the lines of any file it likes shown in a finding.
        let real = loader.follow(&base);
        if [&base, &real].into_iter().any(|path| path.extension().is_none_or(|extension| extension != "toml")) {
            refuse(format!("`{}` is no TOML file", extends.value), "name a file that ends in `.toml`");
            break;
        }
        if met.contains(&real) || met.len() > MOST_BASES {
            refuse(format!("`{}` leads back to this file", extends.value), "remove the line");
            break;
        }
        met.push(real);
        match loader.read_in(&fence, &base) {
            Ok(text) => next = Some((base, text)),
            Err(error) => {
                let help = error.help().unwrap_or("correct the path");
                refuse(format!("`{}` cannot be read: {error}", extends.value), help);
            }
        }
    }
    layers.reverse();
    Ok(layers)
}

/// A path without `.` and, where it can be, without `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(plain.components().next_back(), Some(Component::Normal(_))) => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}
