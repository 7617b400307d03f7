//! A value: what it is, and where it was written.

use std::collections::HashMap;

use super::Text;
use crate::source::{Span, Spanned};
use crate::syntax::is_null_text;

/// Keys and values in the order in which they were written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Map {
    entries: Vec<(Spanned<String>, Value)>,
}

/// A value and its place.
#[derive(Debug, Clone)]
pub struct Value {
    /// What it is.
    pub data: Data,
    /// Where it was written; a value that a blueprint made up has the place of the call.
    pub span: Span,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// Nothing: the same as absent.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// An unquoted scalar, as written: the parameter's type decides what it is.
    Plain(Box<str>),
    /// Text.
    Text(Text),
    /// A list.
    List(Vec<Value>),
    /// A map.
    Map(Map),
    /// A hole: fits every type and raises nothing.
    Unknown,
}

impl Value {
    /// `data`, written at `span`.
    pub fn new(data: Data, span: Span) -> Self {
        Self { data, span }
    }

    /// A hole.
    pub fn unknown(span: Span) -> Self {
        Self::new(Data::Unknown, span)
    }

    /// Nothing.
    pub fn null(span: Span) -> Self {
        Self::new(Data::Null, span)
    }

    /// Whether it is nothing.
    pub fn is_null(&self) -> bool {
        match &self.data {
            Data::Null => true,
            Data::Plain(text) => is_null_text(text),
            _ => false,
        }
    }

    /// Whether it is a hole.
    pub fn is_unknown(&self) -> bool {
        matches!(self.data, Data::Unknown)
    }

    /// The same value, it and all its parts written at `span`: a default stands where it is used.
    #[must_use]
    pub fn placed_at(&self, span: Span) -> Value {
        let data = match &self.data {
            Data::List(items) => Data::List(items.iter().map(|item| item.placed_at(span)).collect()),
            Data::Map(map) => Data::Map(
                map.iter().map(|(key, value)| (Spanned::new(key.value.clone(), span), value.placed_at(span))).collect(),
            ),
            other => other.clone(),
        };
        Value::new(data, span)
    }

    /// The value of a key, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Value> {
        match &self.data {
            Data::Map(map) => map.get(key),
            _ => None,
        }
    }

    /// The text of a scalar, as a program would receive it; `None` for lists, maps, nulls and holes.
    pub fn to_text(&self) -> Option<Text> {
        match &self.data {
            Data::Bool(value) => Some(Text::literal(value.to_string())),
            Data::Int(value) => Some(Text::literal(value.to_string())),
            Data::Float(value) => Some(Text::literal(value.to_string())),
            Data::Text(text) => Some(text.clone()),
            Data::Plain(text) if !self.is_null() => Some(Text::literal(&**text)),
            Data::Plain(_) | Data::Null | Data::List(_) | Data::Map(_) | Data::Unknown => None,
        }
    }

    /// What it is, as a message says it: a kind, or the characters in backticks; never a secret's content.
    pub fn describe(&self) -> String {
        const SHOWN: usize = 40;
        let text = match &self.data {
            Data::Null => return "nothing".to_owned(),
            Data::List(_) => return "a list".to_owned(),
            Data::Map(_) => return "a map".to_owned(),
            Data::Unknown => return "something unknown".to_owned(),
            Data::Plain(_) if self.is_null() => return "nothing".to_owned(),
            Data::Plain(text) => text.to_string(),
            Data::Text(text) if text.as_literal().is_some() => format!("\"{text}\""),
            Data::Text(text) => text.to_string(),
            Data::Bool(value) => value.to_string(),
            Data::Int(value) => value.to_string(),
            Data::Float(value) => value.to_string(),
        };
        let line = text.lines().next().unwrap_or_default();
        let cut: String = line.chars().take(SHOWN).collect();
        if cut.len() < text.len() { format!("`{cut}…`") } else { format!("`{cut}`") }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.data == other.data
    }
}

impl Map {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries.iter().find(|(name, _)| name.value == key).map(|(_, value)| value)
    }

    /// The key as it was written, with its place.
    pub fn key(&self, key: &str) -> Option<&Spanned<String>> {
        self.entries.iter().find(|(name, _)| name.value == key).map(|(name, _)| name)
    }

    /// Sets a key; the later value wins.
    pub fn insert(&mut self, key: Spanned<String>, value: Value) {
        match self.entries.iter_mut().find(|(name, _)| *name == key) {
            Some(entry) => *entry = (key, value),
            None => self.entries.push((key, value)),
        }
    }

    /// Keys and values in the order in which they were written.
    pub fn iter(&self) -> impl Iterator<Item = (&Spanned<String>, &Value)> {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// A map of these entries: of those with one key the last one counts, in the place of the first.
    pub fn last_of_each(entries: Vec<(Spanned<String>, Value)>) -> Self {
        let mut places: HashMap<String, usize> = HashMap::with_capacity(entries.len());
        let mut map = Self::default();
        for (key, value) in entries {
            let next = map.entries.len();
            let place = *places.entry(key.value.clone()).or_insert(next);
            if place < next {
                map.entries[place] = (key, value);
            } else {
                map.entries.push((key, value));
            }
        }
        map
    }

    /// Number of keys.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl FromIterator<(Spanned<String>, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (Spanned<String>, Value)>>(entries: I) -> Self {
        Self { entries: entries.into_iter().collect() }
    }
}

impl IntoIterator for Map {
    type Item = (Spanned<String>, Value);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn of_entries_with_one_key_the_last_one_counts_in_the_place_of_the_first() {
        let at = Span::new(FileId(0), 0, 0);
        let entry = |key: &str, number| (Spanned::new(key.to_owned(), at), Value::new(Data::Int(number), at));
        let map = Map::last_of_each(vec![entry("a", 1), entry("b", 2), entry("a", 3)]);
        let shown: Vec<_> = map.iter().map(|(key, value)| (key.value.as_str(), value.data.clone())).collect();
        assert_eq!(shown, [("a", Data::Int(3)), ("b", Data::Int(2))]);
    }
}
