//! Text from files, engines and containers, made safe for a terminal.
//!
//! No byte of theirs may move the cursor, set the title, or forge a line of ours. Three ways, by what the text is:
//! [`visible`] for what a person should see as it is (excerpts, names), [`text`] for names and messages of an engine,
//! [`log_line`] for the output of a container. All take time linear in their input.

use std::borrow::Cow;

/// Without any escape sequence or control character; line breaks (as `\n`) and tabs stay.
pub fn text(input: &str) -> Cow<'_, str> {
    if !input.contains(is_special) {
        return Cow::Borrowed(input);
    }
    let mut clean = String::with_capacity(input.len());
    for piece in Pieces(input) {
        match piece {
            Piece::Text(run) => clean.push_str(run),
            Piece::Control(control @ ('\n' | '\t')) => clean.push(control),
            Piece::Control(_) | Piece::Colour(_) => {}
        }
    }
    Cow::Owned(clean)
}

/// One line of a log: colours (SGR) stay and are reset at its end, everything else that is not text goes.
pub fn log_line(input: &str) -> Cow<'_, str> {
    const RESET: &str = "\x1b[0m";
    if !input.contains(is_special) {
        return Cow::Borrowed(input);
    }
    let mut clean = String::with_capacity(input.len() + RESET.len());
    let mut coloured = false;
    for piece in Pieces(input) {
        match piece {
            Piece::Text(run) => clean.push_str(run),
            Piece::Control('\t') => clean.push('\t'),
            Piece::Control(_) => {}
            Piece::Colour(sequence) => {
                coloured = true;
                clean.push_str(sequence);
            }
        }
    }
    if coloured {
        clean.push_str(RESET);
    }
    Cow::Owned(clean)
}

/// One line with every control character replaced by a picture of itself, so that nothing is hidden; tabs stay.
///
/// Works character by character: what it makes of a text is what it makes of its parts, joined.
pub fn visible(input: &str) -> Cow<'_, str> {
    if !input.contains(is_special) {
        return Cow::Borrowed(input);
    }
    Cow::Owned(input.chars().map(picture).collect())
}

/// [`visible`] for a text of several lines: the line breaks stay. Whoever prints it indents the lines after the first.
pub fn visible_lines(input: &str) -> Cow<'_, str> {
    if !input.contains(is_special) {
        return Cow::Borrowed(input);
    }
    Cow::Owned(input.chars().map(|character| if character == '\n' { '\n' } else { picture(character) }).collect())
}

fn picture(character: char) -> char {
    const PICTURES: u32 = 0x2400;
    match character {
        '\t' => '\t',
        '\0'..='\x1f' => char::from_u32(PICTURES + u32::from(character)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\x7f' => '\u{2421}',
        other if is_special(other) => char::REPLACEMENT_CHARACTER,
        other => other,
    }
}

/// Control characters of both sets, line separators, and what reorders the text around it.
pub(super) fn is_special(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{feff}')
}

/// What a terminal would see in a text. Escape sequences other than colours are passed over.
enum Piece<'a> {
    /// A run of ordinary characters.
    Text(&'a str),
    /// A colour sequence.
    Colour(&'a str),
    /// A control character on its own.
    Control(char),
}

struct Pieces<'a>(&'a str);

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        while let Some(first) = self.0.chars().next() {
            if !is_special(first) {
                let end = self.0.find(is_special).unwrap_or(self.0.len());
                return Some(Piece::Text(self.take(end)));
            }
            match (first, self.0[first.len_utf8()..].chars().next()) {
                ('\x1b', Some('[')) => {
                    if let Some(colour) = self.control_sequence(2) {
                        return Some(Piece::Colour(colour));
                    }
                }
                ('\x1b', Some(']' | 'P' | 'X' | '^' | '_')) => self.control_string(2),
                ('\x1b', _) => self.escape(),
                ('\u{9b}', _) => {
                    self.control_sequence(first.len_utf8());
                }
                ('\u{90}' | '\u{98}' | '\u{9d}'..='\u{9f}', _) => self.control_string(first.len_utf8()),
                _ => {
                    self.take(first.len_utf8());
                    return Some(Piece::Control(first));
                }
            }
        }
        None
    }
}

impl<'a> Pieces<'a> {
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        taken
    }

    /// CSI: parameters, intermediates, one final character. Returned if it is a colour.
    fn control_sequence(&mut self, introducer: usize) -> Option<&'a str> {
        let parameters = span_of(self.0, introducer, |byte| (0x30..=0x3f).contains(&byte));
        let intermediates = span_of(self.0, parameters, |byte| (0x20..=0x2f).contains(&byte));
        let complete = self.0.as_bytes().get(intermediates).is_some_and(|byte| (0x40..=0x7e).contains(byte));
        let sequence = self.take(intermediates + usize::from(complete));
        // `ESC [ > 4 m` ends in `m` as well, but changes what the keyboard sends.
        let plain = sequence[introducer..parameters].bytes().all(|byte| matches!(byte, b'0'..=b'9' | b';' | b':'));
        let is_colour = complete && plain && parameters == intermediates && sequence.ends_with('m');
        (is_colour && sequence.starts_with('\x1b')).then_some(sequence)
    }

    /// OSC, DCS, SOS, PM, APC: everything up to BEL or ST. Without an end only the introducer goes: hiding the rest
    /// of the text would be the greater harm.
    fn control_string(&mut self, introducer: usize) {
        let body = &self.0[introducer..];
        let end = body.find(char::is_control).and_then(|at| match body[at..].chars().next() {
            Some('\x07') => Some(at + 1),
            Some('\u{9c}') => Some(at + '\u{9c}'.len_utf8()),
            _ if body[at..].starts_with("\x1b\\") => Some(at + 2),
            _ => None,
        });
        self.take(introducer + end.unwrap_or(0));
    }

    /// Every other escape: intermediates and one final character.
    fn escape(&mut self) {
        let intermediates = span_of(self.0, 1, |byte| (0x20..=0x2f).contains(&byte));
        let complete = self.0.as_bytes().get(intermediates).is_some_and(|byte| (0x30..=0x7e).contains(byte));
        self.take(intermediates + usize::from(complete));
    }
}

