//! Reads a file and everything that it includes, each file once.

use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

use super::path::{join, normal};
use super::{Documents, Home, Lock, project_directory};
use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Level};
use crate::model::{Document, Include, Repository};
use crate::source::{LoadError, Loader, SourceFile, Sources, Spanned};
use crate::syntax;

/// Names that a blueprint file may have, the first one preferred.
pub const FILE_NAMES: [&str; 4] = ["polytope.yml", "polytope.yaml", "polytope.json", "polytope.edn"];

declare_rule! {
    /// an include that is not there
    ///
    /// `include` names directories of the project with a `polytope.yml` in them, or such files, relative to the file that
    /// includes them. What they describe is missing from every job that needs it.
    ///
    /// ## Bad
    /// ```yaml
    /// include: [services/api]
    /// tools:
    ///   stack: {run: [{tool: polytope/noop}]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// # file: services/api/polytope.yml
    /// tools:
    ///   api: {run: [{tool: polytope/container, args: {image: "busybox:1.36"}}]}
    /// # file: polytope.yml
    /// include: [services/api]
    /// tools:
    ///   stack: {run: [{tool: api}]}
    /// ```
    pub static INCLUDE_NOT_FOUND = { name: "include-not-found", code: "PT136", level: Error, precision: VeryHigh };
}

declare_rule! {
    /// an included repository that was not fetched
    ///
    /// Nothing is fetched while a file is checked. What the repository defines is not known here; a job that needs one of
    /// its tools says so as an error of its own. `pt include add` fetches it and pins its commit in `pt.lock`.
    ///
    /// ## Bad
    /// ```yaml
    /// include: [{repo: "gh:acme/tools"}]
    /// tools:
    ///   stack: {run: [{tool: polytope/noop}]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// tools:
    ///   stack: {run: [{tool: polytope/noop}]}
    /// ```
    pub static REMOTE_INCLUDE = { name: "remote-include", code: "PT137", level: Info, precision: VeryHigh };
}

/// A file that is still to be read.
struct Wanted {
    /// Relative to the project's directory.
    path: String,
    home: Home,
}

/// Reads `path` and everything that it includes into `sources`. An error only where the file itself cannot be read.
pub fn read(
    loader: &dyn Loader,
    path: &Path,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Result<Documents, LoadError> {
    let directory = project_directory(path);
    let text = loader.read(path)?;
    let inside = path.strip_prefix(&directory).unwrap_or(path).to_string_lossy().into_owned();
    let home = Home { directory: directory_of(&inside), ..Home::default() };
    let mut reader = Reader {
        loader,
        directory,
        sources,
        diagnostics,
        documents: Documents::default(),
        seen: BTreeSet::from([inside]),
        queue: VecDeque::new(),
    };
    reader.document(path, text, home);
    while let Some(wanted) = reader.queue.pop_front() {
        let path = reader.directory.join(&wanted.path);
        match reader.loader.read(&path) {
            Ok(text) => reader.document(&path, text, wanted.home),
            Err(error) => reader.unreadable(&path, &error),
        }
    }
    Ok(reader.documents)
}

/// The directory of a file, both relative to the project's.
fn directory_of(path: &str) -> String {
    path.rsplit_once('/').map_or_else(String::new, |(directory, _)| directory.to_owned())
}

struct Reader<'a> {
    loader: &'a dyn Loader,
    directory: PathBuf,
    sources: &'a mut Sources,
    diagnostics: &'a mut Diagnostics,
    documents: Documents,
    /// Paths of all files that were met, relative to the project's directory.
    seen: BTreeSet<String>,
    queue: VecDeque<Wanted>,
}

