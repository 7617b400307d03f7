//! Flat YAML: one mapping of names to scalars, each taken as the text that was written. In: text; out: entries with their places, or
//! the first fault. Uses this room's `name`; the scanner is granit-parser.

use std::collections::BTreeMap;
use std::ops::Range;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Span, Tag};

use super::name::{name_problem, shown};

/// One `name: value`.
#[derive(PartialEq, Eq)]
pub(super) struct FlatEntry {
    /// The name.
    pub(super) name: String,
    /// The text; `None` for `name:` with nothing after it, `~` and `null`: such a name is not set.
    pub(super) value: Option<String>,
    /// The bytes of the name.
    pub(super) name_at: Range<usize>,
    /// The bytes of the value, quotes included.
    pub(super) value_at: Range<usize>,
}

/// What is wrong with a text, and where (line and column from 1).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FlatFault {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) problem: String,
}

/// Reads a text; a text without any entry gives none.
pub(super) fn read(text: &str) -> Result<Vec<FlatEntry>, FlatFault> {
    let mut reader = Reader { events: Parser::new_from_str(text), entries: Vec::new() };
    reader.document()?;
    Ok(reader.entries)
}

/// The entries that are set, as a map.
pub(super) fn set_values(entries: Vec<FlatEntry>) -> BTreeMap<String, String> {
    entries.into_iter().filter_map(|entry| Some((entry.name, entry.value?))).collect()
}

/// A scalar that every YAML reader takes as exactly this text: double quotes, everything unusual escaped.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            plain if is_printable(plain) => quoted.push(plain),
            other => quoted.push_str(&escape(u32::from(other))),
        }
    }
    quoted.push('"');
    quoted
}

fn escape(code: u32) -> String {
    match code {
        ..=0xff => format!("\\x{code:02X}"),
        0x100..=0xffff => format!("\\u{code:04X}"),
        _ => format!("\\U{code:08X}"),
    }
}

/// Printable in YAML and not a line break in any version of it.
fn is_printable(character: char) -> bool {
    matches!(character, ' '..='~' | '\u{a0}'..='\u{2027}' | '\u{202a}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}'
        | '\u{ff00}'..='\u{fffd}' | '\u{10000}'..='\u{1ffff}')
}

struct Reader<'a, I: Iterator<Item = Result<(Event<'a>, Span), ScanError>>> {
    events: I,
    entries: Vec<FlatEntry>,
}

impl<'a, I: Iterator<Item = Result<(Event<'a>, Span), ScanError>>> Reader<'a, I> {
    fn document(&mut self) -> Result<(), FlatFault> {
        let mut documents = 0;
        while let Some((event, span)) = self.next()? {
            match event {
                Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
                Event::DocumentStart(..) if documents > 0 => {
                    return Err(fault(span, "a second document; expected one"));
                }
                Event::DocumentStart(..) => documents += 1,
                Event::MappingStart(_, _, tag) => {
                    check_tag(tag.as_deref(), span)?;
                    self.mapping()?;
                }
                Event::Scalar(text, style, _, tag) if is_unset(&text, style, tag.as_deref()) => {}
                other => return Err(fault(span, format!("expected `name: text` lines, found {}", kind(&other)))),
            }
        }
        Ok(())
    }

    fn mapping(&mut self) -> Result<(), FlatFault> {
        while let Some((event, span)) = self.next()? {
            match event {
                Event::MappingEnd => return Ok(()),
                Event::Scalar(name, _, _, tag) => {
                    check_tag(tag.as_deref(), span)?;
                    self.entry(name.into_owned(), span)?;
                }
                other => return Err(fault(span, format!("expected a name, found {}", kind(&other)))),
            }
        }
        Ok(())
    }

    fn entry(&mut self, name: String, name_span: Span) -> Result<(), FlatFault> {
        if let Some(problem) = name_problem(&name) {
            return Err(fault(name_span, format!("`{}` is not a name: {problem}", shown(&name))));
        }
        if self.entries.iter().any(|entry| entry.name == name) {
            return Err(fault(name_span, format!("`{name}` is set twice")));
        }
        match self.next()? {
            Some((Event::Scalar(text, style, _, tag), span)) => {
                check_tag(tag.as_deref(), span)?;
                let unset = is_unset(&text, style, tag.as_deref());
                let value = (!unset).then(|| text.into_owned());
                let (name_at, value_at) = (bytes(name_span), bytes(span));
                self.entries.push(FlatEntry { name, value, name_at, value_at });
                Ok(())
            }
            Some((other, span)) => Err(fault(span, format!("expected a text for `{name}`, found {}", kind(&other)))),
            None => Err(fault(name_span, format!("expected a text for `{name}`, found the end"))),
        }
    }

    /// The next event that is not a comment.
    fn next(&mut self) -> Result<Option<(Event<'a>, Span)>, FlatFault> {
        loop {
            match self.events.next() {
                None => return Ok(None),
                Some(Ok((Event::Comment(..), _))) => {}
                Some(Ok(next)) => return Ok(Some(next)),
                Some(Err(error)) => return Err(not_yaml(&error)),
            }
        }
    }
}

