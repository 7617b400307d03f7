//! Strings: from what stands between the quotes to the text that it means.

use std::ops::Range;

use super::form::Quoted;
use super::unreadable::Unreadable;

/// Unescapes `raw`, which stands between quotes from byte `start` of the source on.
pub(super) fn unescape(raw: &str, start: usize) -> Result<Quoted, Unreadable> {
    let mut text = String::with_capacity(raw.len());
    let mut runs = vec![run(0, start)];
    let mut position = 0;
    while let Some(found) = raw[position..].find('\\') {
        text.push_str(&raw[position..position + found]);
        let escape = position + found;
        runs.push(run(text.len(), start + escape));
        let (letter, length) = escaped(&raw[escape..]).ok_or_else(|| unknown(&raw[escape..], start + escape))?;
        text.push(letter);
        position = escape + length;
        runs.push(run(text.len(), start + position));
    }
    text.push_str(&raw[position..]);
    Ok(Quoted { text: text.into(), runs: runs.into() })
}

fn run(text: usize, source: usize) -> (u32, u32) {
    (u32::try_from(text).unwrap_or(u32::MAX), u32::try_from(source).unwrap_or(u32::MAX))
}

/// The character that an escape at the start of `raw` means, and the bytes that the escape takes.
fn escaped(raw: &str) -> Option<(char, usize)> {
    let simple = match raw.as_bytes().get(1)? {
        b'n' => '\n',
        b't' => '\t',
        b'r' => '\r',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'"' => '"',
        b'\\' => '\\',
        b'u' => return unicode(raw),
        b'0'..=b'7' => return octal(raw),
        _ => return None,
    };
    Some((simple, 2))
}

/// `\u00e9`, or the two halves of a character beyond 16 bits.
fn unicode(raw: &str) -> Option<(char, usize)> {
    let unit = |at: usize| u16::from_str_radix(raw.get(at..at + 4)?, 16).ok();
    let first = unit(2)?;
    if let Some(letter) = char::from_u32(u32::from(first)) {
        return Some((letter, 6));
    }
    let second = (raw.get(6..8)? == "\\u").then(|| unit(8)).flatten()?;
    let letter = char::decode_utf16([first, second]).next()?.ok()?;
    Some((letter, 12))
}

/// `\0` to `\377`.
fn octal(raw: &str) -> Option<(char, usize)> {
    let digits = raw[1..].bytes().take(3).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
    let code = u32::from_str_radix(&raw[1..=digits], 8).ok().filter(|code| *code <= 0o377)?;
    Some((char::from_u32(code)?, digits + 1))
}

fn unknown(raw: &str, at: usize) -> Unreadable {
    let letter = raw.chars().nth(1).unwrap_or_default();
    let range: Range<usize> = at..at + 1 + letter.len_utf8();
    Unreadable::new(range, format!("there is no escape `\\{letter}` in strings"))
        .help(format!("write `\\\\{letter}` for a backslash, or `#\"…\"` for a regular expression"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn escapes_mean_what_they_mean_in_java() {
        let table = [
            (r"plain", "plain"),
            (r#"a\"b\\c"#, r#"a"b\c"#),
            (r"\n\t\r\b\f", "\n\t\r\u{8}\u{c}"),
            (r"\u00e9\uD83D\uDE00!", "é😀!"),
            (r"\101\0", "A\0"),
        ];
        for (raw, text) in table {
            assert_eq!(&*unescape(raw, 0).unwrap().text, text, "{raw}");
        }
    }

    #[test]
    fn points_at_an_escape_that_is_none() {
        for raw in [r"ab\d", r"ab\uD83D", r"ab\u12", "ab\\é", r"ab\777"] {
            assert_eq!(unescape(raw, 10).unwrap_err().range.start, 12, "{raw}");
        }
    }

    #[test]
    fn knows_where_each_byte_came_from() {
        let quoted = unescape(r"a\nb", 5).unwrap();
        assert_eq!(&*quoted.runs, [(0, 5), (1, 6), (2, 8)]);
    }
}
