//! How much of a text a message shows.

/// Characters that a message shows of a text.
const SHOWN: usize = 40;

/// The first line of a text, cut where a message could not bear it; `…` stands for what is left out.
pub(super) fn excerpt(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default().trim_end();
    let end = line.char_indices().nth(SHOWN).map_or(line.len(), |(end, _)| end);
    let cut = end < text.trim_end().len();
    format!("{}{}", &line[..end], if cut { "…" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_long_and_many_lines_between_characters() {
        assert_eq!(excerpt("abc \n"), "abc");
        assert_eq!(excerpt("abc\ndef"), "abc…");
        assert_eq!(excerpt(&"é".repeat(50)), format!("{}…", "é".repeat(40)));
        assert_eq!(excerpt(""), "");
    }
}
