//! The adapter to `granit_parser`, the only file that names it: text in, our own events and faults out.

use std::borrow::Cow;
use std::ops::Range;

use granit_parser::{ErrorKind, Event as Raw, Parser, ScalarStyle, ScanError, Span, StrInput, StructureStyle, options};

/// What happens next in a YAML text.
pub(super) enum Event<'text> {
    /// A document begins.
    DocumentStart,
    /// A scalar, after unescaping and folding.
    Scalar(Cow<'text, str>, Notation, Properties),
    /// A list begins.
    SequenceStart(Layout, Properties),
    /// A map begins.
    MappingStart(Layout, Properties),
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
    /// `|` or `>`, and the spaces its lines are indented by.
    Block(usize),
}

/// What may stand before a node.
#[derive(Debug, Default)]
pub(super) struct Properties {
    /// Number of its anchor, 0 for none.
    pub(super) anchor: usize,
    /// Its tag.
    pub(super) tag: Option<Tag>,
}

/// What a tag asks for, and its bytes.
#[derive(Debug)]
pub(super) struct Tag {
    /// What it asks for.
    pub(super) kind: TagKind,
    /// `!!str`, as it is written.
    pub(super) at: Range<usize>,
}

/// The tags of YAML 1.2's core schema, and all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TagKind {
    /// `!!str`, or `!` alone: text.
    Text,
    /// `!!int`, `!!float`, `!!bool`, `!!null`: what the text looks like, quoted or not.
    Core,
    /// `!!seq`.
    Sequence,
    /// `!!map`.
    Mapping,
    /// Any other.
    Unknown,
}

/// Where reading had to stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// What the scanner stumbled over.
    pub(super) kind: FaultKind,
    /// Where it gave up: at the cause or behind it.
    pub(super) offset: usize,
}

/// What the scanner stumbled over; the text near it tells the cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FaultKind {
    /// Collections nest deeper than [`super::budget::DEPTH`].
    TooDeep,
    /// A tab where only spaces may stand.
    Tab,
    /// A bracket without its partner.
    UnclosedBracket,
    /// `[` closed by `}` or the other way round.
    MismatchedBracket,
    /// A closing bracket that nothing opened.
    StrayBracket,
    /// Neither a comma nor the end inside brackets.
    SeparatorExpected,
    /// A `- ` item inside brackets.
    DashInBrackets,
    /// A quote without its partner.
    UnclosedQuote,
    /// Something between a closing quote and the end of the line.
    TextAfterQuote,
    /// A `\` in double quotes before what cannot be escaped.
    BadEscape,
    /// A character that can begin nothing.
    UnexpectedCharacter,
    /// In a map, something that is no key.
    KeyExpected,
    /// In a list, something that is no item.
    ItemExpected,
    /// Text where a key should stand, but no `:` after it.
    ColonExpected,
    /// A `:` or `?` where no key can stand.
    ValueNotAllowed,
    /// A `- ` where no list can begin.
    ListNotAllowed,
    /// A line that is indented wrongly.
    Indentation,
    /// Something after the `|` or `>` of a block text.
    BlockHeader,
    /// Leading blank lines of a block text that are indented deeper than its first line.
    BlockIndentation,
    /// A comment between two lines of one text.
    CommentInText,
    /// `#` directly behind something else.
    CommentNotSeparated,
    /// `&` or `*` without a name.
    NameMissing,
    /// A tag that is written wrongly.
    Tag,
    /// A `%` line, or what it promises.
    Directive,
    /// Any other: what the scanner says.
    Other(String),
}

/// Reads the events of a text one by one; after a fault there are no more.
pub(super) struct Events<'text> {
    parser: Parser<'text, StrInput<'text>>,
}

impl<'text> Events<'text> {
    /// Starts at the first byte of `text`; collections nest at most `depth` deep.
    pub(super) fn new(text: &'text str, depth: usize) -> Self {
        let mut options = options! {
            emit_unresolved_aliases: true,
            max_buffered_comment_events: usize::MAX,
            flow_nesting_limit: depth + 1,
            block_nesting_limit: depth + 1,
        };
        // Looking out for comments costs a tenth of the time.
        options.set_emit_comments(text.as_bytes().contains(&b'#'));
        Self { parser: Parser::new_from_str_with_options(text, options) }
    }
}

