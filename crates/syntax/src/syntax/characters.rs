//! Characters that a text must not hold, looked for before anything else. In: raw text. Out: text that can be read.

use std::borrow::Cow;

use super::node::Node;
use super::parse::YAML_SYNTAX;
use super::punch::punch;
use super::reading::Reading;
use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::source::{FileId, Span};

declare_rule! {
    #[doc = " a character makes the file look different from what it says"]
    #[doc = ""]
    #[doc = " Bidirectional control characters change the order in which letters are shown, so that a reviewer reads another"]
    #[doc = " value than the one that runs (the \"Trojan Source\" attack, CVE-2021-42574). They are refused everywhere, in comments too."]
    #[doc = ""]
    #[doc = " ## Bad"]
    #[doc = " ```yaml"]
    #[doc = " modules:"]
    #[doc = "   - id: cache"]
    #[doc = "     module: polytope/container"]
    #[doc = "     args:"]
    #[doc = "       image: busybox:1.36 # \u{202e}dennip"]
    #[doc = " ```"]
    #[doc = ""]
    #[doc = " ## Good"]
    #[doc = " ```yaml"]
    #[doc = " modules:"]
    #[doc = "   - id: cache"]
    #[doc = "     module: polytope/container"]
    #[doc = "     args:"]
    #[doc = "       image: busybox:1.36 # pinned"]
    #[doc = " ```"]
    pub static BIDI_CONTROL = { name: "bidi-control", code: "PT128", level: Error, precision: VeryHigh, severity: "7.5" };
}

const BYTE_ORDER_MARK: char = '\u{feff}';
/// Bytes that are looked at together.
const BLOCK: usize = 256;
/// Findings of one kind in one file; a binary file would have millions.
const SHOWN: usize = 16;

/// A text that can be read.
pub(super) struct Readable<'t> {
    /// The text, with every character that cannot stand in YAML overwritten by as many bytes.
    pub(super) text: Cow<'t, str>,
    /// Where something was overwritten, ascending.
    overwritten: Vec<usize>,
}

impl Readable<'_> {
    /// Whether something was overwritten in the line that holds an offset.
    pub(super) fn overwrote_line_at(&self, offset: usize) -> bool {
        let start = self.text[..offset].rfind(['\n', '\r']).map_or(0, |position| position + 1);
        let end = self.text[offset..].find(['\n', '\r']).map_or(self.text.len(), |position| offset + position);
        self.overwrites(start, end)
    }

    fn overwrites(&self, start: usize, end: usize) -> bool {
        let next = self.overwritten.partition_point(|at| *at < start);
        self.overwritten.get(next).is_some_and(|at| *at < end)
    }

    /// Makes holes of the scalars in which something was overwritten.
    pub(super) fn punch_holes(&self, reading: &mut Reading) {
        let is_lost = |node: &Node| self.overwrites(node.span.start as usize, node.span.end as usize);
        if let (false, Some(root)) = (self.overwritten.is_empty(), &mut reading.root) {
            reading.complete &= !punch(root, &is_lost);
        }
    }
}

/// Reports characters that must not stand in a text, and gives a text without them; `None` when it is no text at all.
pub(super) fn readable<'t>(file: FileId, text: &'t str, diagnostics: &mut Diagnostics) -> Option<Readable<'t>> {
    let mut readable = Readable { text: Cow::Borrowed(text), overwritten: Vec::new() };
    if !has_refused(text) {
        return Some(readable);
    }
    if let Some(at) = text.find('\0') {
        report_binary(file, text, at, diagnostics);
        return None;
    }
    let mut directions = 0;
    for (at, character) in text.char_indices() {
        let span = Span::new(file, at, at + character.len_utf8());
        if is_direction(character) {
            directions += 1;
            if directions <= SHOWN {
                report_direction(span, character, diagnostics);
            }
        } else if is_control(character) && !(at == 0 && character == BYTE_ORDER_MARK) {
            readable.overwritten.push(at);
            if readable.overwritten.len() <= SHOWN {
                report_control(span, character, diagnostics);
            }
            let filler = &"___"[..character.len_utf8()];
            readable.text.to_mut().replace_range(at..at + character.len_utf8(), filler);
        }
    }
    Some(readable)
}

/// Whether a character has to be refused; nearly always none, so it must cost next to nothing to know.
fn has_refused(text: &str) -> bool {
    // In blocks without a branch inside, so that the compiler makes vector instructions of it.
    let suspect = |block: &[u8]| block.iter().fold(false, |found, byte| found | is_suspect(*byte));
    text.as_bytes().chunks(BLOCK).enumerate().filter(|(_, block)| suspect(block)).any(|(index, block)| {
        let suspects = block.iter().enumerate().filter(|(_, byte)| is_suspect(**byte));
        let mut characters = suspects.filter_map(|(at, _)| text.get(index * BLOCK + at..)?.chars().next());
        characters.any(|character| is_direction(character) || is_control(character))
    })
}

/// Whether a byte begins a character that may have to be refused.
fn is_suspect(byte: u8) -> bool {
    (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')) || matches!(byte, 0x7f | 0xc2 | 0xd8 | 0xe2 | 0xef)
}

/// Unicode's property `Bidi_Control`.
fn is_direction(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What YAML 1.2 (5.1) does not count as printable, and a byte order mark inside the text.
fn is_control(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' | '\u{85}' => false,
        BYTE_ORDER_MARK | '\u{fffe}' | '\u{ffff}' => true,
        other => other.is_control(),
    }
}

fn report_binary(file: FileId, text: &str, at: usize, diagnostics: &mut Diagnostics) {
    let wide = text.bytes().filter(|byte| *byte == 0).count() * 3 > text.len();
    let (message, help) = if wide {
        ("the file is not UTF-8 text but looks like UTF-16", "save it as UTF-8")
    } else {
        ("the file is not text: it holds a NUL character", "remove the character, or name another file")
    };
    diagnostics.report(&YAML_SYNTAX, Span::new(file, at, at + 1), message).help(help);
}

fn report_direction(span: Span, character: char, diagnostics: &mut Diagnostics) {
    let code = u32::from(character);
    let message = format!("the character U+{code:04X} changes the direction in which the text is shown");
    diagnostics
        .report(&BIDI_CONTROL, span, message)
        .help(format!("remove it; if a value needs it, write `\"\\u{code:04x}\"` in double quotes"));
}

fn report_control(span: Span, character: char, diagnostics: &mut Diagnostics) {
    let code = u32::from(character);
    let (message, help) = match character {
        BYTE_ORDER_MARK => ("a byte order mark (U+FEFF) inside the text".to_owned(), "remove it".to_owned()),
        _ => (
            format!("the control character U+{code:04X} cannot stand in YAML"),
            format!("remove it; if a value needs it, write `\"\\u{code:04x}\"` in double quotes"),
        ),
    };
    diagnostics.report(&YAML_SYNTAX, span, message).help(help);
}
