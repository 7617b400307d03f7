//! The values that programs compute with.

use std::rc::Rc;

use super::collection::{Facts, ITEM, Items, Table};
use super::endless::Endless;
use super::function::Function;
use super::meter::Charge;
use super::pattern::Pattern;
use super::trouble::{Failure, Outcome, Trouble};

/// A value. Cloning it is cheap: what it holds is shared, and copied only where a shared one is changed.
#[derive(Debug, Clone, Default)]
pub(super) enum Value {
    /// `nil`.
    #[default]
    Nil,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// One letter.
    Char(char),
    /// Text.
    Text(Rc<Text>),
    /// A keyword, without its colon.
    Keyword(Rc<str>),
    /// A quoted name.
    Symbol(Rc<str>),
    /// A regular expression.
    Pattern(Rc<Pattern>),
    /// A list, or what functions over sequences give.
    List(Rc<Items>),
    /// A vector.
    Vector(Rc<Items>),
    /// A set: the keys of a table.
    Set(Rc<Table>),
    /// A map.
    Map(Rc<Table>),
    /// A sequence without end.
    Endless(Rc<Endless>),
    /// A function.
    Function(Rc<Function>),
    /// An exception.
    Failure(Rc<Failure>),
    /// Something that is not known while checking.
    Unknown,
}

/// Text and the memory that it takes.
#[derive(Debug)]
pub(super) struct Text {
    /// Its letters.
    pub(super) text: Box<str>,
    /// Given back when the text is dropped.
    _charge: Option<Charge>,
}

impl Text {
    /// Text that was built.
    pub(super) fn built(text: Box<str>, charge: Charge) -> Self {
        Self { text, _charge: Some(charge) }
    }

    /// Text that stands in the program.
    pub(super) fn written(text: &str) -> Self {
        Self { text: text.into(), _charge: None }
    }
}

impl Value {
    /// Whether a condition holds; not for what is not known.
    pub(super) fn is_truthy(&self) -> bool {
        !matches!(self, Value::Nil | Value::Bool(false))
    }

    /// Whether a condition holds.
    pub(super) fn truth(&self) -> Outcome<bool> {
        match self {
            Value::Unknown => Err(Trouble::unknown()),
            known => Ok(known.is_truthy()),
        }
    }

    /// Whether it is `nil`.
    pub(super) fn is_nil(&self) -> bool {
        matches!(self, Value::Nil)
    }

    /// The text, if it is text.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(&text.text),
            _ => None,
        }
    }

    /// The items of a list or vector.
    pub(super) fn as_items(&self) -> Option<&[Value]> {
        match self {
            Value::List(items) | Value::Vector(items) => Some(items.values()),
            _ => None,
        }
    }

    /// What is known of it without looking inside.
    pub(super) fn facts(&self) -> Facts {
        match self {
            Value::List(items) | Value::Vector(items) => items.facts(),
            Value::Set(table) | Value::Map(table) => table.facts(),
            Value::Endless(endless) => endless.facts().outer(),
            Value::Function(function) => function.facts().outer(),
            Value::Text(text) => Facts { size: ITEM + text.text.len(), ..Facts::default() },
            Value::Failure(failure) => failure.data.as_ref().map(|data| data.facts().outer()).unwrap_or_default(),
            Value::Unknown => Facts { unknown: true, size: ITEM, ..Facts::default() },
            _ => Facts { size: ITEM, ..Facts::default() },
        }
    }

    /// What kind of thing it is, as a message says it. What texts hold is never shown: it may be secret.
    pub(super) fn describe(&self) -> String {
        let kind = match self {
            Value::Nil => "`nil`",
            Value::Bool(known) => return format!("`{known}`"),
            Value::Int(known) => return format!("`{known}`"),
            Value::Float(known) => return format!("`{known:?}`"),
            Value::Char(_) => "a character",
            Value::Text(_) => "text",
            Value::Keyword(_) => "a keyword",
            Value::Symbol(_) => "a symbol",
            Value::Pattern(_) => "a regular expression",
            Value::List(_) => "a list",
            Value::Vector(_) => "a vector",
            Value::Set(_) => "a set",
            Value::Map(_) => "a map",
            Value::Endless(_) => "a sequence without end",
            Value::Function(_) => "a function",
            Value::Failure(_) => "an exception",
            Value::Unknown => "something that is not known yet",
        };
        kind.to_owned()
    }
}

impl From<bool> for Value {
    fn from(known: bool) -> Self {
        Value::Bool(known)
    }
}
