//! How much one file may ask for, so that hostile text ends in a finding and not in a full memory.

use crate::declare_rule;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Span;

declare_rule! {
    /// the file goes beyond a limit of the compiler
    ///
    /// Reading never takes more than a fixed amount of time and memory, whoever wrote the file. A file may have 4 MiB,
    /// hold 250,000 values (what an alias repeats counts again) nested 64 deep, use 10,000 aliases, and hold
    /// 1 MiB in one text; aliases may repeat 4 MiB of text. Real files are a hundred times smaller.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: deep
    ///     module: polytope/container
    ///     args:
    ///       image: busybox:1.36
    ///       datasets: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: cache
    ///     module: polytope/container
    ///     args:
    ///       image: busybox:1.36
    /// ```
    pub static INPUT_LIMIT = { name: "input-limit", code: "PT127", level: Error, precision: VeryHigh };
}

/// How deeply lists and maps may nest.
pub(super) const DEPTH: usize = 64;
/// Values in one file, those that aliases repeat counted again.
pub(super) const NODES: usize = 250_000;
/// Uses of anchors in one file.
pub(super) const ALIASES: usize = 10_000;
/// Bytes of one scalar.
pub(super) const SCALAR: usize = 1024 * 1024;
/// Findings about one kind of thing in one file; nobody reads more, and a hostile file has millions.
pub(super) const FINDINGS: usize = 100;
/// Bytes of text that aliases repeat.
pub(super) const REPEATED: usize = 4 * 1024 * 1024;

/// A limit that a file went beyond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    /// [`crate::source::SIZE_LIMIT`].
    Bytes,
    /// [`DEPTH`].
    Depth,
    /// [`NODES`].
    Nodes,
    /// [`ALIASES`].
    Aliases,
    /// [`SCALAR`].
    Scalar,
    /// [`REPEATED`].
    Repeated,
}

impl Limit {
    /// Reports that the file goes beyond this limit at `span`.
    pub(super) fn report(self, span: Span, diagnostics: &mut Diagnostics) -> &mut Diagnostic {
        let (message, help) = match self {
            Limit::Bytes => (
                "the file is larger than 4 MiB, the limit for one file".to_owned(),
                "split it and name the parts under `include:`",
            ),
            Limit::Depth => (
                format!("lists and maps nest deeper than {DEPTH} levels, the limit for one file"),
                "write it flatter, or move the inner part into a module of its own",
            ),
            Limit::Nodes => (
                format!(
                    "the file holds more than {NODES} values, the limit for one file (values behind aliases count each time)"
                ),
                "split it and name the parts under `include:`",
            ),
            Limit::Aliases => (
                format!("more than {ALIASES} aliases, the limit for one file"),
                "use a template with parameters instead of aliases",
            ),
            Limit::Scalar => (
                "a text longer than 1 MiB, the limit for one value".to_owned(),
                "put it into a file of its own and mount that file",
            ),
            Limit::Repeated => (
                "aliases repeat more than 4 MiB of text, the limit for one file".to_owned(),
                "use a template with parameters instead of aliases",
            ),
        };
        diagnostics.report(&INPUT_LIMIT, span, message).help(help)
    }
}

/// What a file used up so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Spent {
    /// Values.
    pub(super) nodes: usize,
    /// Bytes of scalars.
    pub(super) text: usize,
}

impl Spent {
    /// What was used up since `before`.
    pub(super) fn since(self, before: Spent) -> Spent {
        Spent { nodes: self.nodes - before.nodes, text: self.text - before.text }
    }
}
