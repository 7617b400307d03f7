//! All files of a project as one: a flat space of names, in which what is nearer hides what is further.

use std::collections::BTreeMap;

use super::{Home, Lock};
use crate::model::{Document, Module, Template};
use crate::source::{FileId, Spanned};

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
    homes: BTreeMap<FileId, Home>,
    /// What each name calls; modules win over templates of the same file.
    names: BTreeMap<String, Place>,
    /// Templates by name, also those that a module of their file hides.
    templates: BTreeMap<String, Place>,
    /// References to repositories that are not here, such as `gh:owner/name`.
    pub absent: Vec<Spanned<String>>,
    /// The repositories that were fetched.
    pub lock: Lock,
    /// Whether some of it could not be read: what is missing may stand there.
    pub(super) incomplete: bool,
}

#[derive(Debug, Clone, Copy)]
enum Place {
    Module(usize, usize),
    Template(usize, usize),
}

impl Documents {
    /// Adds a file; names that are there already stay what they are.
    pub(super) fn add(&mut self, document: Document, home: Home) {
        let file = self.files.len();
        self.incomplete |= !document.complete;
        self.homes.insert(document.file, home);
        for (index, module) in document.modules.iter().enumerate() {
            self.names.entry(module.id.value.clone()).or_insert(Place::Module(file, index));
        }
        for (index, template) in document.templates.iter().enumerate() {
            let place = Place::Template(file, index);
            self.names.entry(template.id.value.clone()).or_insert(place);
            self.templates.entry(template.id.value.clone()).or_insert(place);
        }
        self.files.push(document);
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

    /// What a name calls.
    pub fn get(&self, name: &str) -> Option<Named<'_>> {
        self.at(*self.names.get(name)?)
    }

    /// The template or tool with this name.
    pub fn template(&self, name: &str) -> Option<&Template> {
        match self.at(*self.templates.get(name)?)? {
            Named::Template(template) => Some(template),
            Named::Module(_) => None,
        }
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
        self.names.keys().map(String::as_str)
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
