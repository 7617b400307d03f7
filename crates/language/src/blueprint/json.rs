//! A value as the text of a JSON file in a container.

use crate::value::{Data, Segment, Text, Value};

/// Stands on either side of a value or secret of the project, whose characters are not known yet: the program that reads the
/// file has to escape what lies between two of them. JSON itself never holds this character.
pub(super) const MARK: char = '\u{1}';

/// The JSON of a value; `None` when a part of it is a hole. Maps leave out what is null.
pub(super) fn json(value: &Value) -> Option<Text> {
    let mut written = Text::default();
    write(value, &mut written)?;
    Some(written)
}

fn write(value: &Value, written: &mut Text) -> Option<()> {
    match &value.data {
        Data::Unknown => return None,
        Data::List(items) => {
            literal(written, "[");
            for (index, item) in items.iter().enumerate() {
                literal(written, if index == 0 { "" } else { "," });
                write(item, written)?;
            }
            literal(written, "]");
        }
        Data::Map(map) => {
            literal(written, "{");
            for (index, (key, item)) in map.iter().filter(|(_, item)| !item.is_null()).enumerate() {
                literal(written, if index == 0 { "\"" } else { ",\"" });
                literal(written, &escaped(key));
                literal(written, "\":");
                write(item, written)?;
            }
            literal(written, "}");
        }
        _ if value.is_null() => literal(written, "null"),
        Data::Bool(_) | Data::Int(_) | Data::Float(_) => written.append(&value.to_text()?),
        Data::Text(_) | Data::Plain(_) | Data::Null => quote(&value.to_text()?, written),
    }
    Some(())
}

fn quote(text: &Text, written: &mut Text) {
    literal(written, "\"");
    for segment in text.segments() {
        match segment {
            Segment::Literal(text) => literal(written, &escaped(text)),
            Segment::Value { .. } | Segment::Secret { .. } => {
                literal(written, &MARK.to_string());
                written.push(segment.clone());
                literal(written, &MARK.to_string());
            }
        }
    }
    literal(written, "\"");
}

fn literal(written: &mut Text, text: &str) {
    written.push(Segment::Literal(text.to_owned()));
}

/// The characters between the quotes of a JSON string.
fn escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::source::{FileId, Span, Spanned};
    use crate::value::Map;

    fn value(data: Data) -> Value {
        Value::new(data, Span::start_of(FileId(0)))
    }

    fn map(entries: Vec<(&str, Data)>) -> Value {
        let mut map = Map::default();
        for (key, data) in entries {
            map.insert(Spanned::new(key.to_owned(), Span::start_of(FileId(0))), value(data));
        }
        value(Data::Map(map))
    }

    #[test]
    fn every_value_is_json_and_nulls_are_left_out() {
        let items = Data::List(vec![value(Data::Bool(true)), value(Data::Null), value(Data::Float(1.5))]);
        let whole = map(vec![
            ("a\"b", Data::Text(Text::literal("line\nquote\" \u{1}"))),
            ("gone", Data::Null),
            ("port", Data::Int(1)),
            ("word", Data::Plain("x".into())),
            ("items", items),
        ]);
        assert_eq!(
            json(&whole).unwrap().to_string(),
            r#"{"a\"b":"line\nquote\" \u0001","port":1,"word":"x","items":[true,null,1.5]}"#
        );
    }

    #[test]
    fn a_secret_stays_one_between_two_marks() {
        let mut text = Text::literal("user:");
        text.append(&Text::secret("password"));
        let written = json(&map(vec![("login", Data::Text(text))])).unwrap();
        assert_eq!(written.to_string(), "{\"login\":\"user:\u{1}<secret:password>\u{1}\"}");
        assert_eq!(written.secrets().collect::<Vec<_>>(), ["password"]);
    }

    #[test]
    fn what_holds_a_hole_is_one() {
        assert_eq!(json(&map(vec![("a", Data::Int(1)), ("b", Data::Unknown)])), None);
    }
}
