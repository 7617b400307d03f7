//! From a file's text to its tree: the whole room on one screen.

use super::build::build;
use super::events::FaultKind;
use super::node::Tree;
use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::source::{FileId, Span};

declare_rule! {
    /// the file is not good YAML
    ///
    /// Nothing can be checked behind a place that cannot be read.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: [db
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    /// ```
    pub static YAML_SYNTAX = { name: "yaml-syntax", code: "PT101", level: Error, precision: VeryHigh };
}

/// Reads the YAML text of `file`; never fails, what cannot be read is reported and left as a hole.
pub fn parse(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> Tree {
    let (tree, fault) = build(file, text);
    if let Some(fault) = fault {
        let FaultKind::Other(message) = fault.kind;
        diagnostics.report(&YAML_SYNTAX, Span::new(file, fault.offset, fault.offset + 1), message);
    }
    tree
}
