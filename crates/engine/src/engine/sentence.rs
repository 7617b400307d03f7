//! What an engine or a program said, as part of our sentence.

/// One line, no full stop, not endless.
pub(super) fn sentence(message: &str) -> String {
    const LONGEST: usize = 400;
    let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = line.strip_prefix("Error response from daemon: ").unwrap_or(&line).trim_end_matches('.');
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}
