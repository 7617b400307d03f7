//! Encodings of a reference: `pt.secret p | url` arrives as a URL or a header needs it.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Encoding that a reference asks for behind `|`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Encoding {
    /// The content as it is stored.
    #[default]
    Plain,
    /// Percent encoding of all that RFC 3986 does not call unreserved, so that it fits into any part of a URL.
    Url,
    /// Base64 with the standard alphabet and padding, on one line.
    Base64,
}

/// Letters that mean only themselves anywhere in a URL, besides letters and digits.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

impl Encoding {
    /// Those that can be written, in the order in which they are offered.
    pub const WRITTEN: [Self; 2] = [Self::Url, Self::Base64];

    /// The word behind `|`; `None` for the plain content.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Url => Some("url"),
            Self::Base64 => Some("base64"),
        }
    }

    /// The encoding that a word means.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::WRITTEN.into_iter().find(|encoding| encoding.word() == Some(word))
    }

    /// Sentence part that says what it does, for an editor.
    pub fn what(self) -> &'static str {
        match self {
            Self::Plain => "as it is",
            Self::Url => "percent-encoded, as the user, password, path or query of a URL needs it",
            Self::Base64 => "in base64, on one line",
        }
    }

    /// `content` in this encoding.
    pub fn encode(self, content: &str) -> Cow<'_, str> {
        match self {
            Self::Plain => Cow::Borrowed(content),
            Self::Url => utf8_percent_encode(content, RESERVED).into(),
            Self::Base64 => Cow::Owned(STANDARD.encode(content)),
        }
    }

    /// Whether `content` is another text in this encoding.
    pub fn changes(self, content: &str) -> bool {
        *self.encode(content) != *content
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_encodes_what_splits_a_url_and_nothing_else() {
        assert_eq!(Encoding::Url.encode("p@ss/w#o?r:d%+ é&="), "p%40ss%2Fw%23o%3Fr%3Ad%25%2B%20%C3%A9%26%3D");
        assert_eq!(Encoding::Url.encode("Az09-_.~"), "Az09-_.~");
        assert!(!Encoding::Url.changes("Az09-_.~") && Encoding::Url.changes("a@b"));
    }

    #[test]
    fn base64_is_one_padded_line() {
        assert_eq!(Encoding::Base64.encode("user:pass"), "dXNlcjpwYXNz");
        assert_eq!(Encoding::Base64.encode("a"), "YQ==");
        assert!(!Encoding::Base64.encode(&"x".repeat(200)).contains('\n'));
    }

    #[test]
    fn words_and_encodings_are_one_to_one() {
        for encoding in Encoding::WRITTEN {
            assert_eq!(encoding.word().and_then(Encoding::from_word), Some(encoding));
        }
        assert_eq!(Encoding::from_word("plain"), None);
    }
}
