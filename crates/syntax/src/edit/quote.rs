//! Scalars as text of a file: without quotes where they mean themselves, else in double quotes.

use crate::syntax::{CoreScalar, core_scalar};

/// A double-quoted scalar: JSON's strings are YAML's.
pub fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A scalar that means this text in block and in flow style.
pub fn written(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { quoted(text) }
}

/// Whether text means itself without quotes, wherever it stands and whoever reads it.
fn is_plain(text: &str) -> bool {
    let letters = text.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_./@+: ".contains(letter));
    let begins = text.starts_with(|letter: char| letter.is_ascii_alphabetic() || "._/".contains(letter));
    let apart = !text.contains(": ") && !text.ends_with([':', ' ']) && text != "...";
    letters && begins && apart && matches!(core_scalar(text), CoreScalar::Text) && !is_switch(text)
}

/// YAML 1.1 has more words for true and false.
fn is_switch(text: &str) -> bool {
    ["yes", "no", "on", "off", "y", "n"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_only_what_would_read_as_something_else() {
        for text in ["pt.secret db-password", "/var/lib/postgresql/data", "postgres:16.2", "on-failure"] {
            assert_eq!(written(text), text);
        }
        for text in ["true", "no", "1.10", "a: b", "{pt.secret x}", "", "#x", "- a", "a ", "null", "8080:80"] {
            assert_eq!(written(text), quoted(text), "{text}");
        }
    }
}
