//! Text that never forgets which of its parts are values or secrets of the project.

use std::fmt;

use super::Encoding;

/// One part of a [`Text`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Segment {
    /// Characters from the file.
    Literal(String),
    /// A project value; its content, or `None` while it is not set.
    Value {
        /// Its name in the store.
        name: String,
        /// What it is set to.
        content: Option<String>,
    },
    /// A secret, by name only: the content is looked up by the engine, at the call that needs it.
    Secret {
        /// Its name in the store.
        name: String,
        /// How its content is written here.
        encoding: Encoding,
    },
}

impl Segment {
    /// A secret as it is stored.
    pub fn secret(name: impl Into<String>) -> Self {
        Self::Secret { name: name.into(), encoding: Encoding::Plain }
    }

    /// The segment in an encoding; `None` for a secret that has one already.
    fn encoded(&self, encoding: Encoding) -> Option<Self> {
        Some(match self {
            Self::Literal(text) => Self::Literal(encoding.encode(text).into_owned()),
            Self::Value { name, content } => {
                let content = content.as_ref().map(|content| encoding.encode(content).into_owned());
                Self::Value { name: name.clone(), content }
            }
            Self::Secret { name, encoding: Encoding::Plain } => Self::Secret { name: name.clone(), encoding },
            Self::Secret { .. } => return None,
        })
    }
}

/// A string in segments; literals next to each other are joined.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Text {
    segments: Vec<Segment>,
}

impl Text {
    /// Plain characters.
    pub fn literal(text: impl Into<String>) -> Self {
        let mut built = Self::default();
        built.push(Segment::Literal(text.into()));
        built
    }

    /// A secret and nothing else.
    pub fn secret(name: impl Into<String>) -> Self {
        Self { segments: vec![Segment::secret(name)] }
    }

    /// The text in an encoding; `None` where that cannot be known before its secrets are: base64 of more than one secret alone,
    /// and of what is encoded already.
    pub fn encoded(&self, encoding: Encoding) -> Option<Self> {
        let joined = encoding == Encoding::Base64 && self.segments.len() > 1;
        if joined && let Some(known) = self.known() {
            return Some(Self::literal(encoding.encode(&known)));
        }
        if joined {
            return None;
        }
        let mut encoded = Self::default();
        for segment in &self.segments {
            encoded.push(segment.encoded(encoding)?);
        }
        Some(encoded)
    }

    /// Adds a segment at the end.
    pub fn push(&mut self, segment: Segment) {
        match (self.segments.last_mut(), segment) {
            (_, Segment::Literal(text)) if text.is_empty() => {}
            (Some(Segment::Literal(before)), Segment::Literal(text)) => before.push_str(&text),
            (_, segment) => self.segments.push(segment),
        }
    }

    /// Adds all segments of another text.
    pub fn append(&mut self, other: &Text) {
        for segment in &other.segments {
            self.push(segment.clone());
        }
    }

    /// Bytes of its characters; of a secret and an unset value, those of the name.
    pub fn length(&self) -> usize {
        let length = |segment: &Segment| match segment {
            Segment::Literal(text) => text.len(),
            Segment::Value { name, content } => content.as_ref().unwrap_or(name).len(),
            Segment::Secret { name, .. } => name.len(),
        };
        self.segments.iter().map(length).sum()
    }

    /// The segments in order.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The characters, if no part is a secret or an unset value.
    pub fn known(&self) -> Option<String> {
        let mut known = String::new();
        for segment in &self.segments {
            match segment {
                Segment::Literal(text) => known.push_str(text),
                Segment::Value { content, .. } => known.push_str(content.as_deref()?),
                Segment::Secret { .. } => return None,
            }
        }
        Some(known)
    }

    /// The characters written in the file, if it holds no reference at all.
    pub fn as_literal(&self) -> Option<&str> {
        match self.segments.as_slice() {
            [] => Some(""),
            [Segment::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// Names of the secrets in it.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().filter_map(|segment| match segment {
            Segment::Secret { name, .. } => Some(name.as_str()),
            _ => None,
        })
    }

    /// Whether any part is a secret.
    pub fn has_secret(&self) -> bool {
        self.secrets().next().is_some()
    }

    /// Whether a value that is not set keeps the characters from being known.
    pub fn has_unset_value(&self) -> bool {
        self.segments.iter().any(|segment| matches!(segment, Segment::Value { content: None, .. }))
    }

    /// Whether any part came from a value or secret: such text is turned into the number or bool that is asked for.
    pub fn is_from_reference(&self) -> bool {
        self.segments.iter().any(|segment| !matches!(segment, Segment::Literal(_)))
    }

    /// The text with each secret replaced by what `content` gives for its name; `None` when one is unknown.
    pub fn reveal<'a>(&self, mut content: impl FnMut(&str) -> Option<&'a str>) -> Option<String> {
        let mut revealed = String::new();
        for segment in &self.segments {
            match segment {
                Segment::Literal(text) => revealed.push_str(text),
                Segment::Value { content, .. } => revealed.push_str(content.as_deref()?),
                Segment::Secret { name, encoding } => revealed.push_str(&encoding.encode(content(name)?)),
            }
        }
        Some(revealed)
    }
}

/// As people may read it: values filled in, secrets and unset values as `<secret:name>` and `<value:name>`.
impl fmt::Display for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for segment in &self.segments {
            match segment {
                Segment::Literal(text) | Segment::Value { content: Some(text), .. } => formatter.write_str(text)?,
                Segment::Value { name, content: None } => write!(formatter, "<value:{name}>")?,
                Segment::Secret { name, encoding } => match encoding.word() {
                    None => write!(formatter, "<secret:{name}>")?,
                    Some(word) => write!(formatter, "<secret:{name}|{word}>")?,
                },
            }
        }
        Ok(())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::literal(text)
    }
}