/// Nothing at all, or a word for nothing.
fn is_unset(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> bool {
    style == ScalarStyle::Plain && tag.is_none() && matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// A scanner's message can quote the character it found, and that may be part of a secret.
fn not_yaml(error: &ScanError) -> FlatFault {
    let problem = match error.kind() {
        ErrorKind::UnexpectedCharacter { .. } => "unexpected character".to_owned(),
        _ => error.info(),
    };
    let at = error.marker();
    FlatFault { line: at.line(), column: at.col() + 1, problem: format!("not valid YAML: {problem}") }
}

fn check_tag(tag: Option<&Tag>, span: Span) -> Result<(), FlatFault> {
    match tag {
        Some(tag) if !tag.is_yaml_core_schema() && tag.to_string() != "!" => {
            Err(fault(span, "a tag; expected plain text"))
        }
        _ => Ok(()),
    }
}

fn fault(span: Span, problem: impl Into<String>) -> FlatFault {
    FlatFault { line: span.start.line(), column: span.start.col() + 1, problem: problem.into() }
}

fn kind(event: &Event<'_>) -> &'static str {
    match event {
        Event::Scalar(..) => "a text",
        Event::SequenceStart(..) => "a list",
        Event::MappingStart(..) => "a mapping",
        Event::Alias(_) | Event::UnresolvedAlias(_) => "an alias",
        _ => "the end",
    }
}

fn bytes(span: Span) -> Range<usize> {
    span.byte_range().unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::store::testing::NASTY;

    fn map(text: &str) -> BTreeMap<String, String> {
        set_values(read(text).map_err(|fault| format!("{fault:?}")).unwrap())
    }

    fn pairs(map: &BTreeMap<String, String>) -> Vec<(&str, &str)> {
        map.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    #[test]
    fn takes_every_scalar_as_the_text_that_was_written() {
        let text =
            "# comment\nport: '3030'\nratio: 1.10\nmask: 0x1F\non: yes\nlong: |\n  a\n  b\nempty: ''\n9: !!int 7\n";
        assert_eq!(
            pairs(&map(text)),
            [
                ("9", "7"),
                ("empty", ""),
                ("long", "a\nb\n"),
                ("mask", "0x1F"),
                ("on", "yes"),
                ("port", "3030"),
                ("ratio", "1.10")
            ]
        );
    }

    #[test]
    fn a_name_with_nothing_after_it_is_not_set() {
        assert!(map("a:\nb: ~\nc: null\n").is_empty());
        assert_eq!(pairs(&map("a: ''\nb: 'null'\n")), [("a", ""), ("b", "null")]);
        for text in ["", "# only\n", "---\n", "{}", "\n\n"] {
            assert!(map(text).is_empty(), "{text:?}");
        }
    }

    #[test]
    fn quoted_texts_come_back_exactly() {
        for text in NASTY {
            assert_eq!(pairs(&map(&format!("a: {}\n", quoted(text)))), [("a", *text)]);
            let referee: BTreeMap<String, String> = serde_yaml::from_str(&format!("a: {}\n", quoted(text))).unwrap();
            assert_eq!(referee["a"], *text);
        }
    }

    #[test]
    fn names_the_place_of_what_it_cannot_take_and_no_content() {
        for (text, line, column, problem) in [
            ("a: b\nc: [canary]\n", 2, 4, "expected a text for `c`, found a list"),
            ("a:\n  canary: x\n", 2, 3, "expected a text for `a`, found a mapping"),
            ("a: &x canary\nb: *x\n", 2, 4, "expected a text for `b`, found an alias"),
            ("a: b\na: canary\n", 2, 1, "`a` is set twice"),
            ("- canary\n", 1, 1, "expected `name: text` lines, found a list"),
            ("canary\n", 1, 1, "expected `name: text` lines, found a text"),
            ("a.b: canary\n", 1, 1, "`a.b` is not a name: `.` is not allowed"),
            ("a: canary\n---\nb: canary\n", 2, 1, "a second document; expected one"),
            ("a: !vault canary\n", 1, 11, "a tag; expected plain text"),
            ("a: \"canary", 1, 4, "not valid YAML: unclosed quote"),
        ] {
            let fault = read(text).err().unwrap();
            assert_eq!((fault.line, fault.problem.as_str()), (line, problem), "{text:?}");
            assert_eq!(fault.column, column, "{text:?}");
        }
        for text in ["a: b: canary", "a: \"\\qcanary\"", "a: @canary", "a: {canary", "a: canary\n b: c"] {
            let fault = read(text).err().ok_or(text).unwrap();
            assert!(!fault.problem.contains("canary"), "{fault:?}");
        }
    }

    #[test]
    fn bombs_and_deep_nesting_are_refused_at_once() {
        let deep = "a: ".to_owned() + &"[".repeat(100_000);
        assert!(read(&deep).is_err());
        assert!(read("a: &a [x]\nb: [*a, *a]\n").is_err());
    }
}
