//! What a manifest knows of a program that runs without an image: how it is called, what it is told, how it is stopped.

use crate::diagnostic::Diagnostics;
use crate::model::Fields;
use crate::syntax::Node;

/// The `process` section of a manifest. In its texts `{{ port }}`, `{{ port.N }}`, `{{ address }}`, `{{ data }}` and
/// `{{ state }}` stand for what is only known when the program is started.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProcessManifest {
    /// Names of the program; the first that is there counts.
    pub program: Vec<String>,
    /// Arguments after those of the call.
    pub arguments: Vec<String>,
    /// Variables before those of the call.
    pub environment: Vec<(String, String)>,
    /// Path of the directory that keeps its state.
    pub data: Option<String>,
    /// Signal that asks it to stop.
    pub stop_signal: Option<String>,
    /// Debian package that brings the program.
    pub package: Option<String>,
    /// A server that the engine knows how to prepare.
    pub server: Option<String>,
    /// Whether there is no image that could run instead.
    pub only: bool,
}

impl ProcessManifest {
    pub(super) fn read(node: &Node, diagnostics: &mut Diagnostics) -> Option<Self> {
        let known = ["program", "arguments", "environment", "data", "stop-signal", "package", "server", "only"];
        let fields = Fields::of(node, "`process`", &known, diagnostics)?;
        let program = match fields.get("program").and_then(Node::text) {
            Some(program) => vec![program.to_owned()],
            None => texts(fields.list("program", diagnostics)),
        };
        let environment = fields.get("environment").and_then(Node::as_mapping).unwrap_or_default();
        let pair = |entry: &crate::syntax::Entry| Some((entry.key.text()?.to_owned(), entry.value.text()?.to_owned()));
        let mut text = |name: &str| fields.text(name, diagnostics).map(|text| text.value);
        let (data, stop_signal) = (text("data"), text("stop-signal"));
        let (package, server) = (text("package"), text("server"));
        Some(Self {
            program,
            arguments: texts(fields.list("arguments", diagnostics)),
            environment: environment.iter().filter_map(pair).collect(),
            data,
            stop_signal,
            package,
            server,
            only: fields.flag("only", diagnostics),
        })
    }
}

fn texts(items: &[Node]) -> Vec<String> {
    items.iter().filter_map(|item| item.text().map(str::to_owned)).collect()
}
