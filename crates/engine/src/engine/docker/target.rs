//! Paths and queries of the engine's API, safe for any name.

use std::fmt::Write as _;

use serde_json::{Map, Value};

/// A list of containers, running or not, that match all filters.
pub(super) fn containers(filters: &[(&str, &str)]) -> String {
    format!("/containers/json?all=1&{}", query(filters))
}

/// A list of something else, such as `/volumes`, that matches all filters.
pub(super) fn filtered(path: &str, filters: &[(&str, &str)]) -> String {
    format!("{path}?{}", query(filters))
}

/// The path of one thing: `/containers/NAME/json`.
pub(super) fn one(kind: &str, name: &str, rest: &str) -> String {
    format!("/{kind}/{}{rest}", segment(name))
}

/// Whether a name can stand in a path as it is: bollard puts names there without a thought.
pub(super) fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    name.bytes().all(plain) && name.starts_with(|first: char| first.is_ascii_alphanumeric())
}

fn query(filters: &[(&str, &str)]) -> String {
    let mut map: Map<String, Value> = Map::new();
    for (key, value) in filters {
        let values = map.entry(*key).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(values) = values {
            values.push(Value::from(*value));
        }
    }
    format!("filters={}", segment(&Value::Object(map).to_string()))
}

/// Percent-encodes what may not stand in a path segment or a query value; slashes stay, as image references have them.
pub(super) fn segment(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~/:@".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_encoded_json() {
        let target = containers(&[("label", "a=b"), ("label", "c"), ("name", "^/x&y")]);
        assert_eq!(
            target,
            "/containers/json?all=1&filters=%7B%22label%22:%5B%22a%3Db%22%2C%22c%22%5D%2C%22name%22:%5B%22%5E/x%26y%22%5D%7D"
        );
    }

    #[test]
    fn names_cannot_leave_their_place_in_a_path() {
        assert_eq!(one("images", "box:5000/a/b:1?x#y", "/json"), "/images/box:5000/a/b:1%3Fx%23y/json");
        assert!(is_plain("shop-db-1") && is_plain("0a"));
        assert!(!is_plain("../x") && !is_plain("a?b") && !is_plain("") && !is_plain("-x") && !is_plain("a/b"));
    }
}
