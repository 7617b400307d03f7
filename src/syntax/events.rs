//! The adapter to `granit_parser`, the only file that names it: text in, our own events and faults out.

use std::borrow::Cow;
use std::ops::Range;

use granit_parser::{ErrorKind, Event as Raw, Parser, ScalarStyle, ScanError, StrInput, options};

/// How deeply collections may nest; the tree builder counts block and flow levels together.
pub(super) const DEPTH_LIMIT: usize = 64;

/// What happens next in a YAML text.
pub(super) enum Event<'text> {
    /// A document begins.
    DocumentStart,
    /// A scalar.
    Scalar(Cow<'text, str>, Notation, Properties<'text>),
    /// A list begins.
    SequenceStart(Layout, Properties<'text>),
    /// A map begins.
    MappingStart(Layout, Properties<'text>),
    /// The innermost list or map ends.
    End,
    /// `*name` of an anchor that was seen, by its number.
    Alias(usize),
    /// `*name` of no anchor.
    UnknownAlias,
    /// A comment.
    Comment,
}

/// Whether a collection is written by indentation or in brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// By indentation.
    Block,
    /// In `[]` or `{}`.
    Flow,
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notation {
    /// Without quotes.
    Plain,
    /// `'…'`.
    Single,
    /// `"…"`.
    Double,
    /// `|`.
    Literal,
    /// `>`.
    Folded,
}

/// What may stand before a node.
#[derive(Default)]
pub(super) struct Properties<'text> {
    /// Number of its anchor, 0 for none.
    pub(super) anchor: usize,
    /// Its tag.
    pub(super) tag: Option<Tag<'text>>,
}

/// A tag such as `!!str`.
pub(super) struct Tag<'text> {
    /// `str` of `!!str`, for the tags of the core schema; empty for the non-specific `!`.
    pub(super) standard: Option<Cow<'text, str>>,
    /// The bytes of the tag.
    pub(super) at: Range<usize>,
}

/// Where reading had to stop.
#[derive(Debug)]
pub(super) struct Fault {
    /// The scanner's own idea of what is wrong.
    pub(super) kind: FaultKind,
    /// Where it gave up: at the cause or behind it.
    pub(super) offset: usize,
}

/// Kinds of fault that need to be told apart; the text near the fault tells the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FaultKind {
    /// Any other; what the scanner says.
    Other(String),
}

/// Reads the events of `text` one by one; after a fault there are no more.
pub(super) struct Events<'text> {
    parser: Parser<'text, StrInput<'text>>,
}

impl<'text> Events<'text> {
    /// Starts at the first byte of `text`.
    pub(super) fn new(text: &'text str) -> Self {
        let options = options! {
            emit_unresolved_aliases: true,
            max_buffered_comment_events: usize::MAX,
            flow_nesting_limit: DEPTH_LIMIT + 1,
            block_nesting_limit: DEPTH_LIMIT + 1,
        };
        Self { parser: Parser::new_from_str_with_options(text, options) }
    }

    /// The next event and its bytes, or where reading had to stop; `None` after the last.
    pub(super) fn next(&mut self) -> Option<Result<(Event<'text>, Range<usize>), Fault>> {
        loop {
            let (raw, span) = match self.parser.next_event()? {
                Ok(next) => next,
                Err(error) => return Some(Err(fault(&error))),
            };
            let event = match raw {
                Raw::DocumentStart(..) => Event::DocumentStart,
                Raw::Scalar(text, style, anchor, tag) => {
                    // An absent value is told by its empty span; the parser calls it `~`.
                    let text = if span.byte_range().is_some_and(|at| at.is_empty()) && style == ScalarStyle::Plain {
                        Cow::Borrowed("")
                    } else {
                        text
                    };
                    Event::Scalar(text, notation(style), properties(anchor, tag.as_deref(), &span))
                }
                Raw::SequenceStart(style, anchor, tag) => {
                    Event::SequenceStart(layout(style), properties(anchor, tag.as_deref(), &span))
                }
                Raw::MappingStart(style, anchor, tag) => {
                    Event::MappingStart(layout(style), properties(anchor, tag.as_deref(), &span))
                }
                Raw::SequenceEnd | Raw::MappingEnd => Event::End,
                Raw::Alias(anchor) => Event::Alias(anchor),
                Raw::UnresolvedAlias(_) => Event::UnknownAlias,
                Raw::Comment(..) => Event::Comment,
                _ => continue,
            };
            return Some(Ok((event, span.byte_range().unwrap_or_default())));
        }
    }
}

fn notation(style: ScalarStyle) -> Notation {
    match style {
        ScalarStyle::Plain => Notation::Plain,
        ScalarStyle::SingleQuoted => Notation::Single,
        ScalarStyle::DoubleQuoted => Notation::Double,
        ScalarStyle::Literal => Notation::Literal,
        ScalarStyle::Folded => Notation::Folded,
    }
}

fn layout(style: granit_parser::StructureStyle) -> Layout {
    match style {
        granit_parser::StructureStyle::Block => Layout::Block,
        granit_parser::StructureStyle::Flow => Layout::Flow,
    }
}

fn properties<'text>(anchor: usize, tag: Option<&granit_parser::Tag>, span: &granit_parser::Span) -> Properties<'text> {
    let tag = tag.map(|tag| Tag {
        standard: tag.core_suffix().map(|name| Cow::Owned(name.to_owned())),
        at: span.tag_span().and_then(|at| at.byte_range()).unwrap_or_default(),
    });
    Properties { anchor, tag }
}

fn fault(error: &ScanError) -> Fault {
    let kind = match error.kind() {
        ErrorKind::RecursionLimitExceeded => FaultKind::Other("too deep".to_owned()),
        _ => FaultKind::Other(error.info()),
    };
    Fault { kind, offset: error.marker().byte_offset().unwrap_or_default() }
}
