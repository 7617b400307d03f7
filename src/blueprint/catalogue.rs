//! Where blueprints are found: the folder that is built in, then the project's `./blueprints/`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{LazyLock, OnceLock};

use include_dir::{Dir, include_dir};

use super::manifest::{BAD_BLUEPRINT, Blueprint};
use crate::diagnostic::Diagnostics;
use crate::source::{FileId, Loader, SourceFile, Sources, Span};
use crate::syntax;

static FOLDER: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/blueprints");

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
    BUILTIN.keys().map(|name| format!("polytope/{name}"))
}

fn builtin(name: &str) -> Option<&'static Blueprint> {
    BUILTIN.get(name)?.get_or_init(|| read_builtin(name)).as_ref()
}

fn read_builtin(name: &str) -> Option<Blueprint> {
    let text = |file: &str| FOLDER.get_file(format!("{name}/{file}"))?.contents_utf8().map(str::to_owned);
    let mut diagnostics = Diagnostics::default();
    let tree = syntax::parse(BUILTIN_FILE, &text("blueprint.yml")?, &mut diagnostics);
    let docs = text("README.md").unwrap_or_default();
    let blueprint = Blueprint::read(BUILTIN_FILE, &tree, text("container.yml"), docs, &mut diagnostics);
    debug_assert_eq!(diagnostics.mark(), 0, "blueprints/{name}/blueprint.yml: {:?}", diagnostics.finish());
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
        let mut own = Vec::new();
        for name in loader.list(&folder) {
            let path = folder.join(&name);
            let manifest = path.join("blueprint.yml");
            let Ok(text) = loader.read(&manifest) else { continue };
            let file = sources.add(SourceFile::new(manifest, text));
            let tree = syntax::parse(file, &sources.file(file).text.clone(), diagnostics);
            let template = loader.read(&path.join("container.yml")).ok();
            let docs = loader.read(&path.join("README.md")).unwrap_or_default();
            let Some(blueprint) = Blueprint::read(file, &tree, template, docs, diagnostics) else { continue };
            if blueprint.template.is_none() {
                diagnostics
                    .report(
                        &BAD_BLUEPRINT,
                        Span::start_of(file),
                        format!("blueprint `{}` has no `container.yml`", blueprint.id),
                    )
                    .help(format!(
                        "write {}: the arguments of `polytope/container`",
                        path.join("container.yml").display()
                    ));
                continue;
            }
            own.push(blueprint);
        }
        Self { own }
    }

    /// The blueprint that a reference calls. `polytope/` and `pt/` are reserved for those built in.
    pub fn get(&self, reference: &str) -> Option<&Blueprint> {
        match reference.strip_prefix("polytope/") {
            Some(name) => builtin(name),
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
        let last = |blueprint: &&Blueprint| blueprint.id.rsplit('/').next() == Some(name);
        builtin(name).or_else(|| self.own.iter().find(last)).filter(|blueprint| blueprint.image.is_some())
    }
}
