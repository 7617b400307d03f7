//! Text that must not be seen. In: a string; out: a value that only [`Secret::expose`] opens. Uses nothing of this room.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroize;

/// The content of a secret: overwritten in memory when dropped, `<secret>` in `Debug`, neither `Display` nor `Serialize`.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes `text` over; no copy of it stays behind in memory.
    pub fn new(mut text: String) -> Self {
        // Shrinking a string may move it and leave the old bytes behind, so an exact copy is made and the old one wiped.
        let exact: Box<str> = Box::from(text.as_str());
        text.zeroize();
        Self(SecretString::from(exact))
    }

    /// The content. Whoever calls this answers for where it goes.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("<secret>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_its_content_only_when_asked() {
        let secret = Secret::from("s3cr3t-VALUE-42");
        assert_eq!(secret.expose(), "s3cr3t-VALUE-42");
        assert_eq!(format!("{secret:?} {:#?}", Some(&secret)), "<secret> Some(\n    <secret>,\n)");
    }
}
