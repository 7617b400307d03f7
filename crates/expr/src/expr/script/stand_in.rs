//! What goes into a program in place of a secret, and comes out as the secret's segment again.

use crate::expr::code::Datum;
use crate::source::{Span, Spanned};
use crate::value::{Data, Segment, Text, Value};

use super::convert;

/// Private-use characters around a stand-in. Blueprints have others.
const OPEN: char = '\u{F0010}';
/// Ends a stand-in.
const CLOSE: char = '\u{F0011}';

/// The references among the parameters of one program, each with its stand-in. Two with one name have one stand-in, for
/// they have one content.
#[derive(Debug)]
pub(super) struct StandIns {
    /// Random, so that no file can hold a stand-in.
    nonce: String,
    segments: Vec<Segment>,
}

/// What stands for a reference in one run; `None` makes a hole of the whole text.
pub(super) type Fill<'a> = dyn Fn(usize, &Segment) -> Option<String> + 'a;

impl StandIns {
    /// Those for all references in these values.
    pub(super) fn of(params: &[(String, Value)]) -> Self {
        let mut segments = Vec::new();
        for (_, value) in params {
            collect(value, &mut segments);
        }
        let nonce = if segments.is_empty() { String::new() } else { nonce() };
        Self { nonce, segments }
    }

    /// The references, in the order of their numbers.
    pub(super) fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// What stands for the reference of this number.
    pub(super) fn token(&self, number: usize) -> String {
        format!("{OPEN}{}.{number}{CLOSE}", self.nonce)
    }

    /// The parameters as a program sees them, with `fill` for their references.
    pub(super) fn enter(&self, params: &[(String, Value)], fill: &Fill<'_>) -> Vec<(String, Datum)> {
        let text = |text: &Text| self.enter_text(text, fill);
        params.iter().map(|(name, value)| (name.clone(), convert::datum(value, &text))).collect()
    }

    fn enter_text(&self, text: &Text, fill: &Fill<'_>) -> Option<String> {
        let mut entered = String::new();
        for segment in text.segments() {
            match segment {
                Segment::Literal(literal) => entered.push_str(literal),
                reference => {
                    let number = self.segments.iter().position(|known| known == reference)?;
                    entered.push_str(&fill(number, reference)?);
                }
            }
        }
        Some(entered)
    }

    /// A result with `fill` instead of the stand-ins.
    pub(super) fn filled(&self, datum: &Datum, fill: &dyn Fn(usize) -> String) -> Datum {
        match datum {
            Datum::Text(text) => Datum::Text(self.filled_text(text, fill)),
            Datum::List(items) => Datum::List(items.iter().map(|item| self.filled(item, fill)).collect()),
            Datum::Map(entries) => {
                let entry = |(key, item): &(String, Datum)| (self.filled_text(key, fill), self.filled(item, fill));
                Datum::Map(entries.iter().map(entry).collect())
            }
            other => other.clone(),
        }
    }

    /// A text with `fill` instead of the stand-ins.
    pub(super) fn filled_text(&self, text: &str, fill: &dyn Fn(usize) -> String) -> String {
        let piece = |piece| match piece {
            Piece::Literal(literal) => literal.to_owned(),
            Piece::StandIn(number) => fill(number),
        };
        self.pieces(text).into_iter().map(piece).collect()
    }

    /// A result as a value; `None` where a stand-in came out broken, or as a key, which cannot hold one.
    pub(super) fn leave(&self, datum: &Datum, span: Span) -> Option<Value> {
        let data = match datum {
            Datum::Text(text) => match self.leave_text(text)? {
                known if known.as_literal().is_some() => return Some(convert::value_of(datum, span)),
                text => Data::Text(text),
            },
            Datum::List(items) => Data::List(items.iter().map(|item| self.leave(item, span)).collect::<Option<_>>()?),
            Datum::Map(entries) => {
                let entry = |(key, item): &(String, Datum)| {
                    self.leave_text(key)?.as_literal()?;
                    Some((Spanned::new(key.clone(), span), self.leave(item, span)?))
                };
                Data::Map(entries.iter().map(entry).collect::<Option<Vec<_>>>()?.into_iter().collect())
            }
            other => return Some(convert::value_of(other, span)),
        };
        Some(Value::new(data, span))
    }

    fn leave_text(&self, text: &str) -> Option<Text> {
        let mut left = Text::default();
        for piece in self.pieces(text) {
            match piece {
                Piece::Literal(broken) if self.is_in(broken) => return None,
                Piece::Literal(literal) => left.push(Segment::Literal(literal.to_owned())),
                Piece::StandIn(number) => left.push(self.segments[number].clone()),
            }
        }
        Some(left)
    }

    /// Whether a part of a stand-in is in a text that holds no whole one.
    fn is_in(&self, text: &str) -> bool {
        !self.segments.is_empty() && text.contains(&self.nonce)
    }

    fn pieces<'a>(&self, text: &'a str) -> Vec<Piece<'a>> {
        let mut pieces = Vec::new();
        let mut rest = text;
        let opening = format!("{OPEN}{}.", self.nonce);
        let mut from = 0;
        while let Some(found) = rest[from..].find(&opening) {
            let start = from + found;
            let inside = &rest[start + opening.len()..];
            let number = inside.split_once(CLOSE).and_then(|(number, after)| Some((number.parse().ok()?, after)));
            match number.filter(|(number, _)| *number < self.segments.len()) {
                Some((number, after)) => {
                    pieces.push(Piece::Literal(&rest[..start]));
                    pieces.push(Piece::StandIn(number));
                    (rest, from) = (after, 0);
                }
                None => from = start + opening.len(),
            }
        }
        pieces.push(Piece::Literal(rest));
        pieces
    }
}

enum Piece<'a> {
    Literal(&'a str),
    StandIn(usize),
}

fn collect(value: &Value, found: &mut Vec<Segment>) {
    match &value.data {
        Data::Text(text) => {
            for segment in text.segments() {
                if !matches!(segment, Segment::Literal(_)) && !found.contains(segment) {
                    found.push(segment.clone());
                }
            }
        }
        Data::List(items) => items.iter().for_each(|item| collect(item, found)),
        Data::Map(map) => map.iter().for_each(|(_, item)| collect(item, found)),
        _ => {}
    }
}

fn nonce() -> String {
    // Without chance from the system a file that was made for it could still not do more than end in a wrong text.
    getrandom::u64().map_or_else(|_| "f0010".to_owned(), |chance| format!("{chance:016x}"))
}
