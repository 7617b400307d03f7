//! Events to a tree. In: the events of one text. Out: its nodes, comments, and findings about what stands in it.
//!
//! Where reading stops, everything that is open is closed with a hole, so that what was read stays usable.

use std::ops::Range;

use super::anchors::{Anchors, Target};
use super::budget::{DEPTH, FINDINGS, Limit, NODES, SCALAR, Spent};
use super::doubles::Written;
use super::events::{Event, Events, Fault, FaultKind, Layout, Notation, Properties, TagKind};
use super::excerpt::excerpt;
use super::frame::{Frame, Items};
use super::keys;
use super::node::{Comment, Entry, Node, NodeKind, Scalar, Style};
use super::offsets::offsets;
use super::parse::YAML_SYNTAX;
use super::reading::{Holes, Reading, Stop};
use crate::source::{FileId, Span};

/// Reads `text` as far as it can be read.
pub(super) fn build(file: FileId, text: &str, holes: &Holes) -> Reading {
    let reading = Reading { complete: holes.is_empty(), ..Reading::default() };
    let mut builder = Builder {
        file,
        text,
        holes,
        open: Vec::new(),
        anchors: Anchors::default(),
        spent: Spent::default(),
        documents: 0,
        reading,
    };
    for event in Events::new(text, DEPTH) {
        let taken = match event {
            Ok((event, at)) => builder.take(event, at),
            Err(fault) => Err(builder.stop(fault)),
        };
        if let Err(stop) = taken {
            builder.reading.complete &= matches!(stop, Stop::NextDocument);
            builder.reading.stop = Some(stop);
            break;
        }
    }
    builder.finish()
}

