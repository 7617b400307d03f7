//! Masks pieces of secrets in bytes that come in chunks. In: chunks, cut anywhere; out: what a single chunk of all of them would give.
//! Uses `pieces`.

use std::sync::Arc;

use super::pieces::Pieces;

/// The state between two chunks.
pub(super) struct PieceStream {
    pieces: Arc<Pieces>,
    /// Bytes that may belong to a piece that goes on.
    held: Vec<u8>,
    /// Which secret each of them is known to belong to; empty when none does.
    marks: Vec<Option<u32>>,
    /// The secret that the last byte that was given out belonged to: its mask is written already.
    open: Option<u32>,
    /// Whether anything was masked so far.
    pub(super) masked: bool,
}

impl PieceStream {
    pub(super) fn new(pieces: Arc<Pieces>) -> Self {
        Self { pieces, held: Vec::new(), marks: Vec::new(), open: None, masked: false }
    }

    /// Takes the next bytes and appends to `out` what is decided.
    pub(super) fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) {
        if self.pieces.is_empty() {
            out.extend_from_slice(chunk);
        } else if !chunk.is_empty() {
            self.held.extend_from_slice(chunk);
            self.take(false, out);
        }
    }

    /// Appends what was held back.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        if !self.held.is_empty() {
            self.take(true, out);
        }
        self.open = None;
    }

    /// How many bytes are held back.
    pub(super) fn held(&self) -> usize {
        self.held.len()
    }

    fn take(&mut self, last: bool, out: &mut Vec<u8>) {
        let bytes = std::mem::take(&mut self.held);
        let mut marks = std::mem::take(&mut self.marks);
        let known = bytes.len();
        let pieces = Arc::clone(&self.pieces);
        let undecided = pieces.scan(&bytes, last, &mut |range, number| {
            marks.resize(known, None);
            marks[range].iter_mut().for_each(|mark| *mark = mark.or(Some(number)));
        });
        let decided = if last { known } else { undecided };
        if marks.is_empty() {
            out.extend_from_slice(&bytes[..decided]);
            self.open = self.open.filter(|_| decided == 0);
        } else {
            marks.resize(known, None);
            self.give(&bytes[..decided], &marks[..decided], out);
            self.marks =
                if marks[decided..].iter().any(Option::is_some) { marks.split_off(decided) } else { Vec::new() };
        }
        self.held.extend_from_slice(&bytes[decided..]);
    }

    fn give(&mut self, bytes: &[u8], marks: &[Option<u32>], out: &mut Vec<u8>) {
        for run in marks.chunk_by(|one, next| one == next).scan(0, |at, run| {
            *at += run.len();
            Some(*at - run.len()..*at)
        }) {
            match marks[run.start] {
                None => out.extend_from_slice(&bytes[run]),
                mark if mark == self.open && run.start == 0 => {}
                Some(number) => {
                    self.masked = true;
                    out.extend_from_slice(self.pieces.mask(number).as_bytes());
                }
            }
        }
        if let Some(mark) = marks.last() {
            self.open = *mark;
        }
    }
}
