//! What a policy is asked about: the file as it is written, and what it comes down to.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::container::{self, Container};
use super::handle::Handle;
use super::source_value::{Secrets, source_value};
use super::span_index::SpanIndex;
use crate::diagnostic::Diagnostics;
use crate::expand::VolumeScope;
use crate::lint::Judged;
use crate::source::{FileId, Sources, Span};
use crate::syntax;

/// How to write a policy, for `pt explain policy-input`.
pub const INPUT_GUIDE: &str = include_str!("input.md");

/// The `input` of a policy: the keys of the file as they are written (`modules`, `templates`, `tools` …), and these.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PolicyInput")]
pub struct Input {
    /// Version of this shape; fields may be added without a new one.
    version: u32,
    /// The file that was checked.
    file: String,
    /// What it comes down to.
    stack: Stack,
    /// The files that it includes, by path, as they are written.
    included: BTreeMap<String, Value>,
    /// Where each part of the file is written, by JSON pointer: `/modules/0/args/image`.
    positions: BTreeMap<String, Position>,
    /// The file's own keys.
    #[serde(flatten)]
    source: Map<String, Value>,
}

/// Everything that the entries of the file come down to, the main one first.
#[derive(Debug, Default, Serialize, JsonSchema)]
struct Stack {
    /// Containers by id.
    containers: BTreeMap<String, Container>,
    /// Named volumes by id.
    volumes: BTreeMap<String, Volume>,
}

/// A named volume.
#[derive(Debug, Serialize, JsonSchema)]
struct Volume {
    /// How long it lives: `project` or `job`.
    #[schemars(with = "String")]
    scope: VolumeScope,
    /// Where it is first written.
    span: Handle,
}

/// Line and column, both counted from 1, the column in characters.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
struct Position {
    line: usize,
    column: usize,
}

/// Version of the shape of the input.
const VERSION: u32 = 1;

/// Places of the input, for findings that name them.
#[derive(Debug)]
pub(super) struct Places {
    entry: FileId,
    source: SpanIndex,
    containers: BTreeMap<String, (SpanIndex, Span, Span)>,
}

impl Input {
    /// The input for a checked project; nothing where there is no file.
    pub(super) fn new(judged: &Judged<'_>, secrets: &Secrets) -> Option<(Self, Places)> {
        let Judged { sources, documents, programs } = *judged;
        let entry = documents.entry()?.file;
        let mut source_places = SpanIndex::default();
        // A file that is no map has findings of its own.
        let value = file_value(sources, entry, secrets, &mut source_places);
        let mut source = if let Value::Object(source) = value { source } else { Map::new() };
        for reserved in ["version", "file", "stack", "included", "positions"] {
            source.remove(reserved);
        }
        let mut stack = Stack::default();
        let mut containers = BTreeMap::new();
        for program in programs {
            for (id, made) in &program.containers {
                if stack.containers.contains_key(id) {
                    continue;
                }
                let (shown, places) = container::container(program, made, secrets, sources);
                stack.containers.insert(id.clone(), shown);
                containers.insert(id.clone(), (places, made.call, made.origin));
            }
            for (id, volume) in &program.volumes {
                let shown = || Volume { scope: volume.scope, span: Handle::of(volume.span, sources) };
                stack.volumes.entry(id.clone()).or_insert_with(shown);
            }
        }
        let included = documents.files().iter().skip(1).map(|document| {
            let path = sources.file(document.file).path.to_string_lossy().into_owned();
            (path, file_value(sources, document.file, secrets, &mut SpanIndex::default()))
        });
        let position = |span: Span| {
            let position = sources.position(span);
            Position { line: position.line, column: position.column }
        };
        let input = Self {
            version: VERSION,
            file: sources.file(entry).path.to_string_lossy().into_owned(),
            stack,
            included: included.collect(),
            positions: source_places.pointers().map(|(pointer, span)| (pointer, position(span))).collect(),
            source,
        };
        Some((input, Places { entry, source: source_places, containers }))
    }
}

/// A file as data; what it says wrong was reported when it was first read.
fn file_value(sources: &Sources, file: FileId, secrets: &Secrets, places: &mut SpanIndex) -> Value {
    let source = sources.file(file);
    let is_edn = source.path.extension().is_some_and(|extension| extension == "edn");
    let parse = if is_edn { syntax::edn::parse } else { syntax::parse };
    let tree = parse(file, &source.text, &mut Diagnostics::default());
    source_value(&tree.root, secrets, &mut Vec::new(), places)
}

impl Places {
    /// The place of a way into a container: the part itself, the key of that name in the call, or the call.
    pub(super) fn in_container(&self, id: &str, way: &[String], sources: &Sources) -> Option<Span> {
        let (places, call, origin) = self.containers.get(id)?;
        let written = || {
            let key = way.first()?;
            let text = sources.text(*origin);
            let mut found = text.match_indices(key.as_str()).map(|(at, _)| at);
            let at = found.next()?;
            found.next().is_none().then(|| origin.slice(at, at + key.len()))
        };
        Some(places.nearest(way).or_else(written).unwrap_or(*call))
    }

    /// The place of a way into the file that was checked; its first line where there is none.
    pub(super) fn in_source(&self, way: &[String], sources: &Sources) -> Span {
        self.source.nearest(way).unwrap_or_else(|| {
            let file = sources.file(self.entry);
            Span::new(self.entry, 0, file.line_text(1).len())
        })
    }
}
