//! An item of a list as text: in block style, as people write it, or in flow style, which is JSON.

use crate::syntax::{CoreScalar, core_scalar};

/// An item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item {
    /// A scalar.
    Text(Text),
    /// A map with keys that need no quotes.
    Map(Vec<(&'static str, Text)>),
}

/// A scalar, and whether it is always quoted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) text: String,
    quoted: bool,
}

impl Text {
    pub(super) fn plain(text: &str) -> Self {
        Self { text: text.to_owned(), quoted: false }
    }

    pub(super) fn quoted(text: &str) -> Self {
        Self { text: text.to_owned(), quoted: true }
    }

    fn block(&self) -> String {
        if !self.quoted && is_plain(&self.text) { self.text.clone() } else { json(&self.text) }
    }
}

impl Item {
    /// Its lines behind a dash; those after the first are indented to stand below it.
    pub(super) fn block(&self) -> Vec<String> {
        match self {
            Item::Text(text) => vec![format!("- {}", text.block())],
            Item::Map(entries) => {
                let lines = entries.iter().enumerate();
                let dash = |index| if index == 0 { "- " } else { "  " };
                lines.map(|(index, (key, text))| format!("{}{key}: {}", dash(index), text.block())).collect()
            }
        }
    }

    /// The same in one line.
    pub(super) fn flow(&self) -> String {
        match self {
            Item::Text(text) => json(&text.text),
            Item::Map(entries) => {
                let entries: Vec<String> =
                    entries.iter().map(|(key, text)| format!("{}: {}", json(key), json(&text.text))).collect();
                format!("{{{}}}", entries.join(", "))
            }
        }
    }
}

/// A key in block style.
pub(super) fn key(text: &str) -> String {
    Text::plain(text).block()
}

/// A double-quoted scalar: JSON's strings are YAML's.
pub(super) fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Whether text means itself without quotes.
fn is_plain(text: &str) -> bool {
    let letters = text.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_./@+:".contains(letter));
    let begins = text.starts_with(|letter: char| letter.is_ascii_alphanumeric() || "._/".contains(letter));
    letters && begins && !text.ends_with(':') && matches!(core_scalar(text), CoreScalar::Text) && text != "..."
}
