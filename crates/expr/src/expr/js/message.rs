//! Faults in words, and their place in the program.

use std::ops::Range;

use rquickjs::Value;

use super::watch::Place;
use crate::expr::code::Limits;

/// A recursion without end, usually.
pub(super) const TOO_DEEP: &str = "its calls go too deep";

/// More time than is given.
pub(super) fn too_long(limits: &Limits) -> String {
    format!("it takes longer than {} ms", limits.time.as_millis())
}

/// More memory than is given.
pub(super) fn too_much(limits: &Limits) -> String {
    format!("it needs more than {} MiB of memory", limits.memory >> 20)
}

/// Errors that the language itself raises; a program's own are usually an `Error`.
const OF_THE_LANGUAGE: [&str; 5] = ["TypeError", "ReferenceError", "SyntaxError", "RangeError", "InternalError"];

fn name(error: &Value<'_>) -> Option<String> {
    error.as_object()?.get::<_, String>("name").ok()
}

/// Whether the engine says of something that was called that it cannot be.
pub(super) fn is_of_call(error: &Value<'_>) -> bool {
    let said = error.as_object().and_then(|object| object.get::<_, String>("message").ok());
    said.as_deref() == Some(NO_FUNCTION)
}

const NO_FUNCTION: &str = "not a function";

/// What an exception says. `callee` is what was called, for one that is of a call.
pub(super) fn of(error: &Value<'_>, callee: Option<&str>) -> String {
    let said = match error.as_object() {
        Some(object) => object.get::<_, String>("message").ok(),
        None => error.get::<rquickjs::Coerced<String>>().ok().map(|text| text.0),
    };
    let said = said.unwrap_or_else(|| "something that is no error".to_owned());
    if !name(error).is_some_and(|name| OF_THE_LANGUAGE.contains(&name.as_str())) {
        return said;
    }
    plain(&said, callee)
}

/// An exception that nothing caught.
pub(super) fn thrown(error: &Value<'_>, said: String) -> String {
    if name(error).is_some_and(|name| OF_THE_LANGUAGE.contains(&name.as_str())) {
        return said;
    }
    format!("the program throws: {said}")
}

/// The engine's words in ours.
fn plain(said: &str, callee: Option<&str>) -> String {
    if said == NO_FUNCTION {
        return match callee {
            Some(callee) => format!("`{callee}` is not a function"),
            None => "what is called here is not a function".to_owned(),
        };
    }
    if said == "unexpected end of string" {
        return "this text is not closed".to_owned();
    }
    if said.ends_with(": ''") || said.eq_ignore_ascii_case("unexpected end of input") {
        return "the program ends too early".to_owned();
    }
    if let Some(name) = said.strip_suffix(" is not defined").filter(|name| !name.contains(['\'', ' ', '`'])) {
        return format!("`{name}` is not defined");
    }
    let said = said.strip_prefix("expecting ").map_or_else(|| said.to_owned(), |rest| format!("expected {rest}"));
    let mut letters = said.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).map(|letter| if letter == '\'' { '`' } else { letter }).collect()
}

/// Bytes of the word at a place; all of the program where the place is not known.
pub(super) fn range(text: &str, place: Option<Place>, shift: usize) -> Range<usize> {
    let Some(place) = place else { return 0..text.len() };
    let mut start = 0;
    for _ in 1..place.line {
        match text[start..].find('\n') {
            Some(end) => start += end + 1,
            None => break,
        }
    }
    let shift = if place.line == 1 { shift } else { 0 };
    let mut at = (start + place.column.saturating_sub(1 + shift)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    around(text, at)
}

/// What was called by the call at a place; `None` where it could be one of several. The engine tells the last place
/// before the call, and that is among its arguments where it has any.
pub(super) fn callee(text: &str, place: &Range<usize>) -> Option<Range<usize>> {
    let is_called = text[place.end..].trim_start().starts_with('(');
    match (is_called, outer_call(text, place.start)) {
        (true, None) => Some(place.clone()),
        (false, outer) => outer,
        (true, Some(_)) => None,
    }
}

/// The name before the innermost parenthesis that is open at this byte and opens arguments.
fn outer_call(text: &str, at: usize) -> Option<Range<usize>> {
    let mut closed = 0_usize;
    for (open, letter) in text[..at].char_indices().rev() {
        match letter {
            ')' => closed += 1,
            '(' if closed > 0 => closed -= 1,
            '(' => {
                let end = text[..open].trim_end().len();
                let name = end - before(text, end)..end;
                if !name.is_empty() && !["if", "while", "for", "switch", "return"].contains(&&text[name.clone()]) {
                    return Some(name);
                }
            }
            _ => {}
        }
    }
    None
}

fn in_word(letter: char) -> bool {
    letter.is_alphanumeric() || "_$.".contains(letter)
}

/// Bytes of the chain of names that ends at a byte.
fn before(text: &str, end: usize) -> usize {
    text[..end].chars().rev().take_while(|letter| in_word(*letter)).map(char::len_utf8).sum()
}

/// The chain of names around a byte, `params.url` of `params.url + 1`; one character where there is none.
fn around(text: &str, at: usize) -> Range<usize> {
    let at = text.len() - text[at..].trim_start().len();
    let back = before(text, at);
    let ahead: usize = text[at..].chars().take_while(|letter| in_word(*letter)).map(char::len_utf8).sum();
    if ahead > 0 {
        return at - back..at + ahead;
    }
    if let Some(letter) = text[at..].chars().next() {
        return at..at + letter.len_utf8();
    }
    // It ends too early: the last thing that is there.
    let end = text.trim_end().len();
    end - text[..end].chars().next_back().map_or(0, char::len_utf8)..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_engine_become_ours() {
        for (said, word, expected) in [
            ("not a function", Some("q.foo"), "`q.foo` is not a function"),
            ("foo is not defined", None, "`foo` is not defined"),
            ("cannot read property 'x' of undefined", None, "cannot read property `x` of undefined"),
            ("expecting ';'", None, "expected `;`"),
            ("unexpected token in expression: ''", None, "the program ends too early"),
        ] {
            assert_eq!(plain(said, word), expected);
        }
    }

    #[test]
    fn a_call_is_found_from_its_arguments() {
        let called = |text: &str, at: usize| callee(text, &around(text, at)).map(|range| text[range].to_owned());
        assert_eq!(called("q.foo()", 1).as_deref(), Some("q.foo"));
        assert_eq!(called("if (q.foo()) {}", 5).as_deref(), Some("q.foo"));
        assert_eq!(called("q.map(dep => 1)", 6).as_deref(), Some("q.map"));
        assert_eq!(called("q.map((a), dep => 1)", 11).as_deref(), Some("q.map"));
        assert_eq!(called("q.foo(Math.abs(1))", 10), None);
    }

    #[test]
    fn a_place_is_the_word_around_it() {
        let at = |line, column| Some(Place { line, column, reading: false, direct: true });
        let text = "let é = 1;\n  a.b.c + x;  ";
        assert_eq!(&text[range(text, at(2, 6), 0)], "a.b.c");
        assert_eq!(&text[range(text, at(2, 9), 0)], "+");
        assert_eq!(&text[range(text, at(2, 99), 0)], ";");
        assert_eq!(&text[range(text, at(1, 5), 0)], "é");
        assert_eq!(range("", at(1, 1), 1), 0..0);
    }
}