impl Reader<'_> {
    fn document(&mut self, path: &Path, text: String, home: Home) {
        let file = self.sources.add(SourceFile::new(path, text));
        let text = self.sources.file(file).text.clone();
        let is_edn = path.extension().is_some_and(|extension| extension == "edn");
        let tree = if is_edn { syntax::edn::parse } else { syntax::parse }(file, &text, self.diagnostics);
        let document = Document::read(file, &tree, self.diagnostics);
        for include in &document.includes {
            match include {
                Include::Path(written) => self.local(written, &home),
                Include::Repository(repository) => self.remote(repository),
            }
        }
        self.documents.add(document, home);
    }

    fn local(&mut self, written: &Spanned<String>, home: &Home) {
        // A leading `/` is the root of the repository.
        let found = match written.value.strip_prefix('/') {
            Some(rest) => join(&home.root, rest),
            None => join(&home.directory, &written.value),
        };
        let inside = |path: &String| home.root.is_empty() || Path::new(path).starts_with(&home.root);
        let Some(path) = found.filter(inside) else {
            let message = format!("the include `{}` lies outside of the project", written.value);
            self.diagnostics.report(&INCLUDE_NOT_FOUND, written.span, message).help("move it into the project");
            return;
        };
        match self.file_at(&path) {
            Some(file) => self.want(file, home),
            None => self.report_missing(written, &path),
        }
    }

    /// The file that a path means: itself, or the blueprint file in the directory.
    fn file_at(&self, path: &str) -> Option<String> {
        let is_file = |path: &str| {
            Path::new(path)
                .extension()
                .and_then(|extension| extension.to_str())
                .is_some_and(|extension| ["yml", "yaml", "json", "edn"].contains(&extension))
        };
        if is_file(path) && self.loader.exists(&self.directory.join(path)) {
            return Some(path.to_owned());
        }
        let inside = FILE_NAMES.iter().filter_map(|name| normal(&format!("./{path}/{name}")));
        inside.into_iter().find(|path| self.loader.exists(&self.directory.join(path)))
    }

    fn want(&mut self, path: String, home: &Home) {
        if !self.seen.insert(path.clone()) {
            return;
        }
        let home = Home { directory: directory_of(&path), ..home.clone() };
        self.queue.push_back(Wanted { path, home });
    }

    fn report_missing(&mut self, written: &Spanned<String>, path: &str) {
        self.documents.incomplete = true;
        let there = self.loader.exists(&self.directory.join(path));
        let message = match there {
            true => format!("the included directory `{}` holds no polytope.yml", written.value),
            false => format!("the include `{}` is not there", written.value),
        };
        let help = match there {
            true => "add a polytope.yml to it, or remove the line",
            false => "correct the path, or remove the line",
        };
        self.diagnostics.report(&INCLUDE_NOT_FOUND, written.span, message).help(help);
    }

    fn unreadable(&mut self, path: &Path, error: &LoadError) {
        self.documents.incomplete = true;
        let file = self.sources.add(SourceFile::new(path, String::new()));
        let span = crate::source::Span::start_of(file);
        self.diagnostics.report(&INCLUDE_NOT_FOUND, span, format!("this included file is of no use: {error}"));
    }

    fn remote(&mut self, repository: &Repository) {
        if self.documents.lock == Lock::default() {
            self.documents.lock = Lock::read(self.loader, &self.directory);
        }
        let root = self.documents.lock.pin(&repository.name).map(super::Pin::folder);
        let path = repository.path.as_ref().map_or("", |path| path.value.as_str());
        let home = root.map(|root| Home { directory: root.clone(), root, repository: Some(repository.name.clone()) });
        let found = home.as_ref().and_then(|home| self.file_at(&join(&home.root, path.trim_start_matches('/'))?));
        if let (Some(file), Some(home)) = (found, &home) {
            self.want(file, home);
            return;
        }
        self.documents.absent.push(repository.reference.clone());
        let message = match home {
            Some(_) => format!("`{}` is locked but not fetched", repository.reference.value),
            None => format!("`{}` was not fetched: what it defines is not known here", repository.reference.value),
        };
        self.diagnostics.at_most(Level::Info, |diagnostics| {
            let help = format!("`pt include add {}` fetches it", repository.reference.value);
            diagnostics.report(&REMOTE_INCLUDE, repository.reference.span, message).help(help);
        });
    }
}
