//! Characters and texts as messages name them: what nobody sees is told by its number and name, and nothing is an empty pair of quotes.

use std::borrow::Cow;

/// Whether a character shows nothing, or looks like a blank and is none: marks of format and direction, blanks of other widths, controls.
pub fn is_unseen(letter: char) -> bool {
    let mark = matches!(
        letter,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0000}'..='\u{E007F}'
    );
    mark || letter.is_control() || (letter != ' ' && letter.is_whitespace())
}

/// A character in words: `` `ä` ``, `a blank`, `U+00A0 (a no-break space)`.
pub fn letter_in_words(letter: char) -> String {
    match letter {
        ' ' => "a blank".to_owned(),
        '\t' => "a tab".to_owned(),
        '\n' | '\r' => "a line break".to_owned(),
        '`' => "a backquote".to_owned(),
        _ if is_unseen(letter) => format!("U+{:04X} ({})", u32::from(letter), unseen_name(letter)),
        _ => format!("`{letter}`"),
    }
}

fn unseen_name(letter: char) -> &'static str {
    match letter {
        '\0' => "a NUL",
        '\u{7}' => "a bell",
        '\u{8}' => "a backspace",
        '\u{1B}' => "an escape",
        '\u{7F}' => "a delete",
        '\u{A0}' | '\u{202F}' => "a no-break space",
        '\u{AD}' => "a soft hyphen",
        '\u{200B}' => "a zero-width space",
        '\u{200C}' | '\u{200D}' => "a zero-width joiner",
        '\u{2060}' => "a word joiner",
        '\u{2028}' => "a line separator",
        '\u{2029}' => "a paragraph separator",
        '\u{3000}' => "an ideographic space",
        '\u{FEFF}' => "a byte order mark",
        '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
            "a mark of the direction of writing"
        }
        _ if letter.is_control() => "a control character",
        _ if letter.is_whitespace() => "a blank of another width",
        _ => "a character that nobody sees",
    }
}

/// A text with every character that nobody sees as `<U+200B>`; controls stay, since an output has its own way with them.
pub fn seen(text: &str) -> Cow<'_, str> {
    let hides = |letter: char| is_unseen(letter) && !letter.is_control();
    if text.is_ascii() || !text.contains(hides) {
        return Cow::Borrowed(text);
    }
    let letter = |letter: char| {
        if hides(letter) { format!("<U+{:04X}>", u32::from(letter)) } else { letter.to_string() }
    };
    Cow::Owned(text.chars().map(letter).collect())
}

/// A text in quotes, as [`seen`]; an empty one in words.
pub fn quoted(text: &str) -> String {
    if text.is_empty() { "an empty text".to_owned() } else { format!("`{}`", seen(text)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_has_a_number_and_a_name() {
        for (letter, expected) in [
            ('ä', "`ä`"),
            (' ', "a blank"),
            ('\u{A0}', "U+00A0 (a no-break space)"),
            ('\u{200B}', "U+200B (a zero-width space)"),
            ('\u{FEFF}', "U+FEFF (a byte order mark)"),
            ('\u{202E}', "U+202E (a mark of the direction of writing)"),
            ('\0', "U+0000 (a NUL)"),
            ('\u{2003}', "U+2003 (a blank of another width)"),
        ] {
            assert_eq!(letter_in_words(letter), expected);
        }
    }

    #[test]
    fn quotes_are_never_empty_and_never_hide_anything() {
        assert_eq!(quoted(""), "an empty text");
        assert_eq!(quoted("a\u{200B}b"), "`a<U+200B>b`");
        assert_eq!(quoted("a b"), "`a b`");
    }
}
