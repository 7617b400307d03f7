//! Masks whole forms of secrets in bytes that come in pieces. In: chunks, cut anywhere; out: what a single chunk of all of them would
//! give. Held back is only what may still turn out to be the beginning of a form, so whole lines pass at once. Uses `matcher`.

use std::sync::Arc;

use super::matcher::Matcher;

/// The state between two chunks.
pub(super) struct FormStream {
    matcher: Arc<Matcher>,
    /// Bytes that may be the beginning of a secret.
    held: Vec<u8>,
    /// The long secret in whose middle the last chunk ended.
    following: Option<Following>,
    /// Whether anything was masked so far.
    pub(super) masked: bool,
}

/// A long secret whose head is masked already.
struct Following {
    head: usize,
    /// Which of the head's tails agree so far.
    tails: Vec<usize>,
    /// How many bytes of them.
    agreed: usize,
}

impl FormStream {
    pub(super) fn new(matcher: Arc<Matcher>) -> Self {
        Self { matcher, held: Vec::new(), following: None, masked: false }
    }

    /// Takes the next bytes and appends to `out` what is decided.
    pub(super) fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) {
        self.held.extend_from_slice(chunk);
        self.take(false, out);
    }

    /// Appends what was held back; the stream can then be used for other bytes.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        self.take(true, out);
        self.following = None;
    }

    /// How many bytes are held back.
    pub(super) fn held(&self) -> usize {
        self.held.len()
    }

    fn take(&mut self, last: bool, out: &mut Vec<u8>) {
        let matcher = Arc::clone(&self.matcher);
        let bytes = std::mem::take(&mut self.held);
        let mut at = self.follow(&bytes);
        let mut undecided = if last { bytes.len() } else { matcher.undecided(&bytes, at) };
        while let Some(found) = matcher.find(&bytes, at).filter(|found| found.at.start < undecided) {
            self.masked = true;
            out.extend_from_slice(&bytes[at..found.at.start]);
            out.extend_from_slice(found.head.mask.as_bytes());
            if !found.head.tails.is_empty() {
                let tails = (0..found.head.tails.len()).collect();
                self.following = Some(Following { head: found.number, tails, agreed: 0 });
            }
            at = found.at.end + self.follow(&bytes[found.at.end..]);
            if undecided < at {
                undecided = if last { bytes.len() } else { matcher.undecided(&bytes, at) };
            }
        }
        out.extend_from_slice(&bytes[at..undecided]);
        self.held.extend_from_slice(&bytes[undecided..]);
    }

    /// How many of `bytes` go on with the long secret whose head was masked; they are masked with it.
    fn follow(&mut self, bytes: &[u8]) -> usize {
        let Some(following) = &mut self.following else { return 0 };
        let head = self.matcher.head(following.head);
        for (count, byte) in bytes.iter().enumerate() {
            let agrees = |tail: &usize| head.tails[*tail].get(following.agreed) == Some(byte);
            if !following.tails.iter().any(agrees) {
                self.following = None;
                return count;
            }
            following.tails.retain(agrees);
            following.agreed += 1;
        }
        bytes.len()
    }
}
