//! Redaction of bytes that come in pieces: whole forms first, then what is left of secrets in pieces and mixed escapes. In: chunks, cut
//! anywhere; out: what a single chunk of all of them would give. Uses `form_stream` and `piece_stream`.

use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use super::form_stream::FormStream;
use super::matcher::Matcher;
use super::piece_stream::PieceStream;
use super::pieces::Pieces;

/// The state between two chunks.
pub struct RedactStream {
    forms: FormStream,
    pieces: PieceStream,
    /// What came out of the first and goes into the second.
    between: Vec<u8>,
}

impl RedactStream {
    pub(super) fn new(matcher: Arc<Matcher>, pieces: Arc<Pieces>) -> Self {
        Self { forms: FormStream::new(matcher), pieces: PieceStream::new(pieces), between: Vec::new() }
    }

    /// Takes the next bytes and appends to `out` what is decided.
    pub fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) {
        self.forms.push(chunk, &mut self.between);
        self.pieces.push(&self.between, out);
        self.between.clear();
    }

    /// Appends what was held back; the stream can then be used for other bytes.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        self.forms.finish(&mut self.between);
        self.pieces.push(&self.between, out);
        self.pieces.finish(out);
        self.between.clear();
    }

    /// Whether anything was masked so far.
    pub(super) fn masked(&self) -> bool {
        self.forms.masked || self.pieces.masked
    }
}

impl fmt::Debug for RedactStream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = self.forms.held() + self.pieces.held();
        formatter.debug_struct("RedactStream").field("held", &held).finish_non_exhaustive()
    }
}

/// Redacts on the way to another writer. [`RedactWriter::finish`] must be called: flushing keeps what is undecided.
#[derive(Debug)]
pub struct RedactWriter<W: Write> {
    stream: RedactStream,
    inner: W,
    ready: Vec<u8>,
}

impl<W: Write> RedactWriter<W> {
    pub(super) fn new(stream: RedactStream, inner: W) -> Self {
        Self { stream, inner, ready: Vec::new() }
    }

    /// Writes what was held back and gives the inner writer back.
    pub fn finish(mut self) -> io::Result<W> {
        self.stream.finish(&mut self.ready);
        self.write_ready()?;
        self.inner.flush()?;
        Ok(self.inner)
    }

    fn write_ready(&mut self) -> io::Result<()> {
        let written = self.inner.write_all(&self.ready);
        self.ready.clear();
        written
    }
}

impl<W: Write> Write for RedactWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.push(bytes, &mut self.ready);
        self.write_ready()?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