struct Builder<'a> {
    file: FileId,
    text: &'a str,
    holes: &'a Holes,
    open: Vec<Frame>,
    anchors: Anchors,
    spent: Spent,
    documents: usize,
    reading: Reading,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, at: Range<usize>) -> Result<(), Stop> {
        match event {
            Event::DocumentStart => self.document(&at),
            Event::Scalar(text, notation, properties) => self.scalar(&text, notation, &properties, at),
            Event::SequenceStart(layout, properties) => {
                self.begin(Items::Sequence(Vec::new()), layout, &properties, &at)
            }
            Event::MappingStart(layout, properties) => {
                self.begin(Items::Mapping(Vec::new(), None), layout, &properties, &at)
            }
            Event::End => self.end(at.end),
            Event::Alias(anchor) => self.alias(anchor, at),
            Event::UnknownAlias => {
                self.unknown_alias(at);
                Ok(())
            }
            Event::Comment => {
                let text = self.text[at.clone()].trim_start_matches('#').trim().to_owned();
                self.reading.comments.push(Comment { span: self.span(at), text });
                Ok(())
            }
        }
    }

    fn stop(&mut self, fault: Fault) -> Stop {
        if fault.kind == FaultKind::TooDeep {
            let bracket = self.text.get(fault.offset..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
            return Stop::Limit(Limit::Depth, self.span(fault.offset..fault.offset + bracket));
        }
        // What was read last may have swallowed the beginning of the fault.
        match self.open.last_mut() {
            Some(frame) => frame.items.spoil_last(),
            None => self.reading.root = None,
        }
        Stop::Fault(fault)
    }

    fn span(&self, at: Range<usize>) -> Span {
        Span::new(self.file, at.start, at.end)
    }

    fn spend(&mut self, nodes: usize, text: usize, span: Span) -> Result<(), Stop> {
        self.spent.nodes += nodes;
        self.spent.text += text;
        if self.spent.nodes > NODES { Err(Stop::Limit(Limit::Nodes, span)) } else { Ok(()) }
    }

    fn document(&mut self, at: &Range<usize>) -> Result<(), Stop> {
        self.documents += 1;
        if self.documents == 1 {
            return Ok(());
        }
        if !self.holes.is_empty() {
            return Err(Stop::NextDocument);
        }
        self.reading
            .findings
            .report(
                &YAML_SYNTAX,
                Span::new(self.file, at.start, at.end.max(at.start + 1)),
                "a second document starts here",
            )
            .help("one file is one document: remove the `---`, or move what follows into a file of its own");
        Err(Stop::NextDocument)
    }

    fn scalar(&mut self, text: &str, notation: Notation, wanted: &Properties, at: Range<usize>) -> Result<(), Stop> {
        let span = self.span(self.scalar_bytes(&at, notation));
        self.spend(1, text.len(), span)?;
        if text.len() > SCALAR {
            Limit::Scalar.report(span.slice(0, 1), &mut self.reading.findings);
            self.hole(span);
            return Ok(());
        }
        self.reading.reached = at.end;
        if self.holes.nodes.contains(&at.start) && notation == Notation::Plain {
            self.reading.holes_met += 1;
            // What is written there now has another length.
            self.hole(span.slice(0, 0));
            return Ok(());
        }
        let mut style = match notation {
            Notation::Plain => Style::Plain,
            Notation::Single | Notation::Double => Style::Quoted,
            Notation::Block(_) => Style::Block,
        };
        match self.tag(wanted, "text") {
            Some(TagKind::Text) => style = Style::Quoted,
            Some(TagKind::Core) => style = Style::Plain,
            Some(_) => {
                self.hole(span);
                return Ok(());
            }
            None => {}
        }
        if text.is_empty() && style == Style::Plain {
            self.reading.absent.push(span.start as usize);
        }
        let offsets = offsets(self.text, &at, notation, text);
        let node = Node { kind: NodeKind::Scalar(Scalar { text: text.into(), style, offsets }), span };
        self.finished(node, wanted.anchor, Spent { nodes: 1, text: text.len() })
    }

    /// The bytes of a scalar: an absent value stands behind its colon, a block text ends with its last line.
    fn scalar_bytes(&self, at: &Range<usize>, notation: Notation) -> Range<usize> {
        match notation {
            Notation::Plain if at.is_empty() => {
                let start = self.open.last().map_or(at.start, |frame| frame.after_colon(self.text, at.start));
                start..start
            }
            Notation::Block(_) => at.start..at.start + self.text[at.clone()].trim_end().len(),
            _ => at.clone(),
        }
    }

    /// The tag, if it is one that fits; any other is reported.
    fn tag(&mut self, wanted: &Properties, found: &str) -> Option<TagKind> {
        let tag = wanted.tag.as_ref()?;
        let fits = match tag.kind {
            TagKind::Text | TagKind::Core => found == "text",
            TagKind::Sequence => found == "a list",
            TagKind::Mapping => found == "a map",
            TagKind::Unknown => false,
        };
        if fits {
            return Some(tag.kind);
        }
        let written = excerpt(&self.text[tag.at.clone()]);
        let span = self.span(tag.at.clone());
        match (tag.kind, found) {
            (TagKind::Unknown, "text") => {
                self.note(span, format!("there is no tag `{written}`"), "remove it; if it is text, put it in quotes");
            }
            (TagKind::Unknown, _) => self.note(span, format!("there is no tag `{written}`"), "remove it"),
            _ => self.note(span, format!("the tag `{written}` does not fit {found}"), "remove it"),
        }
        Some(TagKind::Unknown)
    }

    fn note(&mut self, span: Span, message: String, help: impl Into<String>) {
        if self.reading.findings.mark() < FINDINGS {
            self.reading.findings.report(&YAML_SYNTAX, span, message).help(help);
        }
    }

    fn begin(&mut self, items: Items, layout: Layout, wanted: &Properties, at: &Range<usize>) -> Result<(), Stop> {
        let span = self.span(at.clone());
        if self.open.len() >= DEPTH {
            return Err(Stop::Limit(Limit::Depth, span));
        }
        let before = self.spent;
        self.spend(1, 0, span)?;
        let found = if matches!(items, Items::Sequence(_)) { "a list" } else { "a map" };
        self.tag(wanted, found);
        let start = self.open.last().map_or(at.start, |frame| frame.start_of(&items, layout, self.text, at.start));
        self.open.push(Frame { items, layout, start, end: at.end, anchor: wanted.anchor, before });
        Ok(())
    }

    fn end(&mut self, offset: usize) -> Result<(), Stop> {
        let Some(frame) = self.open.pop() else { return Ok(()) };
        // The end of a block collection is told at the next token: its bytes end with its last child.
        let end = if frame.layout == Layout::Flow { offset } else { frame.end };
        let span = self.span(frame.start..end);
        if frame.is_placeholder(self.text, end) {
            self.reading.placeholder.get_or_insert(frame.start);
        }
        let (anchor, size) = (frame.anchor, self.spent.since(frame.before));
        let Reading { comments, findings, .. } = &mut self.reading;
        let written = Written { text: self.text, comments, layout: frame.layout };
        let kind = frame.items.close(written, findings);
        self.finished(Node { kind, span }, anchor, size)
    }

    fn finished(&mut self, node: Node, anchor: usize, size: Spent) -> Result<(), Stop> {
        if anchor != 0 {
            let span = node.span;
            self.anchors
                .define(anchor, &node, size, &mut self.spent)
                .map_err(|limit| Stop::Limit(limit, span.slice(0, 1)))?;
        }
        self.place(node);
        Ok(())
    }

    fn alias(&mut self, anchor: usize, at: Range<usize>) -> Result<(), Stop> {
        let span = self.span(at.clone());
        match self.anchors.copy(anchor, &mut self.spent).map_err(|limit| Stop::Limit(limit, span))? {
            Target::Copy(node) => self.place(Node { kind: node.kind, span }),
            Target::Itself => {
                let written = excerpt(&self.text[at]);
                let message = format!("`{written}` stands inside the value that it names");
                self.reading
                    .findings
                    .report(&YAML_SYNTAX, span, message)
                    .help("a value cannot contain itself: remove it");
                self.hole(span);
            }
        }
        Ok(())
    }

    fn unknown_alias(&mut self, at: Range<usize>) {
        let span = self.span(at.clone());
        // What was blanked out may have held the anchor.
        if self.holes.is_empty() {
            let written = excerpt(&self.text[at]);
            let message = format!("`{written}` is an alias, and no anchor `&{}` stands above it", &written[1..]);
            self.note(span, message, format!("if it is text, put it in quotes: `\"{written}\"`"));
        }
        self.hole(span);
    }

    fn hole(&mut self, span: Span) {
        self.reading.complete = false;
        self.place(Node::missing(span));
    }

    fn place(&mut self, mut node: Node) {
        let Some(frame) = self.open.last_mut() else {
            self.reading.root = Some(node);
            return;
        };
        if let Items::Mapping(_, Some(key)) = &frame.items {
            if key.is_missing() {
                node = Node::missing(key.span);
            } else if self.holes.keys.contains(&(key.span.start as usize)) {
                node = Node::missing(node.span);
            }
        }
        frame.end = frame.end.max(node.span.end as usize);
        match &mut frame.items {
            Items::Sequence(items) => items.push(node),
            Items::Mapping(entries, key) => {
                if let Some(key) = key.take() {
                    entries.push(Entry { key, value: node });
                } else {
                    self.reading.holes_met += usize::from(self.holes.keys.contains(&(node.span.start as usize)));
                    *key = Some(keys::checked(node, self.text, &mut self.reading));
                }
            }
        }
    }

    fn finish(mut self) -> Reading {
        while let Some(frame) = self.open.last_mut() {
            let end = frame.end;
            let hole = Node::missing(Span::new(self.file, end, end));
            frame.items.close_early(hole);
            frame.anchor = 0;
            if self.end(end).is_err() {
                break;
            }
        }
        self.reading
    }
}
