//! All files of a project as one: a flat space of names, in which what is nearer hides what is further.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use super::{Home, Lock};
use crate::expr::Budget;
use crate::model::{Document, Module, RemoteReference, StepAction, Template};
use crate::source::{FileId, Spanned};
use crate::syntax::Tree;

/// Something that has a name.
#[derive(Debug, Clone, Copy)]
pub enum Named<'a> {
    /// A module.
    Module(&'a Module),
    /// A template or tool.
    Template(&'a Template),
}

/// The files of one compilation, the one that was asked for first.
#[derive(Debug, Clone, Default)]
pub struct Documents {
    files: Vec<Document>,
    /// What the documents were read from; not of EDN, which nobody edits by its tree.
    trees: BTreeMap<FileId, Arc<Tree>>,
    homes: BTreeMap<FileId, Home>,
    names: Names,
    /// The names of files that nobody includes but someone refers into, by the file that is referred into.
    scopes: BTreeMap<Scope, Names>,
    scope_of: BTreeMap<FileId, Scope>,
    /// What references into other repositories mean.
    references: BTreeMap<String, Place>,
    /// References to repositories that are not here, such as `gh:owner/name`.
    pub absent: Vec<Spanned<String>>,
    /// The repositories that were fetched.
    pub lock: Lock,
    /// Whether some of it could not be read: what is missing may stand there.
    pub(super) incomplete: bool,
    /// Last words of everything that modules and steps call, once somebody has asked.
    called: OnceLock<BTreeSet<String>>,
}

/// The file that a reference into another repository names, relative to the project's directory.
pub(super) type Scope = String;

/// What each name calls.
#[derive(Debug, Clone, Default)]
struct Names {
    /// Modules win over templates of the same file.
    all: BTreeMap<String, Place>,
    /// Templates by name, also those that a module of their file hides.
    templates: BTreeMap<String, Place>,
}

#[derive(Debug, Clone, Copy)]
enum Place {
    Module(usize, usize),
    Template(usize, usize),
}

impl Place {
    fn file(self) -> usize {
        match self {
            Place::Module(file, _) | Place::Template(file, _) => file,
        }
    }
}

impl Names {
    fn add(&mut self, file: usize, document: &Document) {
        for (index, module) in document.modules.iter().enumerate() {
            self.all.entry(module.id.value.clone()).or_insert(Place::Module(file, index));
        }
        for (index, template) in document.templates.iter().enumerate() {
            let place = Place::Template(file, index);
            self.all.entry(template.id.value.clone()).or_insert(place);
            self.templates.entry(template.id.value.clone()).or_insert(place);
        }
    }
}

impl Documents {
    /// Whether a module or step of any file calls something whose last word is `name`, such as `build-image`.
    pub fn call(&self, name: &str) -> bool {
        let called = self.called.get_or_init(|| {
            let modules = self.files.iter().flat_map(|file| &file.modules).filter_map(|module| module.target.as_ref());
            let templates = self.files.iter().flat_map(|file| &file.templates);
            let steps = templates.flat_map(|template| &template.steps).filter_map(|step| match &step.action {
                StepAction::Call(target) => Some(target),
                StepAction::Code(_) => None,
            });
            let last = |target: &Spanned<String>| target.rsplit('/').next().unwrap_or_default().to_owned();
            modules.chain(steps).map(last).collect()
        });
        called.contains(name)
    }

    /// Adds a file; names that are there already stay what they are. With a `scope`, only files of that scope see its names.
    /// Gives its number.
    pub(super) fn add(&mut self, document: Document, home: Home, scope: Option<&Scope>) -> usize {
        let file = self.files.len();
        self.incomplete |= !document.complete;
        self.homes.insert(document.file, home);
        match scope {
            Some(scope) => {
                self.scopes.entry(scope.clone()).or_default().add(file, &document);
                self.scope_of.insert(document.file, scope.clone());
            }
            None => self.names.add(file, &document),
        }
        self.files.push(document);
        file
    }

    /// Keeps what a file's document was read from.
    pub(super) fn keep_tree(&mut self, file: FileId, tree: Tree) {
        self.trees.insert(file, Arc::new(tree));
    }

    /// The tree of a YAML file.
    pub fn tree(&self, file: FileId) -> Option<&Tree> {
        self.trees.get(&file).map(|tree| &**tree)
    }

    /// Lets a reference mean what it names in a file: a module or template, or the default module. Whether it is there.
    pub(super) fn refer(&mut self, written: &str, reference: &RemoteReference, file: usize) -> bool {
        let Some(document) = self.files.get(file) else { return false };
        let place = match &reference.module {
            Some(name) => {
                let module = document.modules.iter().position(|module| module.id.value == *name);
                let template = || document.templates.iter().position(|template| template.id.value == *name);
                let module = module.map(|index| Place::Module(file, index));
                module.or_else(|| template().map(|index| Place::Template(file, index)))
            }
            None => document.modules.iter().position(|module| module.default).map(|index| Place::Module(file, index)),
        };
        place.map(|place| self.references.insert(written.to_owned(), place)).is_some()
    }

    /// The number of the file that a name of the flat space comes from.
    pub(super) fn file_of(&self, name: &str) -> Option<usize> {
        self.names.all.get(name).map(|place| place.file())
    }

    /// Whether everybody sees the names of a file.
    pub(super) fn is_included(&self, document: &Document) -> bool {
        !self.scope_of.contains_key(&document.file)
    }

    /// Whether all of it could be read.
    pub fn complete(&self) -> bool {
        !self.incomplete
    }

    /// The file that was asked for.
    pub fn entry(&self) -> Option<&Document> {
        self.files.first()
    }

    /// All files.
    pub fn files(&self) -> &[Document] {
        &self.files
    }

    /// What a name of the project calls.
    pub fn get(&self, name: &str) -> Option<Named<'_>> {
        self.at(*self.names.all.get(name)?)
    }

    /// What a name calls where it stands: files that are only referred into see their own names alone.
    pub fn called(&self, target: &Spanned<String>) -> Option<Named<'_>> {
        let names =
            self.scope_of.get(&target.span.file).and_then(|scope| self.scopes.get(scope)).unwrap_or(&self.names);
        let place = names.all.get(&target.value).or_else(|| self.references.get(&target.value));
        self.at(*place?)
    }

    /// The template or tool with this name.
    pub fn template(&self, name: &str) -> Option<&Template> {
        match self.at(*self.names.templates.get(name)?)? {
            Named::Template(template) => Some(template),
            Named::Module(_) => None,
        }
    }

    /// What expanding them may take.
    pub fn budget(&self) -> Budget {
        let entries = |document: &Document| {
            document.modules.len() + document.templates.iter().map(|template| template.steps.len() + 1).sum::<usize>()
        };
        Budget::for_entries(self.files.iter().map(entries).sum())
    }

    /// The modules that a name reaches, in the order of their files.
    pub fn modules(&self) -> impl Iterator<Item = &Module> {
        let seen = |module: &&Module| matches!(self.get(&module.id.value), Some(Named::Module(known)) if std::ptr::eq(known, *module));
        self.files.iter().flat_map(|file| &file.modules).filter(seen)
    }

    /// The templates and tools that a name reaches, in the order of their files.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        let seen = |template: &&Template| {
            self.template(&template.id.value).is_some_and(|known| std::ptr::eq(known, *template))
        };
        self.files.iter().flat_map(|file| &file.templates).filter(seen)
    }

    /// Names of all modules, templates and tools, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.all.keys().map(String::as_str)
    }

    /// Whether a file is the project's own; what was fetched from elsewhere is not its author's.
    pub fn is_own(&self, file: FileId) -> bool {
        self.homes.get(&file).is_none_or(|home| home.repository.is_none())
    }

    /// The project's own files.
    pub fn own_files(&self) -> impl Iterator<Item = &Document> {
        self.files.iter().filter(|document| self.is_own(document.file))
    }

    /// Where a file lives; what is no file of the project (such as arguments of the command line) lives at its root.
    pub fn home(&self, file: FileId) -> Home {
        self.homes.get(&file).cloned().unwrap_or_default()
    }

    fn at(&self, place: Place) -> Option<Named<'_>> {
        match place {
            Place::Module(file, index) => self.files.get(file)?.modules.get(index).map(Named::Module),
            Place::Template(file, index) => self.files.get(file)?.templates.get(index).map(Named::Template),
        }
    }
}