impl<'text> Iterator for Events<'text> {
    type Item = Result<(Event<'text>, Range<usize>), Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.parser.next_event()? {
                Ok((raw, span)) => {
                    let at = span.byte_range().unwrap_or_default();
                    if let Some(event) = event(raw, &span, &at) {
                        return Some(Ok((event, at)));
                    }
                }
                Err(error) => return Some(Err(fault(&error))),
            }
        }
    }
}

fn event<'text>(raw: Raw<'text>, span: &Span, at: &Range<usize>) -> Option<Event<'text>> {
    Some(match raw {
        Raw::DocumentStart(..) => Event::DocumentStart,
        Raw::Scalar(text, style, anchor, tag) => {
            // An absent value has no bytes; the parser calls it `~`.
            let absent = at.is_empty() && style == ScalarStyle::Plain;
            let text = if absent { Cow::Borrowed("") } else { text };
            Event::Scalar(text, notation(style, span), properties(anchor, tag.as_deref(), span))
        }
        Raw::SequenceStart(style, anchor, tag) => {
            Event::SequenceStart(layout(style), properties(anchor, tag.as_deref(), span))
        }
        Raw::MappingStart(style, anchor, tag) => {
            Event::MappingStart(layout(style), properties(anchor, tag.as_deref(), span))
        }
        Raw::SequenceEnd | Raw::MappingEnd => Event::End,
        Raw::Alias(anchor) => Event::Alias(anchor),
        Raw::UnresolvedAlias(_) => Event::UnknownAlias,
        Raw::Comment(..) => Event::Comment,
        _ => return None,
    })
}

fn notation(style: ScalarStyle, span: &Span) -> Notation {
    match style {
        ScalarStyle::Plain => Notation::Plain,
        ScalarStyle::SingleQuoted => Notation::Single,
        ScalarStyle::DoubleQuoted => Notation::Double,
        ScalarStyle::Literal | ScalarStyle::Folded => Notation::Block(span.indent.unwrap_or(0)),
    }
}

fn layout(style: StructureStyle) -> Layout {
    match style {
        StructureStyle::Block => Layout::Block,
        StructureStyle::Flow => Layout::Flow,
    }
}

fn properties(anchor: usize, tag: Option<&granit_parser::Tag>, span: &Span) -> Properties {
    let tag = tag.map(|tag| {
        let kind = match tag.core_suffix() {
            Some("str") => TagKind::Text,
            Some("seq") => TagKind::Sequence,
            Some("map") => TagKind::Mapping,
            Some(_) => TagKind::Core,
            None if tag.original() == "!" => TagKind::Text,
            None => TagKind::Unknown,
        };
        Tag { kind, at: span.tag_span().and_then(|at| at.byte_range()).unwrap_or_default() }
    });
    Properties { anchor, tag }
}

fn fault(error: &ScanError) -> Fault {
    Fault { kind: fault_kind(error), offset: error.marker().byte_offset().unwrap_or_default() }
}

