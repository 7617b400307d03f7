//! A template, or a tool: steps that run together, some of them after others.

use super::{Fields, Param, Step, read_inputs, read_params};
use crate::diagnostic::Diagnostics;
use crate::source::{Span, Spanned};
use crate::syntax::{Entry, Node};
use crate::value::WRONG_TYPE;

/// A template or tool of a document: something that `pt run` can be told to run.
#[derive(Debug, Clone)]
pub struct Template {
    /// Its name.
    pub id: Spanned<String>,
    /// Which of the two it was written as.
    pub kind: TemplateKind,
    /// What it is for.
    pub info: Option<String>,
    /// What its callers may pass.
    pub params: Vec<Param>,
    /// Its steps in the order in which they stand.
    pub steps: Vec<Step>,
    /// The steps that a call of it waits for; all of them when empty.
    pub awaits: Vec<Spanned<String>>,
    /// The whole item.
    pub span: Span,
}

/// As what a template was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TemplateKind {
    /// An item of `templates`.
    Template,
    /// An entry of `tools`.
    Tool,
}

/// The keys of a template.
pub const TEMPLATE_KEYS: [&str; 4] = ["id", "info", "params", "run"];

/// The keys of a tool. `name` and `description` are read by nobody.
pub const TOOL_KEYS: [&str; 8] = ["info", "params", "inputs", "run", "await", "name", "description", "id"];

impl Template {
    /// Reads an item of `templates`.
    pub fn read(item: &Node, diagnostics: &mut Diagnostics) -> Option<Self> {
        let fields = Fields::of(item, "a template", &TEMPLATE_KEYS, diagnostics)?;
        let id = fields.id("add `id`: the name that `pt run` takes", diagnostics)?;
        need_run(&fields, "template", &id, diagnostics);
        Some(Self {
            id,
            kind: TemplateKind::Template,
            info: fields.text("info", diagnostics).map(|info| info.value),
            params: read_params(&fields, diagnostics),
            steps: read_steps(&fields, diagnostics),
            awaits: Vec::new(),
            span: item.span,
        })
    }

    /// Reads an entry of `tools`.
    pub fn read_tool(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<Self> {
        let id = Spanned::new(entry.key.text()?.to_owned(), entry.key.span);
        if let Some(problem) = crate::value::id_problem(&id) {
            let message = format!("a tool cannot be called `{}`: {problem}", id.value);
            diagnostics.report(&crate::value::INVALID_LITERAL, id.span, message);
        }
        let fields = Fields::of(&entry.value, "a tool", &TOOL_KEYS, diagnostics)?;
        need_run(&fields, "tool", &id, diagnostics);
        let mut params = read_params(&fields, diagnostics);
        params.extend(read_inputs(&fields, diagnostics));
        Some(Self {
            id,
            kind: TemplateKind::Tool,
            info: fields.text("info", diagnostics).map(|info| info.value),
            params,
            steps: read_steps(&fields, diagnostics),
            awaits: read_awaits(&fields, diagnostics),
            span: entry.key.span.to(entry.value.span),
        })
    }

    /// What it was written as, for messages.
    pub fn word(&self) -> &'static str {
        match self.kind {
            TemplateKind::Template => "template",
            TemplateKind::Tool => "tool",
        }
    }
}

fn need_run(fields: &Fields<'_>, word: &str, id: &Spanned<String>, diagnostics: &mut Diagnostics) {
    if fields.entry("run").is_none() {
        diagnostics
            .report(&crate::value::MISSING_ARGUMENT, id.span, format!("{word} `{}` needs `run`", id.value))
            .help(if word == "tool" {
                "add `run`: a list of steps, such as `- tool: NAME`"
            } else {
                "add `run`: a list of modules"
            });
    }
}

fn read_steps(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> Vec<Step> {
    let items = fields.list("run", diagnostics).iter().enumerate();
    items.filter_map(|(index, step)| Step::read(step, index, diagnostics)).collect()
}

/// `await: [step]`, or the name of one.
fn read_awaits(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> Vec<Spanned<String>> {
    let Some(node) = fields.get("await") else { return Vec::new() };
    let items = node.as_sequence().unwrap_or(std::slice::from_ref(node));
    let mut names = Vec::new();
    for item in items {
        match item.get("step").unwrap_or(item) {
            name if name.text().is_some() => {
                names.push(Spanned::new(name.text().unwrap_or_default().to_owned(), name.span));
            }
            name if name.is_missing() => {}
            name => {
                let message = format!("`await` must name steps, found {}", name.describe());
                diagnostics.report(&WRONG_TYPE, name.span, message).label("expected the id of a step");
            }
        }
    }
    names
}
