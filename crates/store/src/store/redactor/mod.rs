//! Keeps secrets out of everything printed. In: names and contents of secrets, then any bytes; out: the same bytes with
//! `<secret:NAME>` where a secret stood, in any of its usual encodings, also when the bytes come in pieces.
//!
//! Whole forms (`encodings`) are masked first. What is left is looked at in another way: pieces of base64 and hexadecimal digits, cut
//! and shifted anyhow (`digits`), what percent signs, backslashes and entities hide, once or twice (`unescape`), and what is left of a
//! secret in a URL that a program took apart (`cut`).
//!
//! What it cannot see: encodings it does not know, secrets cut in two in another way by the program that prints them, and contents shorter than
//! [`MASKED_LENGTH`], which would mask half of all text. It depends on no other file of the store.

mod cut;
mod digits;
mod encodings;
mod escapes;
mod form_stream;
mod matcher;
mod piece_stream;
mod pieces;
mod stream;
mod unescape;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use self::matcher::Matcher;
use self::pieces::Pieces;
pub use self::stream::{RedactStream, RedactWriter};

/// The shortest content, in bytes and without the blanks around it, that is masked.
pub const MASKED_LENGTH: usize = 6;

/// Replaces secrets. Cheap to clone; it holds them in memory as long as a clone lives.
#[derive(Clone, Default)]
pub struct Redactor {
    matcher: Arc<Matcher>,
    pieces: Arc<Pieces>,
    too_short: Vec<String>,
}

/// The secrets are too many to search for.
#[derive(Debug, thiserror::Error)]
#[error("too many or too large secrets to mask them in the output")]
pub struct RedactorError(#[source] aho_corasick::BuildError);

impl Redactor {
    /// A redactor for these secrets, given as name and content.
    pub fn new<N: AsRef<str>, C: AsRef<str>>(secrets: impl IntoIterator<Item = (N, C)>) -> Result<Self, RedactorError> {
        let mut forms = Vec::new();
        let mut too_short = Vec::new();
        let mut known = Vec::new();
        for (name, content) in secrets {
            let (name, content) = (name.as_ref(), content.as_ref());
            if content.trim().len() < MASKED_LENGTH {
                too_short.push(name.to_owned());
            } else {
                let mask: Arc<str> = format!("<secret:{name}>").into();
                forms.extend(encodings::forms(content).into_iter().map(|form| (form, Arc::clone(&mask))));
                known.push((content.to_owned(), mask));
            }
        }
        let matcher = Matcher::new(forms).map_err(RedactorError)?;
        let pieces = Pieces::new(known).map_err(RedactorError)?;
        Ok(Self { matcher: Arc::new(matcher), pieces: Arc::new(pieces), too_short })
    }

    /// Names of the secrets that are too short to be masked.
    pub fn too_short(&self) -> &[String] {
        &self.too_short
    }

    /// `text` without secrets.
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.redact_bytes(text.as_bytes()) {
            Cow::Borrowed(_) => Cow::Borrowed(text),
            // Only a long secret that goes wrong in the middle of a character leaves a part of that character behind.
            Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
        }
    }

    /// `bytes` without secrets; all other bytes stay as they are.
    pub fn redact_bytes<'b>(&self, bytes: &'b [u8]) -> Cow<'b, [u8]> {
        /// Looked at in one go: memory stays small with texts of any length.
        const CHUNK: usize = 64 << 10;
        let mut redacted = Vec::with_capacity(bytes.len());
        let mut stream = self.stream();
        bytes.chunks(CHUNK).for_each(|chunk| stream.push(chunk, &mut redacted));
        stream.finish(&mut redacted);
        if stream.masked() { Cow::Owned(redacted) } else { Cow::Borrowed(bytes) }
    }

    /// For bytes that come in pieces.
    pub fn stream(&self) -> RedactStream {
        RedactStream::new(Arc::clone(&self.matcher), Arc::clone(&self.pieces))
    }

    /// A writer in front of another one.
    pub fn writer<W: std::io::Write>(&self, inner: W) -> RedactWriter<W> {
        RedactWriter::new(self.stream(), inner)
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Redactor").field("too_short", &self.too_short).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
