//! Reads what percent signs, backslashes and entities stand for, as programs of any language write them, mixed and in part. In: bytes;
//! out: the bytes they say, each with its place. Uses no other file of this room.

use std::borrow::Cow;
use std::ops::Range;

/// Bytes as they are to be read, and where each stands in the text.
pub(super) struct View<'b> {
    pub(super) bytes: Cow<'b, [u8]>,
    /// Without it each byte stands in its own place.
    places: Option<Vec<Range<usize>>>,
    /// Where the text ends, or an escape that bytes to come may finish.
    end: usize,
}

enum Token {
    Plain,
    /// So many bytes stand for these.
    Escape(usize, Vec<u8>),
    /// Only bytes to come can tell.
    Open,
}

impl<'b> View<'b> {
    /// A text as it is.
    pub(super) fn plain(bytes: &'b [u8]) -> Self {
        Self { bytes: Cow::Borrowed(bytes), places: None, end: bytes.len() }
    }

    /// The place of some bytes in the text.
    pub(super) fn place(&self, range: Range<usize>) -> Range<usize> {
        match &self.places {
            Some(places) => places[range.start].start..places[range.end - 1].end,
            None => range,
        }
    }

    /// Where the byte with this number begins; the end behind the last.
    pub(super) fn start(&self, index: usize) -> usize {
        match &self.places {
            Some(places) => places.get(index).map_or(self.end, |place| place.start),
            None => index.min(self.end),
        }
    }

    /// The beginning of what stands around a place, so that no escape is cut in two.
    pub(super) fn floor(&self, at: usize) -> usize {
        let Some(places) = &self.places else { return at };
        let around = places.partition_point(|place| place.end <= at);
        places.get(around).map_or(at, |place| place.start.min(at))
    }

    /// One layer of escapes taken off; nothing where there are none. Without `last` bytes may follow.
    pub(super) fn unescaped(&self, last: bool) -> Option<View<'static>> {
        let bytes = &self.bytes;
        if !bytes.iter().any(|byte| matches!(byte, b'%' | b'\\' | b'&')) {
            return None;
        }
        let (mut read, mut places) = (Vec::with_capacity(bytes.len()), Vec::with_capacity(bytes.len()));
        let (mut at, mut changed) = (0, false);
        while at < bytes.len() {
            let (length, says) = match token(&bytes[at..]) {
                Token::Escape(length, says) => (length, says),
                Token::Open if !last => {
                    return Some(View { bytes: read.into(), places: Some(places), end: self.start(at) });
                }
                Token::Open | Token::Plain => {
                    read.push(bytes[at]);
                    places.push(self.place(at..at + 1));
                    at += 1;
                    continue;
                }
            };
            changed = true;
            let place = self.place(at..at + length);
            places.extend(std::iter::repeat_n(place, says.len()));
            read.extend(says);
            at += length;
        }
        changed.then_some(View { bytes: read.into(), places: Some(places), end: self.end })
    }
}

fn token(text: &[u8]) -> Token {
    match text[0] {
        b'%' => hex_byte(text, 1),
        b'\\' => backslash(text),
        b'&' => entity(text),
        _ => Token::Plain,
    }
}

/// Two hexadecimal digits behind `skipped` bytes.
fn hex_byte(text: &[u8], skipped: usize) -> Token {
    match number(text, skipped, 2) {
        Number::Is(code) => Token::Escape(skipped + 2, code.to_le_bytes()[..1].to_vec()),
        Number::Open => Token::Open,
        Number::Not => Token::Plain,
    }
}

enum Number {
    Is(u32),
    Not,
    Open,
}

/// So many hexadecimal digits behind `skipped` bytes.
fn number(text: &[u8], skipped: usize, digits: usize) -> Number {
    let end = (skipped + digits).min(text.len());
    let mut code: u32 = 0;
    for byte in &text[skipped.min(end)..end] {
        let Some(digit) = char::from(*byte).to_digit(16) else { return Number::Not };
        code = code << 4 | digit;
    }
    if text.len() < skipped + digits { Number::Open } else { Number::Is(code) }
}

