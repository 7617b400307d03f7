//! Reads forms: brackets, prefixes, comments.

use std::ops::Range;
use std::rc::Rc;

use super::escape::unescape;
use super::form::{Form, FormKind};
use super::token::{character, is_blank, is_delimiter, token};
use super::unreadable::Unreadable;

/// Reads all forms of a text; brackets may nest `depth` deep.
pub fn read_forms(text: &str, depth: usize) -> Result<Vec<Form>, Unreadable> {
    read_all(text, depth).map(|(forms, _)| forms)
}

/// As [`read_forms`], with the places of the comments.
pub(super) fn read_all(text: &str, depth: usize) -> Result<(Vec<Form>, Vec<Range<usize>>), Unreadable> {
    let mut reader = Reader { text, position: 0, depth, comments: Vec::new() };
    let mut forms = Vec::new();
    while let Some(next) = reader.next(None)? {
        match next {
            Next::Form(form) => forms.push(form),
            Next::Close(letter, at) => {
                return Err(Unreadable::new(at, format!("`{letter}` closes nothing")).help("remove it"));
            }
        }
    }
    Ok((forms, reader.comments))
}

/// What comes next in a text.
enum Next {
    Form(Form),
    Close(char, Range<usize>),
}

/// A bracket that is not closed yet.
#[derive(Clone, Copy)]
struct Open {
    at: usize,
    length: usize,
    closing: char,
}

