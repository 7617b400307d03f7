//! JSON that is safe to look at in a terminal.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;

use super::sanitize::is_special;

/// Writes an indented document. JSON leaves C1 controls and direction marks as they are; here they become `\uXXXX`,
/// which means the same to every reader.
pub(super) fn write(document: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    escaped(&serde_json::to_string_pretty(document)?, out)
}

/// As [`write`], in one line.
pub(super) fn write_line(document: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    escaped(&serde_json::to_string(document)?, out)
}

fn escaped(text: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut rest = text;
    let unsafe_to_show = |character: char| character != '\n' && is_special(character);
    while let Some(at) = rest.find(unsafe_to_show) {
        let (safe, special) = rest.split_at(at);
        let mut characters = special.chars();
        let mut escaped = String::new();
        for unit in characters.next().into_iter().flat_map(|special| special.encode_utf16(&mut [0; 2]).to_vec()) {
            // Writing to a String cannot fail.
            let _ = write!(escaped, "\\u{unit:04x}");
        }
        out.write_all(safe.as_bytes())?;
        out.write_all(escaped.as_bytes())?;
        rest = characters.as_str();
    }
    out.write_all(rest.as_bytes())?;
    out.write_all(b"\n")
}
