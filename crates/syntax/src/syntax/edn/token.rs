//! Tokens without brackets: numbers, names, keywords and characters.

use std::ops::Range;

use super::form::FormKind;
use super::unreadable::Unreadable;

/// Whether a letter ends a token.
pub(super) fn is_delimiter(letter: char) -> bool {
    is_blank(letter) || matches!(letter, '(' | ')' | '[' | ']' | '{' | '}' | '"' | ';')
}

/// Whether a letter only separates; commas do.
pub(super) fn is_blank(letter: char) -> bool {
    letter.is_whitespace() || letter == ',' || letter == '\u{feff}'
}

/// What a token of at least one letter is.
pub(super) fn token(text: &str, range: Range<usize>) -> Result<FormKind, Unreadable> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if unsigned.starts_with(|letter: char| letter.is_ascii_digit()) {
        return number(text, unsigned, range);
    }
    match text {
        "nil" => Ok(FormKind::Nil),
        "true" => Ok(FormKind::Bool(true)),
        "false" => Ok(FormKind::Bool(false)),
        _ if text.starts_with(':') => keyword(text, range),
        _ => Ok(FormKind::Symbol(text.into())),
    }
}

fn keyword(text: &str, range: Range<usize>) -> Result<FormKind, Unreadable> {
    let name = text.trim_start_matches(':');
    if name.is_empty() || text.len() - name.len() > 2 || name.ends_with(':') {
        return Err(Unreadable::new(range, format!("`{text}` is no keyword")).help("a keyword is written `:name`"));
    }
    Ok(FormKind::Keyword(name.into()))
}

fn number(text: &str, unsigned: &str, range: Range<usize>) -> Result<FormKind, Unreadable> {
    let looks_whole = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if let Some((above, below)) = unsigned.split_once('/')
        && looks_whole(above)
        && looks_whole(below)
    {
        return Err(Unreadable::new(range, format!("`{text}` is a ratio, which is not supported"))
            .help("write it as a decimal number"));
    }
    let (digits, radix) = radix(unsigned.strip_suffix('N').unwrap_or(unsigned));
    let sign = if text.starts_with('-') { "-" } else { "" };
    if !digits.starts_with(['+', '-'])
        && let Ok(whole) = i64::from_str_radix(&format!("{sign}{digits}"), radix)
    {
        return Ok(FormKind::Int(whole));
    }
    if radix == 10 && looks_whole(digits) {
        return Err(Unreadable::new(range, format!("`{text}` is larger than any number of 64 bits")));
    }
    let decimal = unsigned.strip_suffix('M').unwrap_or(unsigned);
    let is_decimal = decimal.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'));
    match format!("{sign}{decimal}").parse::<f64>() {
        Ok(number) if is_decimal && number.is_finite() => Ok(FormKind::Float(number)),
        _ => Err(Unreadable::new(range, format!("`{text}` is no number"))
            .help("names do not begin with a digit; text stands in double quotes")),
    }
}

/// `0x1f`, `017` and `2r101` beside decimal digits.
fn radix(digits: &str) -> (&str, u32) {
    if let Some(hexadecimal) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        return (hexadecimal, 16);
    }
    if let Some((radix, rest)) = digits.split_once(['r', 'R'])
        && let Some(radix) = radix.parse().ok().filter(|radix| (2..=36).contains(radix))
    {
        return (rest, radix);
    }
    match digits.strip_prefix('0') {
        Some(octal) if !octal.is_empty() && octal.bytes().all(|byte| byte.is_ascii_digit()) => (octal, 8),
        _ => (digits, 10),
    }
}

/// The character that follows a backslash: `a`, `newline`, `u00e9`.
pub(super) fn character(name: &str, range: Range<usize>) -> Result<FormKind, Unreadable> {
    let mut letters = name.chars();
    let found = match (letters.next(), letters.as_str()) {
        (Some(letter), "") => Some(letter),
        (Some('u'), code) if code.len() == 4 => u32::from_str_radix(code, 16).ok().and_then(char::from_u32),
        (Some('o'), code) => u32::from_str_radix(code, 8).ok().filter(|code| *code <= 0o377).and_then(char::from_u32),
        _ => None,
    };
    let named = match name {
        "newline" => Some('\n'),
        "space" => Some(' '),
        "tab" => Some('\t'),
        "return" => Some('\r'),
        "backspace" => Some('\u{8}'),
        "formfeed" => Some('\u{c}'),
        _ => found,
    };
    named.map(FormKind::Char).ok_or_else(|| {
        Unreadable::new(range, format!("there is no character `\\{name}`"))
            .help("write one letter after the backslash, or `\\newline`, `\\space`, `\\tab`")
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<FormKind, Unreadable> {
        token(text, 0..text.len())
    }

    #[test]
    fn tells_numbers_names_and_keywords_apart() {
        let table = [
            ("nil", FormKind::Nil),
            ("true", FormKind::Bool(true)),
            ("42", FormKind::Int(42)),
            ("-7", FormKind::Int(-7)),
            ("+7N", FormKind::Int(7)),
            ("0x1F", FormKind::Int(31)),
            ("017", FormKind::Int(15)),
            ("2r101", FormKind::Int(5)),
            ("-9223372036854775808", FormKind::Int(i64::MIN)),
            ("1.5", FormKind::Float(1.5)),
            ("-2e3", FormKind::Float(-2000.0)),
            ("3M", FormKind::Float(3.0)),
            (":a/b", FormKind::Keyword("a/b".into())),
            ("::k", FormKind::Keyword("k".into())),
            ("-", FormKind::Symbol("-".into())),
            ("->>", FormKind::Symbol("->>".into())),
            ("a.b/c?", FormKind::Symbol("a.b/c?".into())),
        ];
        for (text, expected) in table {
            assert_eq!(read(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn refuses_what_only_looks_like_one() {
        for text in ["1/2", "12ab", "9223372036854775808", "1.2.3", "1e999", ":", ":::a", "0x-1", "1_000"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn reads_characters_by_letter_name_and_code() {
        for (name, letter) in [("a", 'a'), (",", ','), ("newline", '\n'), ("u00e9", 'é'), ("o101", 'A'), ("u", 'u')] {
            assert_eq!(character(name, 0..1).unwrap(), FormKind::Char(letter));
        }
        assert!(character("nope", 0..4).is_err());
    }
}
