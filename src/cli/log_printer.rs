//! Log lines of several containers on one terminal: prefixed, masked, and harmless.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use anstyle::{AnsiColor, Style};

use super::terminal::Terminal;
use crate::engine::{LogLine, Stream};
use crate::report::sanitize;
use crate::store::Redactor;

/// How log lines are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `db | text`.
    Prefixed,
    /// The text alone.
    Bare,
    /// One JSON object a line.
    JsonLines,
}

/// What a stream of ours can take.
#[derive(Debug, Clone, Copy)]
struct Face {
    color: bool,
    /// Whether what moves a cursor has to be taken out.
    terminal: bool,
}

/// Prints lines. Nothing in it waits; a closed pipe turns it off.
pub struct LogPrinter {
    form: Form,
    timestamps: bool,
    raw: bool,
    out: Face,
    err: Face,
    names: Vec<String>,
    redactor: Redactor,
    closed: AtomicBool,
}

/// Colours of the names, in the order of the sorted names.
const COLORS: [AnsiColor; 6] =
    [AnsiColor::Cyan, AnsiColor::Yellow, AnsiColor::Green, AnsiColor::Magenta, AnsiColor::Blue, AnsiColor::Red];

impl LogPrinter {
    /// A printer for the containers of these names.
    pub fn new(mut names: Vec<String>, form: Form, redactor: Redactor, terminal: &Terminal) -> Self {
        names.sort();
        names.dedup();
        let (out, err) = terminal.colored();
        Self {
            form,
            timestamps: false,
            raw: false,
            out: Face { color: out, terminal: terminal.out_is_terminal },
            err: Face { color: err, terminal: terminal.err_is_terminal },
            names,
            redactor,
            closed: AtomicBool::new(false),
        }
    }

    /// Puts the time of arrival before each line.
    #[must_use]
    pub fn with_timestamps(mut self, timestamps: bool) -> Self {
        self.timestamps = timestamps;
        self
    }

    /// Passes every byte on as it is.
    #[must_use]
    pub fn with_raw(mut self, raw: bool) -> Self {
        self.raw = raw;
        self
    }

    /// Prints a line of a container; `false` when nobody reads any more.
    pub fn print(&self, name: &str, line: &LogLine) -> bool {
        if self.closed.load(Ordering::Relaxed) {
            return false;
        }
        // What the container wrote to standard error is a result too, but of the other kind.
        let written = match (self.form, line.stream) {
            (Form::JsonLines, _) | (_, Stream::Stdout) => {
                write(&mut io::stdout().lock(), &self.line(name, line, self.out))
            }
            (_, Stream::Stderr) => write(&mut io::stderr().lock(), &self.line(name, line, self.err)),
        };
        if written.is_err() {
            self.closed.store(true, Ordering::Relaxed);
        }
        written.is_ok()
    }

    fn line(&self, name: &str, line: &LogLine, face: Face) -> Vec<u8> {
        let masked = self.redactor.redact_bytes(&line.bytes);
        if self.form == Form::JsonLines {
            let entry = serde_json::json!({
                "ts": line.timestamp,
                "container": name,
                "stream": if line.stream == Stream::Stdout { "stdout" } else { "stderr" },
                "line": String::from_utf8_lossy(&masked),
            });
            return format!("{entry}\n").into_bytes();
        }
        let mut bytes = Vec::with_capacity(masked.len() + 40);
        if self.form == Form::Prefixed {
            let style = if face.color { self.style(name) } else { Style::new() };
            let widest = self.names.iter().map(String::len).max().unwrap_or_default();
            bytes.extend_from_slice(format!("{style}{name:widest$} |{style:#} ").as_bytes());
        }
        if self.timestamps {
            bytes.extend_from_slice(format!("{} ", line.timestamp).as_bytes());
        }
        if self.raw || !face.terminal {
            bytes.extend_from_slice(&masked);
        } else {
            bytes.extend_from_slice(sanitize::log_line(&String::from_utf8_lossy(&masked)).as_bytes());
        }
        bytes.push(b'\n');
        bytes
    }

    fn style(&self, name: &str) -> Style {
        let position = self.names.iter().position(|known| known == name).unwrap_or_default();
        COLORS[position % COLORS.len()].on_default()
    }
}

fn write(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    out.write_all(bytes)?;
    out.flush()
}
