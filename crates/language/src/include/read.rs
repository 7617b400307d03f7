//! Reads a file and everything that it includes, each file once.

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;

use super::documents::Scope;
use super::doubles::{Includers, report_doubles};
use super::path::join;
use super::place::{Places, repository_home};
use super::referred::{Referred, references};
use super::{Documents, Home, INCLUDE_NOT_FOUND, Lock, REMOTE_INCLUDE, project_directory};
use crate::diagnostic::Diagnostics;
use crate::model::{Document, Include, Repository};
use crate::source::{FileId, LoadError, Loader, SourceFile, Sources, Span, Spanned};
use crate::syntax::{self, Node, Style, Tree};
use crate::value::WRONG_TYPE;

/// The most files that one project may hold; the largest known has 31.
const MOST_FILES: usize = 2_000;

/// The most bytes in all of its files (64 MiB).
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// A file that is still to be read.
pub(super) struct Wanted {
    /// Relative to the project's directory, as it is written.
    pub(super) path: String,
    pub(super) home: Home,
    /// Where it is asked for.
    pub(super) span: Span,
    /// The space of names that it belongs to; the project's when absent.
    pub(super) scope: Option<Scope>,
    /// The number of the file that includes it.
    pub(super) includer: Option<usize>,
}

/// What a file is known by: its space of names, and its path once links are followed.
type Key = (Option<Scope>, String);

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
    let mut documents = Documents::default();
    documents.lock = Lock::read(loader, &directory);
    let mut reader = Reader {
        places: Places::new(loader, directory),
        sources,
        diagnostics,
        documents,
        met: BTreeMap::new(),
        links: Vec::new(),
        near: VecDeque::new(),
        far: VecDeque::new(),
        referred: VecDeque::new(),
        bytes: 0,
    };
    // The file that was asked for may be a link: the user named it.
    let real = reader.places.inside(&inside, &home).unwrap_or(inside);
    let wanted = Wanted { path: String::new(), home, span: Span::start_of(FileId(0)), scope: None, includer: None };
    reader.document(path, text, (None, real), wanted);
    reader.drain();
    while let Some(referred) = reader.referred.pop_front() {
        reader.refer(&referred);
    }
    report_doubles(&reader.documents, &reader.includers(), reader.diagnostics);
    Ok(reader.documents)
}

/// The directory of a file, both relative to the project's.
fn directory_of(path: &str) -> String {
    path.rsplit_once('/').map_or_else(String::new, |(directory, _)| directory.to_owned())
}

/// What was read so far, and what is still to be read.
pub(super) struct Reader<'a> {
    pub(super) places: Places<'a>,
    sources: &'a mut Sources,
    diagnostics: &'a mut Diagnostics,
    pub(super) documents: Documents,
    /// The number of each file that was met; `None` as long as it is not read.
    met: BTreeMap<Key, Option<usize>>,
    /// The number of a file, and what it includes.
    links: Vec<(usize, Key)>,
    /// Files of the project: their names hide those of other repositories.
    near: VecDeque<(Key, Wanted)>,
    /// Files of other repositories.
    far: VecDeque<(Key, Wanted)>,
    /// References into other repositories.
    referred: VecDeque<Referred>,
    bytes: usize,
}

