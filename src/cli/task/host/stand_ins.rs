//! Stand-ins: what a program sees instead of a secret, and how it becomes a secret again.
//!
//! A stand-in is a random text that nobody can make up: it holds nothing of the secret, may be put into other texts, and
//! is found in whatever leaves the program.

use std::fmt::Write as _;

use super::data;
use crate::expr::code::Datum;
use crate::expr::value_of;
use crate::source::{Span, Spanned};
use crate::value::{Data, Segment, Text, Value};

/// Letters of no script, around every stand-in.
const OPEN: char = '\u{E0F0}';
const CLOSE: char = '\u{E0F1}';

/// The stand-ins of one program.
#[derive(Debug)]
pub struct StandIns {
    key: String,
    /// Each secret in each encoding that it was seen in.
    secrets: Vec<Segment>,
}

impl StandIns {
    /// None yet.
    pub fn new() -> Result<Self, getrandom::Error> {
        let mut bytes = [0_u8; 16];
        getrandom::fill(&mut bytes)?;
        let key = bytes.iter().fold(String::new(), |mut key, byte| {
            let _ = write!(key, "{byte:02x}");
            key
        });
        Ok(Self { key, secrets: Vec::new() })
    }

    /// The stand-in of a secret; always the same one for a name.
    pub fn of(&mut self, name: &str) -> String {
        self.of_segment(&Segment::secret(name))
    }

    fn of_segment(&mut self, secret: &Segment) -> String {
        let index = self.secrets.iter().position(|known| known == secret).unwrap_or_else(|| {
            self.secrets.push(secret.clone());
            self.secrets.len() - 1
        });
        format!("{OPEN}{}.{index}{CLOSE}", self.key)
    }

    /// A value as a program sees it.
    pub fn datum(&mut self, value: &Value) -> Datum {
        match &value.data {
            _ if value.is_null() => Datum::Null,
            Data::Null => Datum::Null,
            Data::Unknown => Datum::Unknown,
            Data::Bool(known) => Datum::Bool(*known),
            Data::Int(known) => Datum::Int(*known),
            Data::Float(known) => Datum::Float(*known),
            // No type says what it is, so it is what YAML says.
            Data::Plain(text) => data::plain(text),
            Data::Text(text) => self.text_datum(text),
            Data::List(items) => Datum::List(items.iter().map(|item| self.datum(item)).collect()),
            Data::Map(map) => Datum::Map(map.iter().map(|(key, item)| (key.value.clone(), self.datum(item))).collect()),
        }
    }

    fn text_datum(&mut self, text: &Text) -> Datum {
        let mut written = String::new();
        for segment in text.segments() {
            match segment {
                Segment::Literal(text) | Segment::Value { content: Some(text), .. } => written.push_str(text),
                Segment::Value { content: None, .. } => return Datum::Unknown,
                Segment::Secret { .. } => written.push_str(&self.of_segment(segment)),
            }
        }
        Datum::Text(written)
    }

    /// A text that leaves the program, its secrets as such.
    pub fn text(&self, written: &str) -> Text {
        let mut text = Text::default();
        let mut rest = written;
        while let Some((before, secret, after)) = self.next(rest) {
            text.push(Segment::Literal(before.to_owned()));
            text.push(secret.clone());
            rest = after;
        }
        text.push(Segment::Literal(rest.to_owned()));
        text
    }

    /// What stands before the next stand-in, the secret, and what comes after it.
    fn next<'t>(&self, text: &'t str) -> Option<(&'t str, &Segment, &'t str)> {
        let start = format!("{OPEN}{}.", self.key);
        let (before, rest) = text.split_once(start.as_str())?;
        let (index, after) = rest.split_once(CLOSE)?;
        let secret = self.secrets.get(index.parse::<usize>().ok()?)?;
        Some((before, secret, after))
    }

    /// The text with secrets by name, as it may be printed.
    pub fn shown(&self, written: &str) -> String {
        // Half of a stand-in says nothing, but nobody needs to see it either.
        self.text(written).to_string().replace([OPEN, CLOSE], "").replace(&self.key, "…")
    }

    /// A value that leaves the program, written at `span`.
    pub fn value(&self, datum: &Datum, span: Span) -> Value {
        let data = match datum {
            Datum::Text(text) if text.contains(OPEN) => Data::Text(self.text(text)),
            Datum::List(items) => Data::List(items.iter().map(|item| self.value(item, span)).collect()),
            Datum::Map(entries) => {
                let entries = entries.iter();
                Data::Map(
                    entries.map(|(key, item)| (Spanned::new(key.clone(), span), self.value(item, span))).collect(),
                )
            }
            other => return value_of(other, span),
        };
        Value::new(data, span)
    }

    /// Whether a secret stands anywhere in it, also half of one.
    pub fn hold_in(&self, datum: &Datum) -> bool {
        let holds = |text: &str| text.contains([OPEN, CLOSE]) || text.contains(&self.key);
        match datum {
            Datum::Text(text) => holds(text),
            Datum::List(items) => items.iter().any(|item| self.hold_in(item)),
            Datum::Map(entries) => entries.iter().any(|(key, item)| holds(key) || self.hold_in(item)),
            _ => false,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::value::Encoding;

    #[test]
    fn a_stand_in_becomes_its_secret_again_inside_of_other_text() {
        let mut stand_ins = StandIns::new().unwrap();
        let (one, other) = (stand_ins.of("one"), stand_ins.of("other"));
        assert_eq!(stand_ins.of("one"), one);
        let text = stand_ins.text(&format!("a {one}:{other} b"));
        assert_eq!(text.to_string(), "a <secret:one>:<secret:other> b");
        assert_eq!(text.secrets().collect::<Vec<_>>(), ["one", "other"]);
        assert!(stand_ins.hold_in(&Datum::List(vec![Datum::Text(one)])));
    }

    #[test]
    fn what_was_made_up_is_only_text() {
        let mut stand_ins = StandIns::new().unwrap();
        let mut other = StandIns::new().unwrap();
        stand_ins.of("password");
        let forged = other.of("password");
        assert!(!stand_ins.text(&forged).has_secret());
        assert!(!stand_ins.text(&format!("{OPEN}.0{CLOSE}")).has_secret());
    }

    #[test]
    fn half_of_one_shows_nothing_and_cannot_leave_unseen() {
        let mut stand_ins = StandIns::new().unwrap();
        let token = stand_ins.of("password");
        let whole_key: String = token.chars().take(token.chars().count() - 1).collect();
        assert_eq!(stand_ins.shown(&whole_key), "….0");
        for length in 1..token.chars().count() {
            assert!(stand_ins.hold_in(&Datum::Text(token.chars().take(length).collect())));
        }
    }

    #[test]
    fn values_go_in_and_come_out_the_same() {
        let span = Span::start_of(FileId(0));
        let mut stand_ins = StandIns::new().unwrap();
        let mut url = Text::literal("postgres://app:");
        url.push(Segment::secret("password"));
        url.append(&Text::secret("password").encoded(Encoding::Url).unwrap());
        let value = Value::new(Data::Text(url), span);
        let datum = stand_ins.datum(&value);
        assert!(!format!("{datum:?}").contains("password"));
        assert_eq!(stand_ins.value(&datum, span), value);
    }
}
