//! JSON files: one object of names and texts. In: text; out: names and contents, or the first fault; and a member of such an object.
//! Whole numbers and truth values are taken as they are written, `null` means "not set". Uses `flat_map`'s fault and `name`.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::Secret;
use super::flat_map::FlatFault;
use super::name::{name_problem, shown};

/// Reads a JSON text.
pub(super) fn parse(text: &str) -> Result<BTreeMap<String, Secret>, FlatFault> {
    match serde_json::from_str(text.strip_prefix('\u{feff}').unwrap_or(text)) {
        Ok(Object(entries)) => Ok(entries),
        Err(error) => {
            // Only a message of ours may be shown; the parser's own can quote what it found.
            let ours = error.is_data();
            let message = error.to_string();
            let problem = message.rsplit_once(" at line ").map(|(problem, _)| problem).filter(|_| ours);
            let problem = problem.unwrap_or("not valid JSON");
            Err(FlatFault { line: error.line().max(1), column: error.column().max(1), problem: problem.to_owned() })
        }
    }
}

/// `"name": "content"` on a line of its own, and what goes before it: the opening brace, or a comma.
pub(super) fn member(name: &str, content: &str, first: bool) -> String {
    let before = if first { "{" } else { "," };
    format!("{before}\n  {}: {}", serde_json::Value::from(name), serde_json::Value::from(content))
}

/// The entries of the object.
struct Object(BTreeMap<String, Secret>);

/// One content; `None` for `null`.
struct Content(Option<Secret>);

struct ObjectVisitor;

struct ContentVisitor;

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ObjectVisitor)
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ContentVisitor)
    }
}

/// Answers every other kind with words that do not quote it.
macro_rules! refuse {
    ($($visit:ident: $type:ty),*) => {$(
        fn $visit<E: Error>(self, _: $type) -> Result<Self::Value, E> {
            Err(E::custom(Self::WANTED))
        }
    )*};
}

impl ObjectVisitor {
    const WANTED: &'static str = "expected an object of names and texts";
}

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Object;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(Self::WANTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
        let mut entries = BTreeMap::new();
        let mut seen = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            if let Some(problem) = name_problem(&name) {
                return Err(A::Error::custom(format!("`{}` is not a name: {problem}", shown(&name))));
            }
            if seen.contains(&name) {
                return Err(A::Error::custom(format!("`{name}` is set twice")));
            }
            seen.push(name.clone());
            if let Content(Some(content)) = map.next_value()? {
                entries.insert(name, content);
            }
        }
        Ok(Object(entries))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Object, A::Error> {
        Err(A::Error::custom(Self::WANTED))
    }

    fn visit_unit<E: Error>(self) -> Result<Object, E> {
        Err(E::custom(Self::WANTED))
    }

    refuse!(visit_str: &str, visit_bool: bool, visit_u64: u64, visit_i64: i64, visit_f64: f64);
}

impl ContentVisitor {
    const WANTED: &'static str = "expected a text in quotes";
}

impl<'de> Visitor<'de> for ContentVisitor {
    type Value = Content;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(Self::WANTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Content, E> {
        Ok(Content(Some(Secret::from(text))))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Content, E> {
        Ok(Content(Some(Secret::new(value.to_string()))))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Content, E> {
        Ok(Content(Some(Secret::new(number.to_string()))))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Content, E> {
        Ok(Content(Some(Secret::new(number.to_string()))))
    }

    fn visit_unit<E: Error>(self) -> Result<Content, E> {
        Ok(Content(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Content, A::Error> {
        Err(A::Error::custom(Self::WANTED))
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<Content, A::Error> {
        Err(A::Error::custom(Self::WANTED))
    }

    // A fraction would lose its last zeros: `1.10` is not `1.1`.
    refuse!(visit_f64: f64);
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn takes_texts_whole_numbers_and_truth_values_as_written() {
        let text = "{\n\t\"a\": \"\\ud83d\\udd11 \\/ \\n\", \"b\": -7, \"c\": true, \"d\": null, \"e\": \"\"}\n";
        let entries = parse(text).unwrap();
        let seen: Vec<_> = entries.iter().map(|(name, content)| (name.as_str(), content.expose())).collect();
        assert_eq!(seen, [("a", "🔑 / \n"), ("b", "-7"), ("c", "true"), ("e", "")]);
    }

    #[test]
    fn names_the_place_of_a_fault_and_no_content() {
        let wanted_object = "expected an object of names and texts";
        for (text, line, problem) in [
            ("{\n\"a\": 1.10}", 2, "expected a text in quotes"),
            ("{\"a\": [\"canary\"]}", 1, "expected a text in quotes"),
            ("{\"a\": {\"canary\": 1}}", 1, "expected a text in quotes"),
            ("{\"a\": 1,\n \"a\": \"canary\"}", 2, "`a` is set twice"),
            ("{\"a at line 3\": 1}", 1, "`a at line 3` is not a name: a blank is not allowed"),
            ("\"canary\"", 1, wanted_object),
            ("[\"canary\"]", 1, wanted_object),
            ("null", 1, wanted_object),
            ("17", 1, wanted_object),
            ("{\"a\": \"canary", 1, "not valid JSON"),
            ("{\"a\": canary}", 1, "not valid JSON"),
            ("", 1, "not valid JSON"),
        ] {
            let fault = parse(text).unwrap_err();
            assert_eq!((fault.line, fault.problem.as_str()), (line, problem), "{text:?}");
        }
    }
}
