//! One `polytope.yml`: its modules, templates, tools and includes.

use std::collections::BTreeMap;

use super::{Fields, Include, Module, Template};
use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::source::{FileId, Span, Spanned};
use crate::syntax::{Comment, Node, Tree};
use crate::value::{MISSING_ARGUMENT, WRONG_TYPE};

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
    /// a file that describes nothing
    ///
    /// A `polytope.yml` names what a project runs. One without a module, template, tool or include runs nothing, and
    /// that nothing is wrong in it says nothing: it may be the wrong file, or one that was not saved.
    ///
    /// ## Bad
    /// ```yaml
    /// modules: []
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - {id: api, module: polytope/container, args: {image: "busybox:1.36"}}
    /// ```
    pub static EMPTY_FILE = { name: "empty-file", code: "PT143", level: Warning, precision: VeryHigh };
}

/// The keys of a file.
pub const DOCUMENT_KEYS: [&str; 8] =
    ["modules", "templates", "triggers", "tools", "include", "instructions", "mcp", "api-version"];

/// The keys of `mcp`.
pub const MCP_KEYS: [&str; 1] = ["only"];

/// The modules and templates of one file.
#[derive(Debug, Clone)]
pub struct Document {
    /// The file.
    pub file: FileId,
    /// Its modules in the order in which they stand.
    pub modules: Vec<Module>,
    /// Its templates, and after them its tools, in the order in which they stand.
    pub templates: Vec<Template>,
    /// What it includes.
    pub includes: Vec<Include>,
    /// What clients of the Model Context Protocol are told about it.
    pub instructions: Option<String>,
    /// The tools that are offered over that protocol; all when absent.
    pub offered: Option<Vec<Spanned<String>>>,
    /// Comments that speak to `pt`, such as `# pt: ignore[…]`.
    pub directives: Vec<Comment>,
    /// Whether all of it could be read; what is missing from an incomplete document may stand in a hole.
    pub complete: bool,
    /// Where a module stands in `modules`, by name; the first where there are two.
    positions: BTreeMap<String, usize>,
}

impl Document {
    /// Reads a tree; parts that cannot be read are reported and left out.
    pub fn read(file: FileId, tree: &Tree, diagnostics: &mut Diagnostics) -> Self {
        let directives: Vec<Comment> =
            tree.comments.iter().filter(|comment| comment.text.starts_with("pt:")).cloned().collect();
        let empty = Self {
            file,
            modules: Vec::new(),
            templates: Vec::new(),
            includes: Vec::new(),
            instructions: None,
            offered: None,
            directives: directives.clone(),
            complete: tree.complete,
            positions: BTreeMap::new(),
        };
        if tree.root.is_null() {
            diagnostics
                .report(&MISSING_ARGUMENT, Span::start_of(file), "the file describes nothing")
                .help("start with `modules:`, or let `pt init` write an example");
            return empty;
        }
        if tree.root.is_missing() && tree.complete {
            report_empty(Span::start_of(file), diagnostics);
        }
        let Some(fields) = Fields::of(&tree.root, "a polytope.yml", &DOCUMENT_KEYS, diagnostics) else { return empty };
        let modules: Vec<Module> =
            fields.list("modules", diagnostics).iter().filter_map(|item| Module::read(item, diagnostics)).collect();
        let mut templates: Vec<Template> =
            fields.list("templates", diagnostics).iter().filter_map(|item| Template::read(item, diagnostics)).collect();
        templates.extend(read_tools(&fields, diagnostics));
        report_doubles("modules", modules.iter().map(|module| &module.id), diagnostics);
        report_doubles("templates", templates.iter().map(|template| &template.id), diagnostics);
        let mut positions = BTreeMap::new();
        for (index, module) in modules.iter().enumerate() {
            positions.entry(module.id.value.clone()).or_insert(index);
        }
        let includes = fields.list("include", diagnostics).iter();
        let includes: Vec<Include> = includes.filter_map(|item| Include::read(item, diagnostics)).collect();
        let said = |key: &str| fields.get(key).is_some_and(|node| !is_empty(node));
        if tree.complete && !DOCUMENT_KEYS.iter().any(|key| *key != "api-version" && said(key)) {
            report_empty(Span::start_of(file), diagnostics);
        }
        Self {
            file,
            modules,
            templates,
            includes,
            instructions: fields.text("instructions", diagnostics).map(|text| text.value),
            offered: read_offered(&fields, diagnostics),
            directives,
            complete: tree.complete,
            positions,
        }
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

/// A key with nothing behind it.
fn is_empty(node: &Node) -> bool {
    node.is_null() || node.as_mapping().is_some_and(<[_]>::is_empty) || node.as_sequence().is_some_and(<[_]>::is_empty)
}

fn report_empty(start: Span, diagnostics: &mut Diagnostics) {
    diagnostics
        .report(&EMPTY_FILE, start, "the file describes nothing")
        .help("start with `modules:` or `tools:`, or let `pt init` write an example");
}

/// `tools` is a map; a list of `{id, …}` is a slip that says itself what was meant.
fn read_tools(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> Vec<Template> {
    let Some(node) = fields.get("tools") else { return Vec::new() };
    if let Some(entries) = node.as_mapping() {
        return entries.iter().filter_map(|entry| Template::read_tool(entry, diagnostics)).collect();
    }
    if !node.is_missing() {
        diagnostics
            .report(&WRONG_TYPE, node.span, format!("`tools` must be a map, found {}", node.describe()))
            .label("expected a map")
            .help("write the name of each tool as its key: `tools: {stack: {run: […]}}`");
    }
    Vec::new()
}

/// `mcp: {only: [tool]}`.
fn read_offered(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> Option<Vec<Spanned<String>>> {
    let mcp = Fields::of(fields.get("mcp")?, "`mcp`", &MCP_KEYS, diagnostics)?;
    mcp.get("only")?;
    let names = mcp.list("only", diagnostics).iter();
    Some(names.filter_map(|item| Some(Spanned::new(item.text()?.to_owned(), item.span))).collect())
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
