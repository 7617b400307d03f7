//! Slips in quoted text.

use std::ops::Range;

use super::brackets;
use super::scene::Scene;
use super::{Cause, Reach};
use crate::syntax::excerpt::excerpt;
use crate::syntax::lines::line_at;

/// A quote that is never closed, or only by one that opens another text.
pub(super) fn unclosed(scene: &Scene<'_>) -> Option<Cause> {
    let at_quote = scene.text[scene.offset..].starts_with(['"', '\'']).then_some(scene.offset);
    let last = || scene.opened.last_quoted.as_ref().map(|quoted| quoted.start);
    let open = scene.opened.quote.or(at_quote).or_else(last)?;
    Some(unclosed_at(scene, open))
}

fn unclosed_at(scene: &Scene<'_>, open: usize) -> Cause {
    let quote = &scene.text[open..=open];
    let line = scene.rest_of_line(open);
    let shown = scene.shown(&line);
    Cause::new(open..open + 1, format!("this quote `{quote}` is never closed"))
        .help(format!("close it where the text ends: `{shown}{quote}`"))
        .reaching(Reach::Below)
}

/// Text behind a closing quote.
pub(super) fn text_after(scene: &Scene<'_>) -> Option<Cause> {
    let quoted = scene.opened.last_quoted.clone()?;
    let (first, last) = (line_at(&scene.lines, quoted.start), line_at(&scene.lines, quoted.end - 1));
    // A quote that takes in other entries was meant to end before them.
    if (first + 1..=last).any(|index| scene.is_entry(&scene.lines[index])) {
        let close = quoted.end - 1..quoted.end;
        return Some(unclosed_at(scene, quoted.start).also(close, "read as its end"));
    }
    if !scene.opened.brackets.is_empty() {
        return brackets::separator(scene);
    }
    let rest = &scene.text[quoted.end..];
    let start = quoted.end + rest.len() - rest.trim_start().len();
    let trailing = scene.rest_of_line(start);
    let shown = scene.shown(&trailing);
    let cause = Cause::new(trailing, format!("`{shown}` stands behind the closing quote"))
        .also(quoted.end - 1..quoted.end, "the text is closed here");
    Some(cause.help(advice(scene, &quoted)))
}

/// What was meant by text behind a closing quote.
fn advice(scene: &Scene<'_>, quoted: &Range<usize>) -> String {
    let after = &scene.text[quoted.end..];
    let inner = &scene.text[quoted.clone()];
    let whole = scene.rest_of_line(quoted.start);
    if let Some(value) = after.strip_prefix(':') {
        return format!("type a space after the `:`: `{}: {}`", excerpt(inner), excerpt(value));
    }
    let joined = after.starts_with(|letter: char| letter.is_alphanumeric());
    match (joined, inner.starts_with('\'')) {
        (true, true) => "an apostrophe in single quotes is written twice: `''`; or use double quotes".to_owned(),
        (true, false) => {
            "write `\\\"` for a quote inside double quotes, or use single quotes around the text".to_owned()
        }
        (false, _) => format!("put the whole value in quotes: `{}`", scene.quoted(&whole)),
    }
}

/// A backslash in double quotes before what cannot be escaped.
pub(super) fn escape(scene: &Scene<'_>) -> Option<Cause> {
    let open = if scene.text[scene.offset..].starts_with('"') { scene.offset } else { scene.opened.quote? };
    let bad = bad_escape(&scene.text[open + 1..])?;
    let at = open + 1 + bad.start..open + 1 + bad.end;
    let written = &scene.text[at.clone()];
    Some(
        Cause::new(at, format!("`{written}` is no escape of double-quoted text"))
            .help(format!("write `\\{written}` for a backslash, or put the text in single quotes")),
    )
}

/// The first escape that is none, in text behind an opening double quote.
fn bad_escape(text: &str) -> Option<Range<usize>> {
    let mut place = 0;
    while let Some(backslash) = text[place..].find('\\').map(|found| place + found) {
        let letter = text[backslash + 1..].chars().next()?;
        let end = backslash + 1 + letter.len_utf8();
        let digits = match letter {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            letter if "0abt\tnvfre \"/\\N_LP\n\r".contains(letter) => 0,
            _ => return Some(backslash..end),
        };
        let hexadecimal = text[end..].bytes().take(digits).take_while(u8::is_ascii_hexdigit).count();
        let code = u32::from_str_radix(&text[end..end + hexadecimal], 16).unwrap_or(0);
        let paired = text[end + hexadecimal..].starts_with("\\u") && (0xd800..0xdc00).contains(&code);
        if hexadecimal < digits || (char::from_u32(code).is_none() && !paired) {
            return Some(backslash..end + hexadecimal);
        }
        place = end + hexadecimal + if paired { 6.min(text.len() - end - hexadecimal) } else { 0 };
        while !text.is_char_boundary(place) {
            place += 1;
        }
    }
    None
}