/// Where the run of bytes that starts at `from` ends.
fn span_of(text: &str, from: usize, belongs: impl Fn(u8) -> bool) -> usize {
    from + text.as_bytes()[from..].iter().take_while(|byte| belongs(**byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANARIES: &[(&str, &str)] = &[
        ("a\x1b]0;pwn\x07b", "ab"),
        ("a\x1b]0;pwn\x1b\\b", "ab"),
        ("a\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\b", "alinkb"),
        ("a\x1b[2J\x1b[1;1Hb", "ab"),
        ("a\x1bPq#0;2\x1b\\b", "ab"),
        ("a\u{9b}2Jb\u{9d}0;pwn\u{9c}c\u{85}", "abc"),
        ("a\x1b(0b\x1bcc\x1b7", "abc"),
        ("10%\r20%\x08\x00\x7f", "10%20%"),
        ("a\u{202e}b\u{2066}c", "abc"),
        ("\x1b[>4;2mkeys\x1b[?25l\x1b[1 q", "keys"),
    ];

    #[test]
    fn no_sequence_survives_in_text_or_in_a_log_line() {
        for (hostile, clean) in CANARIES {
            assert_eq!(text(hostile), *clean, "text of {hostile:?}");
            assert_eq!(log_line(hostile), *clean, "log line of {hostile:?}");
        }
    }

    #[test]
    fn what_is_not_ended_hides_nothing() {
        assert_eq!(text("a\x1b]0;title b"), "a0;title b");
        assert_eq!(text("a\x1bPq b\nc"), "aq b\nc");
        assert_eq!(text("a\x1b[12"), "a");
        assert_eq!(text("a\x1b[1\x1b[2Jb"), "ab");
        assert_eq!(text("a\x1b"), "a");
    }

    #[test]
    fn a_log_line_keeps_its_colours_and_ends_them() {
        assert_eq!(
            log_line("\x1b[1;31mred\x1b[0m and \x1b[38:5:2mgreen"),
            "\x1b[1;31mred\x1b[0m and \x1b[38:5:2mgreen\x1b[0m"
        );
        assert_eq!(log_line("no\tcolour"), "no\tcolour");
        assert_eq!(log_line("carriage\r\nreturn"), "carriagereturn");
        assert_eq!(text("\x1b[1;31mred\x1b[0m\r\nb"), "red\nb");
    }

    #[test]
    fn plain_text_is_not_copied() {
        for plain in ["", "grün 字 👩‍👩‍👧", "a\u{301}"] {
            assert!(matches!(text(plain), Cow::Borrowed(_)));
            assert!(matches!(log_line(plain), Cow::Borrowed(_)));
            assert!(matches!(visible(plain), Cow::Borrowed(_)));
        }
    }

    #[test]
    fn visible_shows_what_was_there() {
        assert_eq!(visible("a\x1b[2J\tb\r\n\x7f\u{9b}\u{202e}c"), "a␛[2J\tb␍␊␡��c");
        assert_eq!(visible_lines("a\x1b[2J\r\nb"), "a␛[2J␍\nb");
    }

    #[test]
    fn no_control_character_survives_any_mixture() {
        let parts = ["\x1b", "[", "]", "0;", "m", "P", "\x07", "\\", "\u{9b}", "\u{9d}", "é", " ", "\r", "\u{2028}"];
        let total = parts.len().pow(4);
        for number in 0..total {
            let mixture: String = (0..4).map(|digit| parts[number / parts.len().pow(digit) % parts.len()]).collect();
            assert!(!text(&mixture).contains(is_special), "text of {mixture:?}");
            assert!(!visible(&mixture).contains(is_special), "visible of {mixture:?}");
            let rest = log_line(&mixture).replace("\x1b[m", "").replace("\x1b[0;m", "").replace("\x1b[0m", "");
            let rest = rest.replace("\x1b[0;0;m", "");
            assert!(!rest.contains(is_special), "log line of {mixture:?}: {rest:?}");
        }
    }

    #[test]
    fn hostile_repetition_takes_linear_time() {
        let started = std::time::Instant::now();
        let length = 300_000;
        for pattern in ["\u{9d}", "\x1b]", "\x1b[", "\x1b]\x1b", "\u{9b}1;", "\x1bP\n", "\x1b]0;"] {
            let repeated = pattern.repeat(length / pattern.len());
            assert!(!text(&repeated).contains('\x1b'));
        }
        assert!(started.elapsed().as_secs() < 10, "a quadratic scan takes minutes");
    }
}
