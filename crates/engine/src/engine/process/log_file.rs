//! The log of a container: a line of text for each line that it wrote, with its time and its stream, in files that are
//! turned over when they are full. The supervisor writes, everybody else reads.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::engine::{LogLine, Stream};

/// When a file is turned over.
const FULL: u64 = 10 << 20;

/// How many files there are, the one that is written to included.
const FILES: usize = 3;

/// A file of the log, the newest as 0.
fn path(folder: &Path, age: usize) -> PathBuf {
    folder.join(if age == 0 { "log".to_owned() } else { format!("log.{age}") })
}

/// Writes the log of one container.
pub(super) struct LogWriter {
    folder: PathBuf,
    file: File,
    size: u64,
    full: u64,
}

impl LogWriter {
    /// Goes on where the log ends.
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        let file = Self::file(folder)?;
        let size = file.metadata()?.len();
        Ok(Self { folder: folder.to_owned(), file, size, full: FULL })
    }

    fn file(folder: &Path) -> io::Result<File> {
        OpenOptions::new().create(true).append(true).mode(0o600).open(path(folder, 0))
    }

    /// Writes a line, without its line break.
    pub(super) fn write(&mut self, stream: Stream, bytes: &[u8]) -> io::Result<()> {
        let mark = if stream == Stream::Stdout { 'o' } else { 'e' };
        let mut line = format!("{:.9} {mark} ", Timestamp::now()).into_bytes();
        line.extend_from_slice(bytes);
        line.push(b'\n');
        if self.size > 0 && self.size + line.len() as u64 > self.full {
            self.turn_over()?;
        }
        self.file.write_all(&line)?;
        self.size += line.len() as u64;
        Ok(())
    }

    fn turn_over(&mut self) -> io::Result<()> {
        for age in (1..FILES).rev() {
            match fs::rename(path(&self.folder, age - 1), path(&self.folder, age)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        self.file = Self::file(&self.folder)?;
        self.size = 0;
        Ok(())
    }
}

/// Reads the log of one container from its first line on, and goes on when more is written.
pub(super) struct LogReader {
    folder: PathBuf,
    file: Option<BufReader<File>>,
    inode: u64,
    partial: Vec<u8>,
}

impl LogReader {
    /// At the first line of the oldest file.
    pub(super) fn open(folder: &Path) -> Self {
        let mut reader = Self { folder: folder.to_owned(), file: None, inode: 0, partial: Vec::new() };
        let oldest = (0..FILES).rev().find_map(|age| File::open(path(folder, age)).ok());
        reader.enter(oldest);
        reader
    }

    fn enter(&mut self, file: Option<File>) {
        self.inode = file.as_ref().and_then(|file| file.metadata().ok()).map_or(0, |found| found.ino());
        self.file = file.map(BufReader::new);
    }

    /// The next whole line; `None` when there is none yet.
    pub(super) fn next(&mut self) -> io::Result<Option<LogLine>> {
        loop {
            if let Some(file) = &mut self.file {
                file.read_until(b'\n', &mut self.partial)?;
            }
            if self.partial.last() == Some(&b'\n') {
                let line = std::mem::take(&mut self.partial);
                if let Some(line) = parse(&line) {
                    return Ok(Some(line));
                }
                continue;
            }
            let Some(newer) = self.newer() else { return Ok(None) };
            // A file that was turned over is not written to any more; but the last line may have come just before.
            if let Some(file) = &mut self.file
                && file.read_until(b'\n', &mut self.partial)? > 0
            {
                continue;
            }
            self.partial.clear();
            self.enter(Some(newer));
        }
    }

    /// The file that comes after the one that is read, if it was turned over.
    fn newer(&self) -> Option<File> {
        let files: Vec<Option<(File, u64)>> = (0..FILES)
            .map(|age| {
                let file = File::open(path(&self.folder, age)).ok()?;
                let inode = file.metadata().ok()?.ino();
                Some((file, inode))
            })
            .collect();
        let age = files.iter().position(|file| file.as_ref().is_some_and(|(_, inode)| *inode == self.inode));
        let next = match age {
            Some(0) => return None,
            Some(age) => age - 1,
            // It was turned over so often that it is gone, or there was none before.
            None => files.iter().rposition(Option::is_some)?,
        };
        files.into_iter().nth(next)?.map(|(file, _)| file)
    }
}

/// `2026-01-31T12:00:00.123456789Z o text`.
fn parse(line: &[u8]) -> Option<LogLine> {
    let line = line.strip_suffix(b"\n")?;
    let mut parts = line.splitn(3, |byte| *byte == b' ');
    let timestamp = String::from_utf8(parts.next()?.to_vec()).ok()?;
    let stream = if parts.next()? == b"e" { Stream::Stderr } else { Stream::Stdout };
    Some(LogLine { stream, timestamp, bytes: parts.next()?.to_vec() })
}

/// The last lines of a log, for an error to show.
pub(super) fn last_lines(folder: &Path, count: usize) -> Vec<String> {
    let mut reader = LogReader::open(folder);
    let mut lines = std::collections::VecDeque::new();
    while let Ok(Some(line)) = reader.next() {
        lines.push_back(String::from_utf8_lossy(&line.bytes).into_owned());
        if lines.len() > count {
            lines.pop_front();
        }
    }
    lines.into()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn texts(reader: &mut LogReader) -> Vec<String> {
        let mut texts = Vec::new();
        while let Some(line) = reader.next().unwrap() {
            texts.push(String::from_utf8(line.bytes).unwrap());
        }
        texts
    }

    #[test]
    fn what_is_written_is_read_with_its_stream_and_time() {
        let folder = tempfile::tempdir().unwrap();
        let mut reader = LogReader::open(folder.path());
        assert_eq!(reader.next().unwrap(), None);
        let mut writer = LogWriter::open(folder.path()).unwrap();
        writer.write(Stream::Stdout, b"one two  three").unwrap();
        writer.write(Stream::Stderr, b"").unwrap();
        let first = reader.next().unwrap().unwrap();
        assert_eq!((first.stream, first.bytes.as_slice()), (Stream::Stdout, &b"one two  three"[..]));
        assert!(first.timestamp.parse::<Timestamp>().is_ok(), "{}", first.timestamp);
        assert_eq!(reader.next().unwrap().unwrap().stream, Stream::Stderr);
        assert_eq!(reader.next().unwrap(), None);
    }

    #[test]
    fn a_full_file_is_turned_over_and_no_line_is_lost_to_who_follows() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = LogWriter::open(folder.path()).unwrap();
        writer.full = 100;
        let mut reader = LogReader::open(folder.path());
        let mut read = Vec::new();
        let written: Vec<String> = (0..40).map(|number| format!("line {number}")).collect();
        for line in &written {
            writer.write(Stream::Stdout, line.as_bytes()).unwrap();
            read.extend(texts(&mut reader));
        }
        assert_eq!(read, written);
        let files = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(files, FILES);
        // Whoever comes later reads what is left, in order.
        let left = texts(&mut LogReader::open(folder.path()));
        assert!(written.ends_with(&left) && left.len() >= 3, "{left:?}");
        assert_eq!(last_lines(folder.path(), 2), written[38..]);
    }
}
