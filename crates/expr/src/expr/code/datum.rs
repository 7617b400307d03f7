//! What goes into a program and comes out of it.

/// A plain value. Texts may hold stand-ins for secrets; nothing else knows of them.
#[derive(Debug, Clone, PartialEq)]
pub enum Datum {
    /// `nil`, `null`, `undefined`.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text. Keywords come out as texts without their colon.
    Text(String),
    /// A list, vector, set or array.
    List(Vec<Datum>),
    /// A map or object, in its order. Keys are as written: keywords without their colon.
    Map(Vec<(String, Datum)>),
    /// Something that is not known while checking. A program that needs it ends with
    /// [`FaultKind::Unknown`](super::FaultKind::Unknown); one that only passes it on may give it back.
    Unknown,
}

impl Datum {
    /// The value of a key, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Datum> {
        match self {
            Datum::Map(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Datum::Text(text) => Some(text),
            _ => None,
        }
    }
}
