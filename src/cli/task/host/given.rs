//! The arguments of one call, read with words that name the function.

use super::data;
use crate::expr::code::{Datum, HostError};

/// What a program gave to a function.
pub struct Given {
    function: String,
    items: Vec<Datum>,
}

impl Given {
    /// The arguments of a call of `function`.
    pub fn new(function: &str, items: Vec<Datum>) -> Self {
        Self { function: function.to_owned(), items }
    }

    /// The function.
    pub fn function(&self) -> &str {
        &self.function
    }

    /// An argument; null where there is none.
    pub fn any(&self, index: usize) -> &Datum {
        self.items.get(index).unwrap_or(&Datum::Null)
    }

    /// An argument that may be left out.
    pub fn maybe(&self, index: usize) -> Option<&Datum> {
        self.items.get(index).filter(|item| **item != Datum::Null)
    }

    /// An argument that has to be text; `what` it is, for the message.
    pub fn text(&self, index: usize, what: &str) -> Result<&str, HostError> {
        self.any(index).as_text().ok_or_else(|| self.wrong(index, what, "text"))
    }

    /// An argument that has to be a map, or nothing.
    pub fn map(&self, index: usize, what: &str) -> Result<&[(String, Datum)], HostError> {
        match self.any(index) {
            Datum::Map(entries) => Ok(entries),
            Datum::Null => Ok(&[]),
            _ => Err(self.wrong(index, what, "a map")),
        }
    }

    /// An argument that stands for text in a store: scalars are written as text.
    pub fn scalar(&self, index: usize, what: &str) -> Result<String, HostError> {
        match self.any(index) {
            Datum::Text(text) => Ok(text.clone()),
            Datum::Bool(known) => Ok(known.to_string()),
            Datum::Int(known) => Ok(known.to_string()),
            Datum::Float(known) => Ok(known.to_string()),
            _ => Err(self.wrong(index, what, "text")),
        }
    }

    /// The name of a container: text, or a map that has it under `ref`, `id` or `container`.
    pub fn reference(&self, index: usize) -> Result<&str, HostError> {
        let item = self.any(index);
        let inner = ["ref", "id", "container"].iter().find_map(|key| item.get(key));
        let found = inner.map_or(item, |inner| inner.get("id").unwrap_or(inner));
        found.as_text().ok_or_else(|| self.wrong(index, "a container", "its id"))
    }

    /// All arguments as one line of words: texts as they are, everything else as JSON.
    pub fn words(&self) -> String {
        let word = |item: &Datum| match item {
            Datum::Text(text) => text.clone(),
            other => data::json(other).unwrap_or_else(|error| error.message),
        };
        self.items.iter().map(word).collect::<Vec<_>>().join(" ")
    }

    /// What is wrong with an argument.
    pub fn wrong(&self, index: usize, what: &str, expected: &str) -> HostError {
        let found = match self.items.get(index) {
            None => "nothing",
            Some(item) => data::kind(item),
        };
        let number = index + 1;
        HostError::new(format!(
            "argument {number} of `{}` is {what}: expected {expected}, found {found}",
            self.function
        ))
    }
}
