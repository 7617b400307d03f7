//! Events to a tree: nesting, anchors, keys. In: the events of one text. Out: its nodes, and findings on the way.

use std::ops::Range;

use super::events::{Event, Events, Fault, Layout, Notation, Properties};
use super::node::{Comment, Entry, Node, NodeKind, Offsets, Scalar, Style, Tree};
use crate::source::{FileId, Span};

/// Reads as far as the text can be read; where it stops, what is open is closed with holes.
pub(super) fn build(file: FileId, text: &str) -> (Tree, Option<Fault>) {
    let mut builder = Builder { file, text, open: Vec::new(), root: None, comments: Vec::new() };
    let mut events = Events::new(text);
    let mut fault = None;
    while let Some(next) = events.next() {
        match next {
            Ok((event, at)) => builder.take(event, at),
            Err(found) => {
                fault = Some(found);
                break;
            }
        }
    }
    (builder.finish(), fault)
}

struct Builder<'text> {
    file: FileId,
    text: &'text str,
    open: Vec<Frame>,
    root: Option<Node>,
    comments: Vec<Comment>,
}

/// A list or map whose end was not seen yet.
struct Frame {
    items: Items,
    layout: Layout,
    start: usize,
    end: usize,
}

enum Items {
    Sequence(Vec<Node>),
    Mapping(Vec<Entry>, Option<Node>),
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, at: Range<usize>) {
        match event {
            Event::DocumentStart => {}
            Event::Scalar(text, notation, properties) => {
                let node = self.scalar(&text, notation, properties, at);
                self.place(node);
            }
            Event::SequenceStart(layout, _) => self.begin(Items::Sequence(Vec::new()), layout, at),
            Event::MappingStart(layout, _) => self.begin(Items::Mapping(Vec::new(), None), layout, at),
            Event::End => self.end(at.end),
            Event::Alias(_) | Event::UnknownAlias => self.place(Node::missing(self.span(at))),
            Event::Comment => {
                let span = self.span(at.clone());
                self.comments.push(Comment { span, text: self.text[at].trim_start_matches('#').trim().to_owned() });
            }
        }
    }

    fn span(&self, at: Range<usize>) -> Span {
        Span::new(self.file, at.start, at.end)
    }

    fn scalar(&self, text: &str, notation: Notation, _: Properties<'_>, at: Range<usize>) -> Node {
        let style = match notation {
            Notation::Plain => Style::Plain,
            Notation::Single | Notation::Double => Style::Quoted,
            Notation::Literal | Notation::Folded => Style::Block,
        };
        let offsets = Offsets::Verbatim(u32::try_from(at.start).unwrap_or(u32::MAX));
        Node { kind: NodeKind::Scalar(Scalar { text: text.into(), style, offsets }), span: self.span(at) }
    }

    fn begin(&mut self, items: Items, layout: Layout, at: Range<usize>) {
        self.open.push(Frame { items, layout, start: at.start, end: at.end });
    }

    fn end(&mut self, offset: usize) {
        let Some(frame) = self.open.pop() else { return };
        // The end of a block collection is told at the next token: its bytes end with its last child.
        let end = if frame.layout == Layout::Flow { offset } else { frame.end };
        let kind = match frame.items {
            Items::Sequence(items) => NodeKind::Sequence(items),
            Items::Mapping(entries, _) => NodeKind::Mapping(entries),
        };
        let node = Node { kind, span: self.span(frame.start..end) };
        self.place(node);
    }

    fn place(&mut self, node: Node) {
        let Some(frame) = self.open.last_mut() else {
            self.root = Some(node);
            return;
        };
        frame.end = frame.end.max(node.span.end as usize);
        match &mut frame.items {
            Items::Sequence(items) => items.push(node),
            Items::Mapping(entries, key) => match key.take() {
                None => *key = Some(node),
                Some(key) => entries.push(Entry { key, value: node }),
            },
        }
    }

    fn finish(mut self) -> Tree {
        while !self.open.is_empty() {
            let end = self.open.last().map_or(0, |frame| frame.end);
            self.place(Node::missing(self.span(end..end)));
            self.end(end);
        }
        Tree { root: self.root.unwrap_or_else(|| Node::missing(Span::start_of(self.file))), comments: self.comments }
    }
}
