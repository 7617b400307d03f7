//! What the words of a template are: which of them it may not use, and which of them name nothing. Judged on the tokens, for
//! the engine only tells once a rendering comes by.

use std::collections::BTreeSet;

use minijinja::machinery::{Token, tokenize};
use minijinja::syntax::SyntaxConfig;

/// What a template may do in `{% … %}`.
const STATEMENTS: [&str; 7] = ["if", "elif", "else", "endif", "for", "endfor", "set"];

/// Words of the template language that are no names.
const WORDS: [&str; 14] =
    ["and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "loop", "recursive", "True", "None"];

/// The line of the first thing that could make values grow without end, and what it is. Steps are counted but the length
/// of a value is not: a variable that is bound to twice itself, forty times, would fill the memory.
pub(super) fn unbounded_part(text: &str) -> Option<(usize, String)> {
    let mut statement: Option<&str> = None;
    let mut binds = false;
    for (token, span) in tokenize(text, false, SyntaxConfig::default()).flatten() {
        let found = match (&token, statement) {
            (Token::BlockStart, _) => {
                (statement, binds) = (Some(""), false);
                continue;
            }
            (Token::BlockEnd, Some("set")) if !binds => Some("`set` without `=` cannot be used".to_owned()),
            (Token::BlockEnd, _) => {
                statement = None;
                continue;
            }
            (Token::Ident(word), Some("")) => {
                statement = Some(word);
                (!STATEMENTS.contains(word)).then(|| format!("`{word}` cannot be used in a template"))
            }
            (Token::Ident("in") | Token::Assign, Some(_)) => {
                binds = true;
                None
            }
            (Token::Mul | Token::Pow, _) => Some("`*` cannot be used in a template".to_owned()),
            (Token::Tilde, Some(_)) => Some("`~` cannot stand in `{% … %}`".to_owned()),
            (Token::Plus, Some(_)) => Some("`+` cannot stand in `{% … %}`".to_owned()),
            (Token::Comma, Some(word)) if binds || word != "for" => Some("`,` cannot stand in `{% … %}`".to_owned()),
            _ => None,
        };
        if let Some(message) = found {
            return Some((usize::from(span.start_line), message));
        }
    }
    None
}

/// Names that are neither given nor set by the template itself, each with the line where it is first used.
pub(super) fn undefined_names(text: &str, given: &[String]) -> Vec<(usize, String)> {
    let mut known: BTreeSet<String> = given.iter().chain(&WORDS.map(str::to_owned)).cloned().collect();
    let mut found = Vec::new();
    let mut place = Place::Name;
    for (token, span) in tokenize(text, false, SyntaxConfig::default()).flatten() {
        if let (Token::Ident(word), Place::Name | Place::Bound) = (&token, place)
            && !known.contains(*word)
        {
            if place == Place::Name {
                found.push((usize::from(span.start_line), (*word).to_owned()));
            }
            known.insert((*word).to_owned());
        }
        let is_value = matches!(token, Token::Ident("in") | Token::Assign);
        #[allow(clippy::match_same_arms, reason = "the order of the arms decides")]
        let next = match (&token, place) {
            (Token::BlockStart, _) => Place::Statement,
            (Token::Ident("for" | "set"), Place::Statement) => Place::Bound,
            (_, Place::Bound) if !is_value => Place::Bound,
            (Token::Dot | Token::Pipe | Token::Ident("is"), _) | (Token::Ident("not"), Place::Other) => Place::Other,
            _ => Place::Name,
        };
        place = next;
    }
    found
}

/// What an identifier is where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The name of a value.
    Name,
    /// A name that `for` or `set` gives.
    Bound,
    /// What a statement does.
    Statement,
    /// A key, a filter or a test.
    Other,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn undefined(text: &str) -> Vec<(usize, String)> {
        undefined_names(text, &["image".to_owned(), "cmd".to_owned()])
    }

    #[test]
    fn a_name_has_to_be_given_or_set() {
        let text =
            "{% for item in cmd if item.x is not sequence %}{{ item | after(image) }}{{ loop.index }}{% endfor %}";
        assert_eq!(undefined(text), []);
        assert_eq!(undefined("{% set all = cmd or [] %}{{ all[0] ~ true }}{{ {\"a\": none} }}"), []);
        assert_eq!(undefined("{% for key, value in cmd %}{{ key ~ value }}{% endfor %}"), []);
    }

    #[test]
    fn each_name_that_is_not_is_found_once_at_its_line() {
        let text = "image: {{ imge }}\n{% if comand %}\n{{ imge ~ x.image }}\n{% for a in b %}{% endfor %}{% endif %}";
        let found = [(1, "imge"), (2, "comand"), (3, "x"), (4, "b")].map(|(line, name)| (line, name.to_owned()));
        assert_eq!(undefined(text), found);
    }
}
