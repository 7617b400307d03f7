//! What is added to a file, before it is known in which style.

use super::quote::{quoted, written};

/// A value to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A scalar.
    Text(String),
    /// A scalar of another type than text, such as `false`.
    Word(&'static str),
    /// A list.
    List(Vec<Piece>),
    /// A map in one line.
    Map(Vec<(String, Piece)>),
    /// A map with a line for each entry where the file's style has lines.
    Lines(Vec<(String, Piece)>),
}

impl Piece {
    /// A scalar.
    pub fn text(text: impl Into<String>) -> Self {
        Piece::Text(text.into())
    }

    /// A map of scalars in one line.
    pub fn map(entries: &[(&str, &str)]) -> Self {
        let entry = |(key, text): &(&str, &str)| ((*key).to_owned(), Piece::text(*text));
        Piece::Map(entries.iter().map(entry).collect())
    }

    /// In one line; `json` quotes everything.
    pub(super) fn flow(&self, json: bool) -> String {
        let scalar = |text: &str| if json { quoted(text) } else { written(text) };
        match self {
            Piece::Text(text) => scalar(text),
            Piece::Word(word) => (*word).to_owned(),
            Piece::List(items) => {
                let items: Vec<String> = items.iter().map(|item| item.flow(json)).collect();
                format!("[{}]", items.join(", "))
            }
            Piece::Map(entries) | Piece::Lines(entries) => {
                let entries: Vec<String> =
                    entries.iter().map(|(key, value)| format!("{}: {}", scalar(key), value.flow(json))).collect();
                format!("{{{}}}", entries.join(", "))
            }
        }
    }

    /// The lines of `key: value` in a column; those below are `step` columns deeper, the dashes of a list `dash`.
    pub(super) fn entry_lines(&self, key: &str, column: usize, step: usize, dash: usize) -> Vec<String> {
        let pad = " ".repeat(column);
        let key = written(key);
        match self {
            Piece::Lines(entries) => {
                let below = entries.iter().flat_map(|(key, value)| value.entry_lines(key, column + step, step, dash));
                std::iter::once(format!("{pad}{key}:")).chain(below).collect()
            }
            Piece::List(items) if !items.is_empty() => {
                let below = items.iter().flat_map(|item| item.item_lines(column + dash));
                std::iter::once(format!("{pad}{key}:")).chain(below).collect()
            }
            flow => vec![format!("{pad}{key}: {}", flow.flow(false))],
        }
    }

    /// The lines of an item of a list.
    pub(super) fn item_lines(&self, column: usize) -> Vec<String> {
        let pad = " ".repeat(column);
        match self {
            Piece::Lines(entries) => {
                let lines = entries.iter().enumerate().map(|(index, (key, value))| {
                    let mark = if index == 0 { "- " } else { "  " };
                    format!("{pad}{mark}{}: {}", written(key), value.flow(false))
                });
                lines.collect()
            }
            flow => vec![format!("{pad}- {}", flow.flow(false))],
        }
    }
}