fn fault_kind(error: &ScanError) -> FaultKind {
    use ErrorKind as Kind;
    match error.kind() {
        Kind::RecursionLimitExceeded => FaultKind::TooDeep,
        Kind::TabNotAllowed
        | Kind::TabInBlockIndentation
        | Kind::TabInIndentation
        | Kind::TabInPlainScalar
        | Kind::TabAtBlockScalarStart
        | Kind::InvalidBlockEntryWhitespace
        | Kind::InvalidMappingValueWhitespace => FaultKind::Tab,
        Kind::UnclosedFlowCollection { .. }
        | Kind::UnexpectedEofFlowSequence
        | Kind::UnexpectedEofFlowMapping
        | Kind::UnexpectedEofImplicitFlowMapping => FaultKind::UnclosedBracket,
        Kind::MismatchedFlowCollectionEnd { .. } => FaultKind::MismatchedBracket,
        Kind::MisplacedFlowCollectionEnd => FaultKind::StrayBracket,
        Kind::ExpectedFlowMappingSeparator
        | Kind::ExpectedFlowSequenceSeparator
        | Kind::InvalidColonPlacement
        | Kind::FlowMappingValueAdjacentCollection => FaultKind::SeparatorExpected,
        Kind::BlockEntryInFlowCollection | Kind::PlainScalarStartsWithDashFlowIndicator => FaultKind::DashInBrackets,
        Kind::UnclosedQuotedScalar | Kind::InvalidQuotedScalarIndent | Kind::DocumentIndicatorInQuotedScalar => {
            FaultKind::UnclosedQuote
        }
        Kind::InvalidTrailingSingleQuotedScalar | Kind::InvalidTrailingDoubleQuotedScalar => FaultKind::TextAfterQuote,
        Kind::UnknownQuotedScalarEscape
        | Kind::InvalidQuotedScalarHexEscape
        | Kind::InvalidLowSurrogateHexEscape
        | Kind::InvalidLowSurrogate
        | Kind::MissingLowSurrogate
        | Kind::UnpairedLowSurrogate
        | Kind::InvalidUnicodeEscape => FaultKind::BadEscape,
        Kind::UnexpectedCharacter { .. } | Kind::UnexpectedEndOfPlainScalar => FaultKind::UnexpectedCharacter,
        Kind::ExpectedBlockMappingKey | Kind::ExpectedNodeContent | Kind::UnexpectedEofBlockMapping => {
            FaultKind::KeyExpected
        }
        Kind::ExpectedBlockSequenceEntry | Kind::UnexpectedEofBlockSequence => FaultKind::ItemExpected,
        Kind::SimpleKeyExpected | Kind::InvalidSimpleKey => FaultKind::ColonExpected,
        Kind::MappingValueNotAllowed | Kind::MappingKeyNotAllowed => FaultKind::ValueNotAllowed,
        Kind::BlockSequenceEntryNotAllowed => FaultKind::ListNotAllowed,
        Kind::InvalidIndentation | Kind::InvalidFlowScalarIndent => FaultKind::Indentation,
        Kind::InvalidBlockScalarHeader | Kind::ZeroBlockScalarIndent => FaultKind::BlockHeader,
        Kind::InvalidBlockScalarIndent => FaultKind::BlockIndentation,
        Kind::CommentInterceptedScalar => FaultKind::CommentInText,
        Kind::CommentNotSeparated | Kind::ExpectedWhitespace => FaultKind::CommentNotSeparated,
        Kind::MissingAnchorOrAliasName => FaultKind::NameMissing,
        Kind::UndeclaredTagHandle
        | Kind::ExpectedTagBang
        | Kind::InvalidGlobalTagCharacter
        | Kind::InvalidTagTerminator
        | Kind::MissingTagUri
        | Kind::UnclosedVerbatimTag
        | Kind::InvalidTagEscape
        | Kind::InvalidTagUtf8LeadingByte
        | Kind::InvalidTagUtf8TrailingByte
        | Kind::InvalidTagUtf8 => FaultKind::Tag,
        Kind::DuplicateVersionDirective
        | Kind::UnsupportedYamlMajorVersion
        | Kind::DuplicateTagDirective
        | Kind::ExpectedDocumentStart
        | Kind::MissingDocumentEndBeforeDirective
        | Kind::ExpectedTagDirectiveBang
        | Kind::InvalidDirectiveTerminator
        | Kind::MissingYamlVersionSeparator
        | Kind::MissingDirectiveName
        | Kind::InvalidDirectiveName
        | Kind::DirectiveByteLimitExceeded { .. }
        | Kind::YamlVersionTooLong
        | Kind::MissingYamlVersion
        | Kind::InvalidTagDirectiveTerminator
        | Kind::InvalidDocumentEnd => FaultKind::Directive,
        _ => FaultKind::Other(error.info()),
    }
}
