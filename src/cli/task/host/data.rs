//! YAML and JSON of programs: texts to plain data and back, with the reader that the files themselves are read with.

use serde_json::{Map, Number, Value};

use crate::diagnostic::Diagnostics;
use crate::expr::code::{Datum, HostError};
use crate::source::{FileId, SourceFile, Span};
use crate::syntax::{self, Node, NodeKind, Scalar, Style};
use crate::value::scalar;

/// Reads a text; JSON is YAML too. The first fault is the error.
pub fn read(text: &str) -> Result<Datum, HostError> {
    let mut diagnostics = Diagnostics::default();
    let file = FileId(0);
    let tree = syntax::parse(file, text, &mut diagnostics);
    let found = diagnostics.finish();
    if let Some(fault) = found.iter().find(|fault| fault.level == crate::diagnostic::Level::Error) {
        let position = SourceFile::new("text", text).position(fault.primary.span.start as usize);
        return Err(HostError::new(format!("line {} of the text: {}", position.line, fault.message)));
    }
    Ok(datum(&tree.root))
}

fn datum(node: &Node) -> Datum {
    match &node.kind {
        NodeKind::Missing => Datum::Null,
        NodeKind::Scalar(_) if node.is_null() => Datum::Null,
        NodeKind::Scalar(scalar) => of_scalar(scalar),
        NodeKind::Sequence(items) => Datum::List(items.iter().map(datum).collect()),
        NodeKind::Mapping(entries) => {
            let mut map: Vec<(String, Datum)> = Vec::new();
            for entry in entries {
                let Some(key) = entry.key.text() else { continue };
                map.retain(|(known, _)| known != key);
                map.push((key.to_owned(), datum(&entry.value)));
            }
            Datum::Map(map)
        }
    }
}

fn of_scalar(written: &Scalar) -> Datum {
    if written.style == Style::Plain { plain(&written.text) } else { Datum::Text(written.text.to_string()) }
}

/// An unquoted scalar as YAML 1.2 reads it.
pub fn plain(text: &str) -> Datum {
    scalar::bool(text)
        .map(Datum::Bool)
        .or_else(|| scalar::int(text).map(Datum::Int))
        .or_else(|| scalar::float(text).map(Datum::Float))
        .unwrap_or_else(|| Datum::Text(text.to_owned()))
}

/// As JSON on one line.
pub fn json(datum: &Datum) -> Result<String, HostError> {
    Ok(value(datum)?.to_string())
}

/// As JSON that people read.
pub fn pretty(datum: &Datum) -> Result<String, HostError> {
    Ok(format!("{:#}\n", value(datum)?))
}

/// As YAML.
pub fn yaml(datum: &Datum) -> Result<String, HostError> {
    serde_yaml::to_string(&value(datum)?).map_err(|error| HostError::new(format!("it cannot be written: {error}")))
}

fn value(datum: &Datum) -> Result<Value, HostError> {
    Ok(match datum {
        Datum::Null => Value::Null,
        Datum::Bool(known) => Value::Bool(*known),
        Datum::Int(known) => Value::from(*known),
        Datum::Float(known) => Number::from_f64(*known).map_or(Value::Null, Value::Number),
        Datum::Text(text) => Value::from(text.as_str()),
        Datum::List(items) => Value::Array(items.iter().map(value).collect::<Result<_, _>>()?),
        Datum::Map(entries) => {
            let entry = |(key, item): &(String, Datum)| Ok((key.clone(), value(item)?));
            Value::Object(entries.iter().map(entry).collect::<Result<Map<_, _>, HostError>>()?)
        }
        Datum::Unknown => return Err(HostError::new("something in it is not known")),
    })
}

/// What a datum is, in words.
pub fn kind(datum: &Datum) -> &'static str {
    match datum {
        Datum::Null => "nothing",
        Datum::Bool(_) => "true or false",
        Datum::Int(_) | Datum::Float(_) => "a number",
        Datum::Text(_) => "text",
        Datum::List(_) => "a list",
        Datum::Map(_) => "a map",
        Datum::Unknown => "something unknown",
    }
}

/// A place for values that a program made.
pub fn nowhere() -> Span {
    Span::start_of(FileId(0))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn yaml_and_json_come_in_with_their_types() {
        let read = read("a: 1\nb: [true, '2', x, 1.5, ~]\n").unwrap();
        assert_eq!(json(&read).unwrap(), r#"{"a":1,"b":[true,"2","x",1.5,null]}"#);
        assert_eq!(json(&super::read(r#"{"a": {"b": "c"}}"#).unwrap()).unwrap(), r#"{"a":{"b":"c"}}"#);
        assert_eq!(super::read("").unwrap(), Datum::Null);
    }

    #[test]
    fn a_fault_is_told_with_its_line() {
        let error = read("a: 1\nb: 'open\n").unwrap_err();
        assert!(error.message.starts_with("line 2"), "{error}");
    }

    #[test]
    fn what_is_written_is_read_back_the_same() {
        let written = read("name: 'off'\nlist: [1, two, {three: 3}]\n").unwrap();
        assert_eq!(read(&yaml(&written).unwrap()).unwrap(), written);
        assert_eq!(read(&pretty(&written).unwrap()).unwrap(), written);
    }
}
