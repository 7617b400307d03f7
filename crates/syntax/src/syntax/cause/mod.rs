//! Why a text is not YAML. In: the text and where the scanner gave up. Out: the cause, said in the author's words.
//!
//! A scanner notices a fault where it cannot go on, often lines behind the slip. So the text near that place is
//! looked at again, without the grammar: each file here knows one kind of slip.

mod brackets;
mod document;
mod entries;
mod indentation;
mod opened;
mod quotes;
mod scene;
mod values;

use std::ops::Range;

use scene::Scene;

use super::events::{Fault, FaultKind};

/// What is wrong with a text, and where its author made the slip.
pub(super) struct Cause {
    /// The bytes to mark.
    pub(super) at: Range<usize>,
    /// What is wrong.
    pub(super) message: String,
    /// What to type.
    pub(super) help: Option<String>,
    /// Other places that belong to it.
    pub(super) also: Vec<(Range<usize>, String)>,
    /// How far its harm reaches.
    pub(super) reach: Reach,
}

/// How far the harm of a slip reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Its own line.
    Line,
    /// Lines below it, as of a quote that is not closed.
    Below,
    /// The whole file: nothing behind it can be read.
    File,
}

impl Cause {
    fn new(at: Range<usize>, message: impl Into<String>) -> Self {
        Self { at, message: message.into(), help: None, also: Vec::new(), reach: Reach::Line }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    fn reaching(self, reach: Reach) -> Self {
        Self { reach, ..self }
    }

    fn also(mut self, at: Range<usize>, text: impl Into<String>) -> Self {
        self.also.push((at, text.into()));
        self
    }
}

/// Finds the cause of a fault.
pub(super) fn explain(text: &str, fault: &Fault) -> Cause {
    let scene = Scene::new(text, fault);
    document::conflict(&scene)
        .or_else(|| indentation::tab(&scene))
        .or_else(|| indentation::odd_space(&scene))
        .or_else(|| indentation::tab_behind_mark(&scene))
        .or_else(|| brackets::unclosed(&scene))
        .or_else(|| by_kind(&scene))
        .unwrap_or_else(|| unknown(&scene))
}

fn by_kind(scene: &Scene<'_>) -> Option<Cause> {
    match scene.kind {
        FaultKind::Directive => {
            let misplaced = || values::trailing(scene).or_else(|| indentation::misaligned(scene));
            document::directive(scene).or_else(misplaced).or_else(|| values::after_document(scene))
        }
        FaultKind::Tab => indentation::tab_inside(scene),
        FaultKind::UnclosedBracket | FaultKind::MismatchedBracket => brackets::mismatched(scene),
        FaultKind::StrayBracket => brackets::stray(scene),
        FaultKind::SeparatorExpected => brackets::separator(scene),
        FaultKind::DashInBrackets => brackets::dash(scene),
        FaultKind::UnclosedQuote => quotes::unclosed(scene),
        FaultKind::TextAfterQuote => quotes::text_after(scene),
        FaultKind::BadEscape => quotes::escape(scene),
        FaultKind::UnexpectedCharacter | FaultKind::NameMissing => values::reserved_start(scene),
        FaultKind::Tag => values::tag(scene),
        FaultKind::BlockHeader => values::block_header(scene),
        FaultKind::BlockIndentation => values::block_indentation(scene),
        FaultKind::CommentInText => values::comment_in_text(scene),
        FaultKind::CommentNotSeparated => values::trailing(scene),
        FaultKind::ListNotAllowed => entries::list_beside_key(scene).or_else(|| indentation::misaligned(scene)),
        FaultKind::KeyExpected | FaultKind::ItemExpected | FaultKind::Indentation => {
            values::trailing(scene).or_else(|| entries::slip(scene)).or_else(|| indentation::misaligned(scene))
        }
        FaultKind::ColonExpected => entries::colon_expected(scene),
        FaultKind::ValueNotAllowed => entries::value_not_allowed(scene),
        FaultKind::TooDeep | FaultKind::Other(_) => None,
    }
}

fn unknown(scene: &Scene<'_>) -> Cause {
    let message = match scene.kind {
        FaultKind::Other(said) if !said.is_empty() => format!("this is not YAML: {said}"),
        FaultKind::KeyExpected => "expected `key: value` here".to_owned(),
        FaultKind::ItemExpected => "expected `- item` here".to_owned(),
        FaultKind::SeparatorExpected => "expected `,` or the closing bracket here".to_owned(),
        FaultKind::UnclosedQuote => "a quote is not closed here".to_owned(),
        _ => "this is not YAML".to_owned(),
    };
    Cause::new(scene.word_at(scene.offset), message).help("if it is text, put the whole value in quotes")
}