struct Reader<'t> {
    text: &'t str,
    position: usize,
    /// How much deeper brackets may nest.
    depth: usize,
    /// Where comments stand.
    comments: Vec<Range<usize>>,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.position..]
    }

    fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start_matches(is_blank).len();
            self.position += blank;
            if !self.rest().starts_with(';') {
                return;
            }
            let rest = self.rest();
            let length = rest.find('\n').unwrap_or(rest.len());
            self.comments.push(self.position..self.position + rest[..length].trim_end().len());
            self.position += length;
        }
    }

    /// The next form or closing bracket; nothing at the end of the text, which is a fault inside `open`.
    fn next(&mut self, open: Option<Open>) -> Result<Option<Next>, Unreadable> {
        loop {
            self.skip_blanks();
            let start = self.position;
            let Some(letter) = self.rest().chars().next() else {
                return open.map_or(Ok(None), |open| Err(self.unclosed(open)));
            };
            if matches!(letter, ')' | ']' | '}') {
                self.position += 1;
                return Ok(Some(Next::Close(letter, start..start + 1)));
            }
            if self.rest().starts_with("#_") {
                self.position += 2;
                self.operand(start, "#_")?;
                continue;
            }
            let kind = self.kind(letter, start)?;
            return Ok(Some(Next::Form(Form { kind, range: start..self.position })));
        }
    }

    fn unclosed(&self, open: Open) -> Unreadable {
        let bracket = &self.text[open.at..open.at + open.length];
        Unreadable::new(open.at..open.at + open.length, format!("`{bracket}` is never closed"))
            .help(format!("add the `{}` that is missing", open.closing))
    }

    fn kind(&mut self, letter: char, start: usize) -> Result<FormKind, Unreadable> {
        match letter {
            '(' => Ok(FormKind::List(self.items(start, 1, ')')?)),
            '[' => Ok(FormKind::Vector(self.items(start, 1, ']')?)),
            '{' => Ok(FormKind::Map(self.pairs(start)?)),
            '"' => {
                let raw = self.quoted(start)?;
                Ok(FormKind::Text(Rc::new(unescape(&self.text[raw.clone()], raw.start)?)))
            }
            '\\' => self.character(start),
            '\'' => Ok(FormKind::Quote(self.prefixed(start, "'")?)),
            '@' => Ok(FormKind::Deref(self.prefixed(start, "@")?)),
            '^' => self.annotated(start, "^"),
            '#' => self.dispatched(start),
            '`' | '~' => {
                Err(Unreadable::new(start..start + 1, format!("`{letter}` is for macros, of which there are none")))
            }
            _ => {
                let range = self.take_token();
                token(&self.text[range.clone()], range)
            }
        }
    }

    fn dispatched(&mut self, start: usize) -> Result<FormKind, Unreadable> {
        let rest = &self.rest()[1..];
        match rest.chars().next() {
            Some('{') => Ok(FormKind::Set(self.items(start, 2, '}')?)),
            Some('(') => Ok(FormKind::Function(self.items(start, 2, ')')?)),
            Some('"') => {
                self.position += 1;
                let raw = self.quoted(start + 1)?;
                Ok(FormKind::Regex(self.text[raw].into()))
            }
            Some('\'') => Ok(self.prefixed(start, "#'")?.kind.clone()),
            Some('^') => self.annotated(start, "#^"),
            Some('#') => {
                self.position += 2;
                let name = self.take_token();
                match &self.text[name.clone()] {
                    "NaN" => Ok(FormKind::Float(f64::NAN)),
                    "Inf" => Ok(FormKind::Float(f64::INFINITY)),
                    "-Inf" => Ok(FormKind::Float(f64::NEG_INFINITY)),
                    _ => Err(Unreadable::new(start..name.end, "`##` is followed by `NaN`, `Inf` or `-Inf`")),
                }
            }
            Some(letter) if letter.is_alphabetic() => {
                self.position += 1;
                let tag = self.take_token();
                Ok(FormKind::Tagged(self.text[tag].into(), self.operand(start, "a tag")?.into()))
            }
            _ => Err(Unreadable::new(start..start + 1, "`#` begins nothing here")
                .help("known are `#{…}`, `#(…)`, `#\"…\"` and `#_`")),
        }
    }

    /// The one form that follows a prefix.
    fn operand(&mut self, start: usize, prefix: &str) -> Result<Form, Unreadable> {
        self.deeper(start)?;
        let next = self.next(None)?;
        self.depth += 1;
        match next {
            Some(Next::Form(form)) => Ok(form),
            _ => Err(Unreadable::new(start..start + 1, format!("{} is followed by a form", quoted_name(prefix)))),
        }
    }

    fn prefixed(&mut self, start: usize, prefix: &str) -> Result<Rc<Form>, Unreadable> {
        self.position += prefix.len();
        self.operand(start, prefix).map(Rc::new)
    }

    /// `^:note form`: the note says nothing here.
    fn annotated(&mut self, start: usize, prefix: &str) -> Result<FormKind, Unreadable> {
        self.position += prefix.len();
        self.operand(start, prefix)?;
        Ok(self.operand(start, prefix)?.kind)
    }

    fn deeper(&mut self, start: usize) -> Result<(), Unreadable> {
        match self.depth.checked_sub(1) {
            Some(less) => {
                self.depth = less;
                Ok(())
            }
            None => {
                Err(Unreadable { too_deep: true, ..Unreadable::new(start..start + 1, "brackets nest too deeply here") })
            }
        }
    }

    fn items(&mut self, start: usize, length: usize, closing: char) -> Result<Rc<[Form]>, Unreadable> {
        let open = Open { at: start, length, closing };
        self.position += length;
        self.deeper(start)?;
        let mut items = Vec::new();
        while let Some(next) = self.next(Some(open))? {
            match next {
                Next::Form(form) => items.push(form),
                Next::Close(letter, _) if letter == closing => break,
                Next::Close(letter, at) => {
                    let bracket = &self.text[start..start + length];
                    return Err(Unreadable::new(
                        start..start + length,
                        format!("`{bracket}` must be closed by `{closing}`, found `{letter}`"),
                    )
                    .also(at, "found here"));
                }
            }
        }
        self.depth += 1;
        Ok(items.into())
    }

    fn pairs(&mut self, start: usize) -> Result<Rc<[Form]>, Unreadable> {
        let items = self.items(start, 1, '}')?;
        match items.last() {
            Some(last) if items.len() % 2 == 1 => {
                Err(Unreadable::new(last.range.clone(), "a map has a value for each key, and this key has none")
                    .also(start..start + 1, "the map begins here"))
            }
            _ => Ok(items),
        }
    }

    /// The bytes between quotes, the first of which stands at `start`.
    fn quoted(&mut self, start: usize) -> Result<Range<usize>, Unreadable> {
        let bytes = self.text.as_bytes();
        let mut at = start + 1;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'"' => {
                    self.position = at + 1;
                    return Ok(start + 1..at);
                }
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
        Err(Unreadable::new(start..start + 1, "the text that begins here is never closed")
            .help("add the `\"` that is missing"))
    }

    fn character(&mut self, start: usize) -> Result<FormKind, Unreadable> {
        self.position += 1;
        // The first letter counts even where it would end a token: `\,` and `\)`.
        let Some(first) = self.rest().chars().next() else {
            return Err(Unreadable::new(start..start + 1, "a character follows a backslash"));
        };
        self.position += first.len_utf8();
        if !is_delimiter(first) {
            self.take_token();
        }
        character(&self.text[start + 1..self.position], start..self.position)
    }

    fn take_token(&mut self) -> Range<usize> {
        let start = self.position;
        let rest = self.rest();
        self.position += rest.find(is_delimiter).unwrap_or(rest.len());
        start..self.position
    }
}

fn quoted_name(prefix: &str) -> String {
    if prefix.starts_with("a ") { prefix.to_owned() } else { format!("`{prefix}`") }
}
