//! Forms: what Clojure and EDN texts are made of, each with its bytes.

use std::ops::Range;
use std::rc::Rc;

/// One form. Cloning it is cheap: what it holds is shared.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// What it is.
    pub kind: FormKind,
    /// Its bytes, brackets and quotes included.
    pub range: Range<usize>,
}

/// What a form is.
#[derive(Debug, Clone, PartialEq)]
pub enum FormKind {
    /// `nil`.
    Nil,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number that fits 64 bits.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// `\a`, `\newline`.
    Char(char),
    /// `"text"`.
    Text(Rc<Quoted>),
    /// `:name`, without its colon.
    Keyword(Rc<str>),
    /// A name.
    Symbol(Rc<str>),
    /// `#"pattern"`, as written between its quotes.
    Regex(Rc<str>),
    /// `( … )`.
    List(Rc<[Form]>),
    /// `[ … ]`.
    Vector(Rc<[Form]>),
    /// `{ … }`: keys and values in turn, an even number of them.
    Map(Rc<[Form]>),
    /// `#{ … }`.
    Set(Rc<[Form]>),
    /// `#( … )`.
    Function(Rc<[Form]>),
    /// `'form`.
    Quote(Rc<Form>),
    /// `@form`.
    Deref(Rc<Form>),
    /// `#tag form`.
    Tagged(Rc<str>, Rc<Form>),
}

/// The text of a string, and where its bytes came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Quoted {
    /// The text after unescaping.
    pub text: Rc<str>,
    /// Runs of `(offset in the text, offset in the source)`, ascending; escapes lie between them.
    pub runs: Box<[(u32, u32)]>,
}

impl Form {
    /// The name, if it is a symbol.
    pub fn as_symbol(&self) -> Option<&str> {
        match &self.kind {
            FormKind::Symbol(name) => Some(name),
            _ => None,
        }
    }

    /// The forms in round brackets.
    pub fn as_list(&self) -> Option<&Rc<[Form]>> {
        match &self.kind {
            FormKind::List(items) => Some(items),
            _ => None,
        }
    }

    /// The forms in square brackets.
    pub fn as_vector(&self) -> Option<&Rc<[Form]>> {
        match &self.kind {
            FormKind::Vector(items) => Some(items),
            _ => None,
        }
    }

    /// The keyword without its colon.
    pub fn as_keyword(&self) -> Option<&str> {
        match &self.kind {
            FormKind::Keyword(name) => Some(name),
            _ => None,
        }
    }
}