impl Reader<'_> {
    /// Reads everything that is wanted.
    pub(super) fn drain(&mut self) {
        while let Some((key, wanted)) = self.near.pop_front().or_else(|| self.far.pop_front()) {
            let path = self.places.shown(&wanted.path);
            match self.places.read(&wanted.path, &wanted.home) {
                Ok(text) if self.bytes + text.len() > MOST_BYTES => {
                    self.refuse(wanted.span, "the included files hold more than 64 MiB", "include less");
                }
                Ok(text) => self.document(&path, text, key, wanted),
                Err(error) => {
                    let message = format!("`{}` cannot be included: {error}", path.display());
                    self.refuse(wanted.span, &message, error.help().unwrap_or("correct the file, or remove the line"));
                }
            }
        }
    }

    /// The number of a file that was read.
    pub(super) fn number_of(&self, scope: Option<&Scope>, real: &str) -> Option<usize> {
        self.met.get(&(scope.cloned(), real.to_owned())).copied().flatten()
    }

    fn includers(&self) -> Includers {
        let mut includers = Includers::new();
        for (includer, key) in &self.links {
            if let Some(number) = self.met.get(key).copied().flatten() {
                includers.entry(number).or_default().insert(*includer);
            }
        }
        includers
    }

    fn document(&mut self, path: &Path, text: String, key: Key, wanted: Wanted) {
        self.bytes += text.len();
        let file = self.sources.add(SourceFile::new(path, text));
        let text = self.sources.file(file).text.clone();
        let is_edn = path.extension().is_some_and(|extension| extension == "edn");
        let tree = if is_edn { syntax::edn::parse } else { syntax::parse }(file, &text, self.diagnostics);
        let tree = self.without_link(tree);
        let document = Document::read(file, &tree, self.diagnostics);
        if !is_edn {
            self.documents.keep_tree(file, tree);
        }
        let includes = document.includes.clone();
        self.referred.extend(references(&document));
        let Wanted { home, scope, .. } = wanted;
        let number = self.documents.add(document, home.clone(), scope.as_ref());
        self.met.insert(key, Some(number));
        for include in includes {
            match include {
                Include::Path(written) => self.local(&written, &home, scope.clone(), number),
                Include::Repository(repository) => self.remote(&repository, scope.clone(), number),
            }
        }
    }

    /// Where git makes no symbolic links, a link is a file that holds a path.
    fn without_link(&mut self, tree: Tree) -> Tree {
        let scalar = tree.root.as_scalar().filter(|scalar| scalar.style == Style::Plain);
        let is_path = |text: &str| !text.contains([' ', '\n']) && (text.contains('/') || text.contains("polytope."));
        let Some(target) = scalar.map(|scalar| scalar.text.to_string()).filter(|text| is_path(text)) else {
            return tree;
        };
        self.diagnostics
            .report(&WRONG_TYPE, tree.root.span, format!("this file holds nothing but the path `{target}`"))
            .label("a symbolic link that git wrote as text")
            .help(format!(
                "check it out as a link (`git config core.symlinks true`), or write `include: [{target}]` here"
            ));
        Tree { root: Node::missing(tree.root.span), complete: false, ..tree }
    }

    fn local(&mut self, written: &Spanned<String>, home: &Home, scope: Option<Scope>, includer: usize) {
        // A leading `/` is the root of the repository.
        let found = match written.value.strip_prefix('/') {
            Some(rest) => join(&home.root, rest),
            None => join(&home.directory, &written.value),
        };
        let inside = |path: &String| home.root.is_empty() || Path::new(path).starts_with(&home.root);
        let Some(path) = found.filter(inside) else {
            let message = format!("the include `{}` lies outside of the project", written.value);
            self.refuse(written.span, &message, "move it into the project");
            return;
        };
        match self.places.file_at(&path) {
            Some(path) => {
                self.want(Wanted { path, home: home.clone(), span: written.span, scope, includer: Some(includer) });
            }
            None if self.places.is_there(&path) => {
                let message = format!("the included directory `{}` holds no polytope.yml", written.value);
                self.refuse(written.span, &message, "add a polytope.yml to it, or remove the line");
            }
            None => {
                let message = format!("the include `{}` is not there", written.value);
                self.refuse(written.span, &message, "correct the path, or remove the line");
            }
        }
    }

    /// Puts a file into its queue, unless it was met before.
    pub(super) fn want(&mut self, wanted: Wanted) {
        let Some(real) = self.places.inside(&wanted.path, &wanted.home) else {
            let message = format!("`{}` is a link that leads out of the project", wanted.path);
            self.refuse(wanted.span, &message, "replace the link by what it points to");
            return;
        };
        let key = (wanted.scope.clone(), real);
        self.links.extend(wanted.includer.map(|includer| (includer, key.clone())));
        if self.met.contains_key(&key) {
            return;
        }
        if self.met.len() >= MOST_FILES {
            self.refuse(wanted.span, &format!("more than {MOST_FILES} files are included"), "include less");
            return;
        }
        self.met.insert(key.clone(), None);
        let home = Home { directory: directory_of(&wanted.path), ..wanted.home };
        let queue = if home.repository.is_none() { &mut self.near } else { &mut self.far };
        queue.push_back((key, Wanted { home, ..wanted }));
    }

    fn refuse(&mut self, span: Span, message: &str, help: &str) {
        self.documents.incomplete = true;
        self.diagnostics.report(&INCLUDE_NOT_FOUND, span, message).help(help);
    }

    fn remote(&mut self, repository: &Repository, scope: Option<Scope>, includer: usize) {
        let Repository { reference, name, rev, path } = repository;
        let home = repository_home(&self.documents.lock, name, rev.as_deref());
        let inner = path.as_ref().map_or("", |path| path.value.trim_start_matches('/'));
        let inside = |home: &Home| {
            let path = join(&home.root, inner)?;
            Path::new(&path).starts_with(&home.root).then(|| self.places.file_at(&path)).flatten()
        };
        if let Some(home) = &home
            && let Some((message, help)) = self.why_strange(repository, home)
        {
            self.documents.absent.push(reference.clone());
            self.refuse(reference.span, &message, &help);
            return;
        }
        if let Some((path, home)) = home.as_ref().and_then(|home| Some((inside(home)?, home.clone()))) {
            self.want(Wanted { path, home, span: reference.span, scope, includer: Some(includer) });
            return;
        }
        self.documents.absent.push(reference.clone());
        let (message, help) = self.why_absent(repository, home.as_ref());
        self.diagnostics.report(&REMOTE_INCLUDE, reference.span, message).help(help);
    }

    /// Why the folder of a repository is not what the lock says was fetched, and what to type.
    fn why_strange(&self, repository: &Repository, home: &Home) -> Option<(String, String)> {
        let (written, pin) = (&repository.reference.value, self.documents.lock.pin(&repository.name)?);
        let folder = self.places.shown(&home.root);
        if !self.places.is_there(&home.root) {
            return None;
        }
        // A link that leads out is refused by that name.
        self.places.inside(&home.root, home)?;
        let found = self.places.loader.digest(&folder)?;
        let message = match (found, &pin.digest) {
            (Ok(found), Some(expected)) if found == *expected => return None,
            (Ok(_), Some(_)) => {
                format!("the files in {} are not those of `{written}` that pt.lock names", folder.display())
            }
            (Ok(_), None) => format!("pt.lock has no digest for `{written}`, so nothing tells its files from others"),
            (Err(error), _) => format!("the files in {} cannot be compared with pt.lock: {error}", folder.display()),
        };
        Some((message, format!("`pt include fetch` fetches gh:{} anew, as it is pinned", pin.name)))
    }

    /// What keeps an include of another repository from being read, and what to type.
    fn why_absent(&self, repository: &Repository, home: Option<&Home>) -> (String, String) {
        let (written, name, lock) = (&repository.reference.value, &repository.name, &self.documents.lock);
        if let Some(home) = home {
            if self.places.is_there(&home.root) {
                let what = repository.path.as_ref().map_or("polytope.yml", |path| path.value.as_str());
                let help = format!("`pt include update gh:{name}` fetches its newest commit");
                return (format!("`{written}` holds no `{what}`"), help);
            }
            return (format!("`{written}` is locked but not fetched"), "`pt include fetch` fetches it".to_owned());
        }
        if let Some(pin) = lock.pin(name) {
            let at = pin.rev.as_deref().unwrap_or(&pin.commit);
            return (format!("`{written}` is locked at `{at}`"), format!("`pt include add {written}` pins it anew"));
        }
        if let Some(problem) = &lock.problem {
            return (format!("pt.lock cannot be used: {problem}"), "correct pt.lock".to_owned());
        }
        let message = format!("`{written}` was not fetched: what it defines is not known here");
        (message, format!("`pt include add {written}` fetches it"))
    }
}
