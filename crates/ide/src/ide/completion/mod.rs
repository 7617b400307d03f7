//! What can be written at a cursor: names that are called, arguments, references, steps, volumes, services.
//!
//! In: an analysis, which knows the rest of the project, and the way to the cursor. Out: items without an order; each is the
//! whole word that takes the place of the one at the cursor. Keys that the language fixes are for the schema.

mod arguments;
mod calls;
mod references;
mod resources;

use std::ops::Range;

pub(super) use arguments::describe_type;

use super::Analysis;
use super::cursor::{Cursor, Part};
use crate::source::FileId;
use crate::syntax::Node;

/// What kind of thing an item names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// A module of the project.
    Module,
    /// A template or tool of the project.
    Template,
    /// A blueprint.
    Blueprint,
    /// An argument.
    Argument,
    /// A choice of a parameter.
    Choice,
    /// A parameter.
    Param,
    /// A value of the project.
    Value,
    /// A secret of the project.
    Secret,
    /// A step.
    Step,
    /// A volume.
    Volume,
    /// A service.
    Service,
}

/// One thing that can be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What is shown, and the word itself.
    pub label: String,
    /// What it names.
    pub kind: ItemKind,
    /// What it is, in a few words.
    pub detail: Option<String>,
    /// What it is for, as Markdown.
    pub docs: Option<String>,
    /// What is written.
    pub insert: String,
}

impl Item {
    fn new(label: impl Into<String>, kind: ItemKind) -> Self {
        let label = label.into();
        Self { insert: label.clone(), label, kind, detail: None, docs: None }
    }

    fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    fn docs(mut self, docs: Option<String>) -> Self {
        self.docs = docs.filter(|docs| !docs.is_empty());
        self
    }
}

/// Items and the bytes of the file that each of them replaces.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Completions {
    /// The word at the cursor.
    pub replace: Range<usize>,
    /// What can stand there.
    pub items: Vec<Item>,
}

/// What is asked, and where.
struct Question<'a> {
    analysis: &'a Analysis,
    file: FileId,
    cursor: &'a Cursor,
    keys: Vec<&'a str>,
}

/// What can be written at byte `offset` of a file; nothing where the project has nothing to say.
pub fn complete(analysis: &Analysis, file: FileId, offset: usize) -> Completions {
    let source = analysis.source(file);
    if source.path.extension().is_some_and(|extension| extension == "edn") {
        return Completions::default();
    }
    let Some(cursor) = Cursor::at(&source.text, offset) else { return Completions::default() };
    let question = Question { analysis, file, keys: cursor.keys(), cursor: &cursor };
    if let Some((typed, items)) = references::complete(&question) {
        let end = cursor.word.end.max(offset);
        return Completions { replace: offset - typed.min(offset)..end, items };
    }
    let mut items = calls::complete(&question);
    items.extend(arguments::complete(&question));
    items.extend(resources::complete(&question));
    Completions { replace: cursor.word.clone(), items }
}

impl<'a> Question<'a> {
    /// Whether the way to the cursor ends with these keys.
    fn ends_with(&self, keys: &[&str]) -> bool {
        self.keys.ends_with(keys)
    }

    /// The map that the scalar at the cursor is a value in.
    fn parent(&self) -> Option<&'a Node> {
        self.cursor.node(self.cursor.path.len().checked_sub(1)?)
    }

    /// The module, template or tool that the cursor is in.
    fn owner(&self) -> Option<&'a Node> {
        match self.cursor.path.first()? {
            Part::Key(key) if ["modules", "templates", "tools"].contains(&key.as_str()) => self.cursor.node(2),
            _ => None,
        }
    }

    /// The steps beside the one that the cursor is in, without it: their names, as `after` uses them.
    fn step_names(&self) -> Vec<String> {
        let Some(run) = self.owner().and_then(|owner| owner.get("run")).and_then(Node::as_sequence) else {
            return Vec::new();
        };
        let own = match self.cursor.path.get(3) {
            Some(Part::Item(index)) => Some(*index),
            _ => None,
        };
        let named = |node: &Node| {
            let text = |key: &str| node.get(key)?.text().map(str::to_owned);
            let called = || {
                let target = node
                    .text()
                    .map(str::to_owned)
                    .or_else(|| ["tool", "module", "template"].iter().find_map(|key| text(key)))?;
                Some(crate::model::default_id(&super::analysis::written_in(FileId(0), &target)).value)
            };
            text("id").or_else(called)
        };
        let others = run.iter().enumerate().filter(|(index, _)| Some(*index) != own);
        others.filter_map(|(_, step)| named(step)).filter(|name| !name.is_empty()).collect()
    }
}
