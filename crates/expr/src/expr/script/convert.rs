//! Values as plain data, and back.

use crate::expr::code::Datum;
use crate::source::{Span, Spanned};
use crate::value::{Data, Text, Value, scalar};

/// A value as a program sees it; `enter` gives the characters of a text, `None` for a hole.
pub(super) fn datum(value: &Value, enter: &dyn Fn(&Text) -> Option<String>) -> Datum {
    match &value.data {
        _ if value.is_null() => Datum::Null,
        Data::Null => Datum::Null,
        Data::Bool(known) => Datum::Bool(*known),
        Data::Int(known) => Datum::Int(*known),
        Data::Float(known) => Datum::Float(*known),
        Data::Plain(text) => plain(text),
        Data::Text(text) => enter(text).map_or(Datum::Unknown, Datum::Text),
        Data::List(items) => Datum::List(items.iter().map(|item| datum(item, enter)).collect()),
        Data::Map(map) => Datum::Map(map.iter().map(|(key, item)| (key.value.clone(), datum(item, enter))).collect()),
        Data::Unknown => Datum::Unknown,
    }
}

/// No type says what it is, so it is what YAML says.
fn plain(text: &str) -> Datum {
    scalar::bool(text)
        .map(Datum::Bool)
        .or_else(|| scalar::int(text).map(Datum::Int))
        .or_else(|| scalar::float(text).map(Datum::Float))
        .unwrap_or_else(|| Datum::Text(text.to_owned()))
}

/// What a program gave, as a value written at `span`.
pub fn value_of(datum: &Datum, span: Span) -> Value {
    let data = match datum {
        Datum::Null => Data::Null,
        Datum::Bool(known) => Data::Bool(*known),
        Datum::Int(known) => Data::Int(*known),
        Datum::Float(known) => Data::Float(*known),
        // As with interpolation: a number in text may be the number that is asked for.
        Datum::Text(text) if scalar::float(text).is_some() || matches!(text.as_str(), "true" | "false") => {
            Data::Plain(text.as_str().into())
        }
        Datum::Text(text) => Data::Text(Text::literal(text.as_str())),
        Datum::List(items) => Data::List(items.iter().map(|item| value_of(item, span)).collect()),
        Datum::Map(entries) => {
            let entry = |(key, item): &(String, Datum)| (Spanned::new(key.clone(), span), value_of(item, span));
            Data::Map(entries.iter().map(entry).collect())
        }
        Datum::Unknown => Data::Unknown,
    };
    Value::new(data, span)
}
