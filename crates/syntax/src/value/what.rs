//! How a message names the value that it is about.

use std::fmt;

/// A name for messages, put into words only when there is a message.
#[derive(Debug, Clone, Copy)]
pub enum What<'a> {
    /// Nothing that has a name.
    Nameless,
    /// The parameter or key of this name.
    Named(&'a str),
    /// What a parameter or key is when nobody says otherwise.
    DefaultOf(&'a str),
    /// One item of a list.
    ItemOf(&'a What<'a>),
    /// A mount of this type.
    Mount(&'a str),
}

impl What<'_> {
    /// Whether there is no name for it.
    pub fn is_nameless(&self) -> bool {
        match self {
            What::Nameless => true,
            What::ItemOf(list) => list.is_nameless(),
            _ => false,
        }
    }
}

impl fmt::Display for What<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            What::Nameless => Ok(()),
            What::Named(name) => write!(formatter, "`{name}`"),
            What::DefaultOf(name) => write!(formatter, "the default of `{name}`"),
            What::ItemOf(list) if list.is_nameless() => Ok(()),
            What::ItemOf(list) => write!(formatter, "an item of {list}"),
            What::Mount(kind) => write!(formatter, "a `{kind}` mount"),
        }
    }
}
