//! Where blueprints are found: the folder that is built in, then the project's `./blueprints/`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, OnceLock};

use include_dir::{Dir, include_dir};

use super::facts::facts_of;
use super::manifest::{BAD_BLUEPRINT, Blueprint};
use super::template::Template;
use crate::diagnostic::Diagnostics;
use crate::source::{FileId, LoadError, Loader, SourceFile, Sources, Span};
use crate::syntax;

static FOLDER: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../blueprints");

/// What the references of all built-in blueprints start with.
const RESERVED: &str = "polytope/";

/// Another spelling of it.
const SHORT: &str = "pt/";

/// Built-in blueprints that files call by their bare name, as tools of a framework that they include.
const BARE: [&str; 1] = ["load-config"];

/// Built-in manifests are read with this id, which is in no list of sources: nobody is ever shown a place in them.
pub(super) const BUILTIN_FILE: FileId = FileId(u32::MAX);

/// Built-in blueprints by folder name, each read when it is first asked for.
static BUILTIN: LazyLock<BTreeMap<&'static str, OnceLock<Option<Blueprint>>>> = LazyLock::new(|| {
    FOLDER.dirs().filter_map(|folder| folder.path().file_name()?.to_str()).map(|name| (name, OnceLock::new())).collect()
});

/// Images that behave as a family of another name, from `blueprints/images.yml`.
static ALIASES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let text = FOLDER.get_file("images.yml").and_then(|file| file.contents_utf8()).unwrap_or_default();
    let tree = syntax::parse(BUILTIN_FILE, text, &mut Diagnostics::default());
    let entries = tree.root.as_mapping().unwrap_or_default();
    entries.iter().filter_map(|entry| Some((entry.key.text()?.to_owned(), entry.value.text()?.to_owned()))).collect()
});

/// References of all built-in blueprints, sorted.
pub fn builtin_names() -> impl Iterator<Item = String> {
    BUILTIN.keys().map(|name| format!("{RESERVED}{name}"))
}

fn builtin(name: &str) -> Option<&'static Blueprint> {
    BUILTIN.get(name)?.get_or_init(|| read_builtin(name)).as_ref()
}

fn read_builtin(name: &str) -> Option<Blueprint> {
    let text = |file: &str| FOLDER.get_file(format!("{name}/{file}"))?.contents_utf8().map(str::to_owned);
    let mut diagnostics = Diagnostics::default();
    let tree = syntax::parse(BUILTIN_FILE, &text("blueprint.yml")?, &mut diagnostics);
    let template = text("container.yml").and_then(|text| Template::read(BUILTIN_FILE, text, &mut diagnostics));
    let docs = text("README.md").unwrap_or_default();
    let blueprint = Blueprint::read(BUILTIN_FILE, &tree, template, docs, &mut diagnostics);
    debug_assert_eq!(diagnostics.mark(), 0, "blueprints/{name}: {:?}", diagnostics.finish());
    blueprint
}

/// All blueprints that one compilation can call.
#[derive(Debug, Default)]
pub struct Catalogue {
    own: Vec<Blueprint>,
}

impl Catalogue {
    /// Reads the project's own blueprints from `blueprints/` in its directory, each file into `sources`.
    pub fn read(loader: &dyn Loader, directory: &Path, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Self {
        let folder = directory.join("blueprints");
        let mut catalogue = Self::default();
        for name in loader.list(&folder) {
            let folder = OwnFolder { loader, path: folder.join(&name) };
            catalogue.own.extend(folder.read(&catalogue, sources, diagnostics));
        }
        catalogue
    }

    /// The blueprint that a reference calls. `polytope/` and `pt/` are reserved for those built in.
    pub fn get(&self, reference: &str) -> Option<&Blueprint> {
        match reference.strip_prefix(RESERVED).or_else(|| reference.strip_prefix(SHORT)) {
            Some(name) => builtin(name),
            None if BARE.contains(&reference) => builtin(reference),
            None => self.own.iter().find(|blueprint| blueprint.id == reference),
        }
    }

    /// Every reference that can be called, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = builtin_names().chain(self.own.iter().map(|own| own.id.clone())).collect();
        names.sort();
        names
    }

