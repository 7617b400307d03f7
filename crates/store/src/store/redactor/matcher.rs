//! Finds the forms of secrets in bytes. In: forms with their masks; out: where the leftmost, longest one is, and from where on a text
//! may go on to become one. Of a long form only its head is searched for; the rest is compared byte by byte from there on, so that
//! memory stays small with secrets of any length.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError, Input, MatchKind};

/// The longest text that is searched for, in bytes.
const HEAD_LENGTH: usize = 256;

/// All forms of all secrets.
pub(super) struct Matcher {
    automaton: Option<AhoCorasick>,
    /// Sorted by their bytes, no two alike; the automaton's pattern numbers are indexes of this.
    heads: Vec<Head>,
    /// Length of the longest head.
    longest: usize,
    /// Bytes that a head can begin with.
    begins: [bool; 256],
    /// Bytes that are anywhere in a head.
    contains: [bool; 256],
}

/// The beginning of one or several forms.
pub(super) struct Head {
    bytes: Vec<u8>,
    /// What is written instead.
    pub(super) mask: Arc<str>,
    /// How the long forms that begin with it go on.
    pub(super) tails: Vec<Vec<u8>>,
}

/// A head found in bytes.
pub(super) struct Found<'m> {
    pub(super) at: Range<usize>,
    /// Its number, for [`Matcher::head`].
    pub(super) number: usize,
    pub(super) head: &'m Head,
}

/// The head ends between two characters.
fn head_length(form: &str) -> usize {
    (0..=HEAD_LENGTH.min(form.len())).rev().find(|at| form.is_char_boundary(*at)).unwrap_or(0)
}

impl Default for Matcher {
    fn default() -> Self {
        Self { automaton: None, heads: Vec::new(), longest: 0, begins: [false; 256], contains: [false; 256] }
    }
}

impl Matcher {
    /// Of two alike forms the first one's mask is used.
    pub(super) fn new(forms: impl IntoIterator<Item = (String, Arc<str>)>) -> Result<Self, BuildError> {
        let mut heads: BTreeMap<Vec<u8>, Head> = BTreeMap::new();
        for (form, mask) in forms {
            let (bytes, tail) = form.as_bytes().split_at(head_length(&form));
            let empty = || Head { bytes: bytes.to_vec(), mask, tails: Vec::new() };
            let head = heads.entry(bytes.to_vec()).or_insert_with(empty);
            if !tail.is_empty() {
                head.tails.push(tail.to_vec());
            }
        }
        let heads: Vec<Head> = heads.into_values().collect();
        if heads.is_empty() {
            return Ok(Self::default());
        }
        let mut matcher =
            Self { longest: heads.iter().map(|head| head.bytes.len()).max().unwrap_or(0), ..Self::default() };
        for head in &heads {
            matcher.begins[usize::from(head.bytes[0])] = true;
            head.bytes.iter().for_each(|byte| matcher.contains[usize::from(*byte)] = true);
        }
        let mut builder = AhoCorasick::builder();
        builder.match_kind(MatchKind::LeftmostLongest).kind(Some(AhoCorasickKind::ContiguousNFA));
        matcher.automaton = Some(builder.build(heads.iter().map(|head| &head.bytes))?);
        matcher.heads = heads;
        Ok(matcher)
    }

    /// The head with this number.
    pub(super) fn head(&self, number: usize) -> &Head {
        &self.heads[number]
    }

    /// The leftmost head in `bytes[from..]`, of those that begin there the longest.
    pub(super) fn find(&self, bytes: &[u8], from: usize) -> Option<Found<'_>> {
        let found = self.automaton.as_ref()?.find(Input::new(bytes).range(from..))?;
        let number = found.pattern().as_usize();
        Some(Found { at: found.range(), number, head: &self.heads[number] })
    }

    /// The first place in `bytes[from..]` from which on to the end all is the beginning of a longer head; the end when there is none.
    /// What begins before it is decided: no byte to come can change it.
    pub(super) fn undecided(&self, bytes: &[u8], from: usize) -> usize {
        let earliest = from.max(bytes.len().saturating_sub(self.longest.saturating_sub(1)));
        // A byte that is in no head ends all of them, so usually the line break before the end is as far as one has to look.
        let outside = bytes[earliest..].iter().rposition(|byte| !self.contains[usize::from(*byte)]);
        let start = outside.map_or(earliest, |at| earliest + at + 1);
        let begins = |at: &usize| self.begins[usize::from(bytes[*at])] && self.continues(&bytes[*at..]);
        (start..bytes.len()).find(begins).unwrap_or(bytes.len())
    }

    /// Whether some head begins with `start` and is longer.
    fn continues(&self, start: &[u8]) -> bool {
        let first = self.heads.partition_point(|head| head.bytes.as_slice() <= start);
        self.heads.get(first).is_some_and(|head| head.bytes.starts_with(start))
    }
}