fn character(length: usize, code: u32) -> Token {
    char::from_u32(code).map_or(Token::Plain, |found| Token::Escape(length, found.to_string().into_bytes()))
}

fn backslash(text: &[u8]) -> Token {
    let Some(letter) = text.get(1) else { return Token::Open };
    let says = match letter {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'f' => 12,
        b'a' => 7,
        b'v' => 11,
        b'e' | b'E' => 27,
        b'x' => return hex_byte(text, 2),
        b'u' if text.get(2) == Some(&b'{') => return braced(text),
        b'u' => return unit(text),
        b'U' => {
            return match number(text, 2, 8) {
                Number::Is(code) => character(10, code),
                Number::Open => Token::Open,
                Number::Not => Token::Plain,
            };
        }
        b'0'..=b'3' => return octal(text),
        other if other.is_ascii_alphanumeric() || !other.is_ascii() => return Token::Plain,
        other => *other,
    };
    Token::Escape(2, vec![says])
}

fn octal(text: &[u8]) -> Token {
    let digits = text[1..].iter().take(3).take_while(|byte| matches!(byte, b'0'..=b'7'));
    let (count, code) = digits.fold((0, 0_u32), |(count, code), byte| (count + 1, code * 8 + u32::from(byte - b'0')));
    match count {
        3 => Token::Escape(4, code.to_le_bytes()[..1].to_vec()),
        _ if text.len() == count + 1 => Token::Open,
        _ => Token::Plain,
    }
}

fn braced(text: &[u8]) -> Token {
    let digits = text[3..].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    match (digits, text.get(3 + digits)) {
        (0..=8, None) => Token::Open,
        (1..=6, Some(b'}')) => match number(text, 3, digits) {
            Number::Is(code) => character(4 + digits, code),
            Number::Open | Number::Not => Token::Plain,
        },
        _ => Token::Plain,
    }
}

/// A UTF-16 unit, or two that make one character.
fn unit(text: &[u8]) -> Token {
    let first = match number(text, 2, 4) {
        Number::Is(code) => code,
        Number::Open => return Token::Open,
        Number::Not => return Token::Plain,
    };
    if !(0xd800..0xdc00).contains(&first) {
        return character(6, first);
    }
    let second = &text[6..];
    if !second.is_empty() && !b"\\u".starts_with(&second[..second.len().min(2)]) {
        return Token::Plain;
    }
    match number(text, 8, 4) {
        Number::Is(low @ 0xdc00..0xe000) => character(12, 0x1_0000 + ((first - 0xd800) << 10 | (low - 0xdc00))),
        Number::Open => Token::Open,
        Number::Is(_) | Number::Not => Token::Plain,
    }
}

const NAMED: [(&[u8], u8); 6] =
    [(b"&amp;", b'&'), (b"&lt;", b'<'), (b"&gt;", b'>'), (b"&quot;", b'"'), (b"&apos;", b'\''), (b"&nbsp;", b' ')];

fn entity(text: &[u8]) -> Token {
    /// The longest that is read: `&#x10FFFF;`.
    const LONGEST: usize = 10;
    if let Some((name, says)) = NAMED.iter().find(|(name, _)| text.starts_with(name)) {
        return Token::Escape(name.len(), vec![*says]);
    }
    if text.len() < LONGEST && NAMED.iter().any(|(name, _)| name.starts_with(text)) || text == b"&#" {
        return Token::Open;
    }
    if !text.starts_with(b"&#") {
        return Token::Plain;
    }
    let (radix, from) = if matches!(text.get(2), Some(b'x' | b'X')) { (16, 3) } else { (10, 2) };
    let digits = text[from..].iter().take_while(|byte| char::from(**byte).is_digit(radix)).count();
    let end = from + digits;
    match text.get(end) {
        None if end < LONGEST => Token::Open,
        Some(b';') if digits > 0 && end < LONGEST => {
            let code =
                std::str::from_utf8(&text[from..end]).ok().and_then(|code| u32::from_str_radix(code, radix).ok());
            code.map_or(Token::Plain, |code| character(end + 1, code))
        }
        _ => Token::Plain,
    }
}