    /// The blueprint that knows images of this family (the last part of an image's repository).
    pub fn family(&self, family: &str) -> Option<&Blueprint> {
        let name = ALIASES.get(family).map_or(family, String::as_str);
        let own = || self.own.iter().find(|blueprint| blueprint.family() == name);
        builtin(name).or_else(own).filter(|blueprint| blueprint.image.is_some())
    }

    /// The blueprint that knows what `image` is like when `blueprint` runs it: that of the image's family, whoever runs
    /// it; for an image of no known family the one that runs it, or, for a variant, the one that it varies.
    pub fn knowing<'a>(&'a self, image: &str, blueprint: &'a Blueprint) -> Option<&'a Blueprint> {
        let (family, _) = facts_of(image);
        let varied = || self.get(blueprint.id.split_once('!')?.0);
        self.family(family)
            .or_else(|| Some(blueprint).filter(|blueprint| blueprint.image.is_some()))
            .or_else(|| varied().filter(|blueprint| blueprint.image.is_some()))
    }
}

/// A folder in the project's `blueprints/`.
struct OwnFolder<'a> {
    loader: &'a dyn Loader,
    path: PathBuf,
}

impl OwnFolder<'_> {
    /// The blueprint in it; `None`, after a report, when it cannot be used. A folder with neither of the two files is
    /// something else.
    fn read(&self, known: &Catalogue, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Option<Blueprint> {
        let manifest = self.file("blueprint.yml", sources, diagnostics);
        let template = self.file("container.yml", sources, diagnostics);
        let (file, template) = match (manifest, template) {
            (Found::File(manifest), template) => (manifest, template),
            (Found::Nothing, Found::File(template)) => {
                self.report_missing(template, "blueprint.yml: its `id`, `info` and `params`", diagnostics);
                return None;
            }
            _ => return None,
        };
        let tree = syntax::parse(file, &sources.file(file).text.clone(), diagnostics);
        let template = match template {
            Found::File(template) => Template::read(template, sources.file(template).text.to_string(), diagnostics),
            Found::Nothing => {
                self.report_missing(file, "container.yml: the arguments of `polytope/container`", diagnostics);
                None
            }
            Found::Unreadable => None,
        };
        let docs = self.loader.read(&self.path.join("README.md")).unwrap_or_default();
        let blueprint = Blueprint::read(file, &tree, template, docs, diagnostics)?;
        let span = tree.root.get("id").map_or(Span::start_of(file), |id| id.span);
        if blueprint.id.starts_with(RESERVED) {
            let message = format!("`{RESERVED}` is for the blueprints that are built in");
            diagnostics.report(&BAD_BLUEPRINT, span, message).help("give it a name of your own, such as `acme/queue`");
            return None;
        }
        if known.get(&blueprint.id).is_some() {
            let message = format!("there are two blueprints called `{}`", blueprint.id);
            diagnostics.report(&BAD_BLUEPRINT, span, message).help("give one of them another `id`");
            return None;
        }
        // One that was reported stays known, so that its calls raise nothing more.
        Some(blueprint)
    }

    fn file(&self, name: &str, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Found {
        let path = self.path.join(name);
        match self.loader.read(&path) {
            Ok(text) => Found::File(sources.add(SourceFile::new(path, text))),
            Err(LoadError::NotFound) => Found::Nothing,
            // What stands in the way of a folder is a file, and no blueprint.
            Err(_) if !self.loader.exists(&path) => Found::Nothing,
            Err(error) => {
                let file = sources.add(SourceFile::new(path, String::new()));
                let message = format!("this file of a blueprint is of no use: {error}");
                diagnostics.report(&BAD_BLUEPRINT, Span::start_of(file), message);
                Found::Unreadable
            }
        }
    }

    fn report_missing(&self, file: FileId, missing: &str, diagnostics: &mut Diagnostics) {
        let name = missing.split(':').next().unwrap_or_default();
        diagnostics
            .report(&BAD_BLUEPRINT, Span::start_of(file), format!("this blueprint has no `{name}`"))
            .help(format!("write {}", self.path.join(missing).display()));
    }
}

/// What came of looking for a file.
enum Found {
    File(FileId),
    Nothing,
    Unreadable,
}
