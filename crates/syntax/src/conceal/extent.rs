//! How far a value reaches in a line of a file that may not be well formed.

use std::ops::Range;

/// Brackets of flow style that are open before a byte of a line.
pub(super) fn is_in_flow(line: &str, before: usize) -> bool {
    let depth = line[..before].bytes().fold(0_usize, |depth, byte| match byte {
        b'[' | b'{' => depth + 1,
        b']' | b'}' => depth.saturating_sub(1),
        _ => depth,
    });
    depth > 0
}

/// The value that begins at `from` in a line: without blanks and quotes around it, and without a comment. A quote that is
/// not closed reaches to the end of the line.
pub(super) fn value(line: &str, from: usize, flow: bool) -> Range<usize> {
    let from = from + (line[from..].len() - line[from..].trim_start().len());
    let rest = &line[from..];
    if let Some(quote) = rest.chars().next().filter(|first| "\"'".contains(*first)) {
        let length = rest[1..].find(quote).unwrap_or(rest.len() - 1);
        return from + 1..from + 1 + length;
    }
    let flow_end = || rest.find([',', '}', ']']);
    let end = if flow { flow_end() } else { rest.find(" #") }.unwrap_or(rest.len());
    from..from + rest[..end].trim_end().len()
}

/// The values of a list in brackets that begins at `from`, up to its end or that of the line.
pub(super) fn items(line: &str, from: usize) -> Vec<Range<usize>> {
    let end = line[from..].find(']').map_or(line.len(), |length| from + length);
    let mut at = from + 1;
    let mut found = Vec::new();
    while at < end {
        let item = value(line, at, true);
        let item = item.start.min(end)..item.end.min(end);
        at = line[item.end..end].find(',').map_or(end, |comma| item.end + comma + 1);
        found.push(item);
    }
    found
}

/// A word of a shell's command: up to a blank, or to the end of what is quoted around it or in it.
pub(super) fn word(line: &str, from: usize, around: Option<char>) -> Range<usize> {
    let rest = &line[from..];
    if let Some(quote) = rest.chars().next().filter(|first| "\"'".contains(*first) && Some(*first) != around) {
        let length = rest[1..].find(quote).unwrap_or(rest.len() - 1);
        return from + 1..from + 1 + length;
    }
    let end = rest.find(|letter: char| letter.is_whitespace() || "\"';&)".contains(letter)).unwrap_or(rest.len());
    from..from + end
}

/// The column in which the content of a line begins, behind the dashes of lists.
pub(super) fn column(line: &str) -> usize {
    let mut column = line.len() - line.trim_start().len();
    while let Some(rest) = line[column..].strip_prefix("- ") {
        column += 2 + (rest.len() - rest.trim_start().len());
    }
    column
}

/// Blanks before everything else of a line.
pub(super) fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}
