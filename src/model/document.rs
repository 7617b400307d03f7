//! One `polytope.yml`: its modules and templates.

use std::collections::BTreeMap;

use super::{Fields, Module, Template};
use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::source::{FileId, Span, Spanned};
use crate::syntax::Tree;
use crate::value::MISSING_ARGUMENT;

declare_rule! {
    /// two things of one kind have the same name
    ///
    /// A call could mean either of them, and one is never reached.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - {id: api, module: polytope/container, args: {image: "busybox:1.36"}}
    ///   - {id: api, module: polytope/container, args: {image: "busybox:1.35"}}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - {id: api, module: polytope/container, args: {image: "busybox:1.36"}}
    ///   - {id: old-api, module: polytope/container, args: {image: "busybox:1.35"}}
    /// ```
    pub static DUPLICATE_ID = { name: "duplicate-id", code: "PT107", level: Error, precision: VeryHigh };
}

declare_rule! {
    /// a part of the file that this version does not read
    ///
    /// `tools`, `include`, `mcp` and `instructions` belong to the newer dialect. They are not read yet: what they describe is
    /// neither checked nor run.
    ///
    /// ## Bad
    /// ```yaml
    /// tools:
    ///   api:
    ///     run: [{tool: polytope/container, args: {image: "busybox:1.36"}}]
    /// modules: []
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - {id: api, module: polytope/container, args: {image: "busybox:1.36"}}
    /// ```
    pub static UNSUPPORTED_DIALECT = { name: "unsupported-dialect", code: "PT131", level: Warning, precision: VeryHigh };
}

/// The keys of a file.
pub const DOCUMENT_KEYS: [&str; 8] =
    ["modules", "templates", "triggers", "tools", "include", "instructions", "mcp", "api-version"];

/// The newer dialect's keys, which are not read.
pub const UNREAD_KEYS: [&str; 4] = ["tools", "include", "instructions", "mcp"];

/// The modules and templates of one file.
#[derive(Debug, Clone)]
pub struct Document {
    /// The file.
    pub file: FileId,
    /// Its modules in the order in which they stand.
    pub modules: Vec<Module>,
    /// Its templates in the order in which they stand.
    pub templates: Vec<Template>,
    /// Whether all of it could be read; what is missing from an incomplete document may stand in a hole.
    pub complete: bool,
    /// Where a module stands in `modules`, by name; the first where there are two.
    positions: BTreeMap<String, usize>,
}

impl Document {
    /// Reads a tree; parts that cannot be read are reported and left out.
    pub fn read(file: FileId, tree: &Tree, diagnostics: &mut Diagnostics) -> Self {
        let empty = Self {
            file,
            modules: Vec::new(),
            templates: Vec::new(),
            complete: tree.complete,
            positions: BTreeMap::new(),
        };
        if tree.root.is_null() {
            diagnostics
                .report(&MISSING_ARGUMENT, Span::start_of(file), "the file describes nothing")
                .help("start with `modules:`, or let `pt init` write an example");
            return empty;
        }
        let Some(fields) = Fields::of(&tree.root, "a polytope.yml", &DOCUMENT_KEYS, diagnostics) else { return empty };
        for key in UNREAD_KEYS {
            if let Some(entry) = fields.entry(key) {
                let message = format!("`{key}` is not read by this version");
                diagnostics.report(&UNSUPPORTED_DIALECT, entry.key.span, message).help("use `modules` and `templates`");
            }
        }
        let modules: Vec<Module> =
            fields.list("modules", diagnostics).iter().filter_map(|item| Module::read(item, diagnostics)).collect();
        let templates: Vec<Template> =
            fields.list("templates", diagnostics).iter().filter_map(|item| Template::read(item, diagnostics)).collect();
        report_doubles("modules", modules.iter().map(|module| &module.id), diagnostics);
        report_doubles("templates", templates.iter().map(|template| &template.id), diagnostics);
        let mut positions = BTreeMap::new();
        for (index, module) in modules.iter().enumerate() {
            positions.entry(module.id.value.clone()).or_insert(index);
        }
        Self { file, modules, templates, complete: tree.complete, positions }
    }

    /// The module with this name; the first where there are two.
    pub fn module(&self, id: &str) -> Option<&Module> {
        self.positions.get(id).map(|index| &self.modules[*index])
    }

    /// The template with this name; the first where there are two.
    pub fn template(&self, id: &str) -> Option<&Template> {
        self.templates.iter().find(|template| template.id.value == id)
    }
}

fn report_doubles<'a>(kind: &str, ids: impl Iterator<Item = &'a Spanned<String>>, diagnostics: &mut Diagnostics) {
    let mut seen = BTreeMap::new();
    for id in ids {
        if let Some(first) = seen.insert(id.value.as_str(), id.span) {
            seen.insert(id.value.as_str(), first);
            diagnostics
                .report(&DUPLICATE_ID, id.span, format!("there are two {kind} called `{}`", id.value))
                .also(first, "the first one")
                .help("give one of them another `id`");
        }
    }
}
