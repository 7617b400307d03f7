//! A module: a name for a call of another module or a blueprint with arguments.

use super::{Fields, Param, read_params};
use crate::diagnostic::Diagnostics;
use crate::source::{Span, Spanned};
use crate::syntax::Node;

/// The name of what is called, where it was written.
pub type Reference = Spanned<String>;

/// A module of a document.
#[derive(Debug, Clone)]
pub struct Module {
    /// Its name.
    pub id: Spanned<String>,
    /// What it is for.
    pub info: Option<String>,
    /// What its callers may pass.
    pub params: Vec<Param>,
    /// The module or blueprint that it calls; `None` is a hole.
    pub target: Option<Reference>,
    /// The program that it runs instead of calling something; the scalar as written.
    pub code: Option<Node>,
    /// The arguments as written: a map, if anything.
    pub args: Option<Node>,
    /// Whether the bare reference to this project means this module.
    pub default: bool,
    /// The whole item.
    pub span: Span,
}

/// The keys of a module.
pub const MODULE_KEYS: [&str; 8] = ["id", "info", "params", "module", "args", "default?", "code", "api-version"];

impl Module {
    /// Reads an item of `modules`.
    pub fn read(item: &Node, diagnostics: &mut Diagnostics) -> Option<Self> {
        let fields = Fields::of(item, "a module", &MODULE_KEYS, diagnostics)?;
        let id = fields.id("add `id`: the name under which others call it", diagnostics)?;
        let target = match fields.get("code") {
            Some(_) => None,
            None => {
                fields.required("module", "add `module`: what it is made of, such as `polytope/postgres`", diagnostics)
            }
        };
        Some(Self {
            id,
            info: fields.text("info", diagnostics).map(|info| info.value),
            params: read_params(&fields, diagnostics),
            target,
            code: fields.get("code").cloned(),
            args: fields.get("args").cloned(),
            default: fields.flag("default?", diagnostics),
            span: item.span,
        })
    }
}
