//! From the bytes of a log to whole lines.
//!
//! In: what the engine sends: for most containers frames of a header and at most 16 KiB, for those with a terminal
//! bare text; every piece begins with its time. Out: [`LogLine`]s. Bounded memory, no byte lost.

use std::io;

use bytes::{Buf, BytesMut};

use crate::engine::{LogLine, Stream};

/// A line that is longer comes in several pieces, each but the last with [`GOES_ON`].
pub(super) const LONGEST_LINE: usize = 1 << 20;

/// The end of a piece of a line that is too long.
pub(super) const GOES_ON: &[u8] = " […]".as_bytes();

/// The engine cuts lines into pieces of this many bytes.
const PIECE: usize = 16 << 10;

/// No frame is longer; a greater length means that these are no frames.
const LONGEST_FRAME: usize = 1 << 24;

/// What one write of a container became in the log: the engine's smallest unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// Where it was written.
    pub(super) stream: Stream,
    /// RFC 3339 time of its arrival.
    pub(super) timestamp: String,
    /// Its bytes; without a line break at the end if the line goes on.
    pub(super) bytes: Vec<u8>,
}

/// Finds the pieces in the bytes that arrive.
pub(super) struct Pieces {
    terminal: bool,
    received: BytesMut,
}

/// Puts pieces together to lines, for each stream on its own.
#[derive(Default)]
pub(super) struct Lines {
    unfinished: [Option<LogLine>; 2],
}

impl Pieces {
    /// `terminal`: the container has one, so that the bytes come without frames.
    pub(super) fn new(terminal: bool) -> Self {
        Self { terminal, received: BytesMut::new() }
    }

    /// Takes what has arrived.
    pub(super) fn receive(&mut self, bytes: &[u8]) {
        self.received.extend_from_slice(bytes);
    }

    /// The next piece, if it has arrived whole.
    pub(super) fn next(&mut self) -> io::Result<Option<Piece>> {
        if self.terminal { Ok(self.next_bare(false)) } else { self.next_frame() }
    }

    /// What is left when the stream has ended.
    pub(super) fn rest(&mut self) -> Option<Piece> {
        let rest = if self.terminal { self.next_bare(true) } else { None };
        self.received.clear();
        rest
    }

    fn next_frame(&mut self) -> io::Result<Option<Piece>> {
        let Some(head) = self.received.first_chunk::<8>() else { return Ok(None) };
        let [stream, 0, 0, 0, length @ ..] = *head else { return Err(no_frame()) };
        let length = u32::from_be_bytes(length) as usize;
        let stream = match stream {
            0 | 1 => Stream::Stdout,
            2 => Stream::Stderr,
            _ => return Err(no_frame()),
        };
        if length > LONGEST_FRAME {
            return Err(no_frame());
        }
        if self.received.len() < head.len() + length {
            return Ok(None);
        }
        self.received.advance(8);
        let frame = self.received.split_to(length);
        let (timestamp, bytes) = split_time(&frame);
        Ok(Some(Piece { stream, timestamp: timestamp.to_owned(), bytes: bytes.to_vec() }))
    }

    /// A piece that ends with its line, with the engine's limit, or with the stream.
    fn next_bare(&mut self, ended: bool) -> Option<Piece> {
        if self.received.is_empty() {
            return None;
        }
        let (timestamp, bytes) = split_time(&self.received);
        let before = self.received.len() - bytes.len();
        let end = match bytes.iter().take(PIECE).position(|byte| *byte == b'\n') {
            Some(line_break) => line_break + 1,
            None if bytes.len() >= PIECE => PIECE,
            None if ended => bytes.len(),
            None => return None,
        };
        // a line break that follows a full piece belongs to it
        let end = if end == PIECE && bytes.get(PIECE) == Some(&b'\n') { PIECE + 1 } else { end };
        let piece = Piece { stream: Stream::Stdout, timestamp: timestamp.to_owned(), bytes: bytes[..end].to_vec() };
        self.received.advance(before + end);
        Some(piece)
    }
}

impl Lines {
    /// Takes a piece; gives the line that it completes, or what of a line has grown too long.
    pub(super) fn accept(&mut self, piece: Piece) -> Option<LogLine> {
        let place = &mut self.unfinished[usize::from(piece.stream == Stream::Stderr)];
        let complete = piece.bytes.last() == Some(&b'\n');
        let line = match place.take() {
            Some(mut line) => {
                line.bytes.extend_from_slice(&piece.bytes);
                line
            }
            None => LogLine { stream: piece.stream, timestamp: piece.timestamp, bytes: piece.bytes },
        };
        if complete {
            return Some(without_break(line));
        }
        if line.bytes.len() < LONGEST_LINE {
            *place = Some(line);
            return None;
        }
        let mut line = line;
        line.bytes.extend_from_slice(GOES_ON);
        Some(line)
    }

    /// The lines that never got a line break.
    pub(super) fn rest(&mut self) -> Vec<LogLine> {
        self.unfinished.iter_mut().filter_map(Option::take).filter(|line| !line.bytes.is_empty()).collect()
    }
}

fn without_break(mut line: LogLine) -> LogLine {
    line.bytes.pop();
    if line.bytes.last() == Some(&b'\r') {
        line.bytes.pop();
    }
    line
}

/// The time before a space, and the rest; no time when the text does not begin with one.
fn split_time(text: &[u8]) -> (&str, &[u8]) {
    const LONGEST_TIME: usize = 40;
    let space = text.iter().take(LONGEST_TIME).position(|byte| *byte == b' ');
    let time = space.and_then(|space| std::str::from_utf8(&text[..space]).ok()).filter(|time| is_time(time));
    match time {
        Some(time) => (time, &text[time.len() + 1..]),
        None => ("", text),
    }
}

/// Whether it has the shape of `2026-11-21T01:02:03.123456789Z`.
fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 20 && bytes[0].is_ascii_digit() && bytes[4] == b'-' && bytes[10] == b'T' && bytes[13] == b':'
}

fn no_frame() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the log is not in the engine's format")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests;
