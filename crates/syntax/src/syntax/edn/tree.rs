//! Forms to nodes: keywords become their names, vectors, lists and sets become lists.

use super::form::{Form, FormKind, Quoted};
use crate::diagnostic::Diagnostics;
use crate::source::{FileId, Span};
use crate::syntax::budget::{FINDINGS, Limit, NODES, SCALAR};
use crate::syntax::doubles::DUPLICATE_KEY;
use crate::syntax::{Entry, Node, NodeKind, Offsets, Scalar, Style};

/// Builds the nodes of one file.
pub(super) struct Builder<'t> {
    file: FileId,
    text: &'t str,
    nodes: usize,
    exceeded: Option<(Limit, Span)>,
}

impl<'t> Builder<'t> {
    /// A builder for the forms of `text`.
    pub(super) fn new(file: FileId, text: &'t str) -> Self {
        Self { file, text, nodes: 0, exceeded: None }
    }

    /// The limit that the file went beyond, and where.
    pub(super) fn exceeded(self) -> Option<(Limit, Span)> {
        self.exceeded
    }

    /// The node of a form.
    pub(super) fn node(&mut self, form: &Form, diagnostics: &mut Diagnostics) -> Node {
        let span = Span::new(self.file, form.range.start, form.range.end);
        self.count(span, form);
        if self.exceeded.is_some() {
            return Node::missing(span);
        }
        let kind = match &form.kind {
            FormKind::Nil => scalar("", Style::Plain, verbatim(form, 0)),
            FormKind::Text(quoted) => quoted_scalar(quoted),
            FormKind::Keyword(name) => {
                let written = &self.text[form.range.clone()];
                scalar(name, Style::Quoted, verbatim(form, written.len() - name.len()))
            }
            FormKind::List(items) | FormKind::Vector(items) | FormKind::Set(items) => {
                NodeKind::Sequence(items.iter().map(|item| self.node(item, diagnostics)).collect())
            }
            FormKind::Map(pairs) => NodeKind::Mapping(self.entries(pairs, diagnostics)),
            FormKind::Char(letter) => scalar(letter.encode_utf8(&mut [0; 4]), Style::Quoted, verbatim(form, 1)),
            // Numbers and names as they stand; of `#pt-param id` and what else begins with `#`, all of it.
            _ => self.raw(form),
        };
        Node { kind, span }
    }

    fn count(&mut self, span: Span, form: &Form) {
        self.nodes += 1;
        let is_scalar = matches!(form.kind, FormKind::Text(_));
        if self.nodes > NODES {
            self.exceeded.get_or_insert((Limit::Nodes, span));
        } else if is_scalar && form.range.len() > SCALAR {
            self.exceeded.get_or_insert((Limit::Scalar, span));
        }
    }

    fn raw(&self, form: &Form) -> NodeKind {
        scalar(&self.text[form.range.clone()], Style::Plain, verbatim(form, 0))
    }

    fn entries(&mut self, pairs: &[Form], diagnostics: &mut Diagnostics) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::with_capacity(pairs.len() / 2);
        let mut seen = std::collections::HashMap::new();
        for pair in pairs.chunks_exact(2) {
            let [name, form] = pair else { continue };
            let key = self.node(name, diagnostics);
            let value = match (&form.kind, key.text()) {
                // A program stands where others quote it: its text is the value.
                (FormKind::List(_) | FormKind::Symbol(_), Some("code")) => {
                    Node { kind: self.raw(form), span: Span::new(self.file, form.range.start, form.range.end) }
                }
                _ => self.node(form, diagnostics),
            };
            if let Some(text) = key.text() {
                match seen.insert(text.to_owned(), entries.len()) {
                    Some(earlier) => {
                        if diagnostics.mark() < FINDINGS {
                            report_double(&key, &entries[earlier].key, diagnostics);
                        }
                        // The last one counts, at the place of the first, as in YAML.
                        seen.insert(text.to_owned(), earlier);
                        entries[earlier] = Entry { key, value };
                    }
                    None => entries.push(Entry { key, value }),
                }
            } else {
                entries.push(Entry { key, value });
            }
        }
        entries
    }
}

fn report_double(key: &Node, first: &Node, diagnostics: &mut Diagnostics) {
    diagnostics
        .report(&DUPLICATE_KEY, key.span, format!("{} is there twice", key.describe()))
        .also(first.span, "the first one")
        .help("remove one of them");
}

fn scalar(text: &str, style: Style, offsets: Offsets) -> NodeKind {
    NodeKind::Scalar(Scalar { text: text.into(), style, offsets })
}

fn quoted_scalar(quoted: &Quoted) -> NodeKind {
    scalar(&quoted.text, Style::Quoted, Offsets::Runs(quoted.runs.clone()))
}

/// The text stands in the file, `skip` bytes behind the form's start.
fn verbatim(form: &Form, skip: usize) -> Offsets {
    Offsets::Verbatim(u32::try_from(form.range.start + skip).unwrap_or(u32::MAX))
}
