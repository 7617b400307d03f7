//! Finds references in the text of a scalar: `pt.param x`, `#pt-secret x`, `"http://{pt.value host}"`.

use std::ops::Range;

use crate::value::Encoding;

/// What a reference names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferenceKind {
    /// A parameter of the module or template.
    Param,
    /// A value of the project.
    Value,
    /// A secret of the project.
    Secret,
}

impl ReferenceKind {
    /// The word after `pt.`.
    pub fn word(self) -> &'static str {
        match self {
            ReferenceKind::Param => "param",
            ReferenceKind::Value => "value",
            ReferenceKind::Secret => "secret",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        match word {
            // Tools call their parameters inputs.
            "param" | "input" => Some(ReferenceKind::Param),
            "value" => Some(ReferenceKind::Value),
            "secret" => Some(ReferenceKind::Secret),
            _ => None,
        }
    }
}

/// A reference and where its name stands in the scalar's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// What kind of thing it names.
    pub kind: ReferenceKind,
    /// The name.
    pub name: String,
    /// Bytes of the name in the text.
    pub name_range: Range<usize>,
    /// How its content is written here: `url` in `pt.secret p | url`.
    pub encoding: Encoding,
}

/// What an earlier step gave, or a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The step.
    pub step: String,
    /// Keys and indices into its output, such as `domains`, `0`, `domain`; empty for all of it.
    pub path: Vec<String>,
    /// Bytes of the step's name in the text.
    pub step_range: Range<usize>,
}

/// A language that programs are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// `#pt-js` or `pt.js`.
    JavaScript,
    /// `#pt-clj` or `pt.clj`.
    Clojure,
}

impl Language {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Language::JavaScript => "JavaScript",
            Language::Clojure => "Clojure",
        }
    }
}

/// A piece of an interpolated string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Characters.
    Literal(Range<usize>),
    /// A reference in braces.
    Reference(Reference),
}

/// What the text of a scalar is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// Just text.
    Literal,
    /// One reference and nothing else: it keeps its type.
    Whole(Reference),
    /// Text with references in braces.
    Interpolated(Vec<Part>),
    /// A program, whose text begins behind the marker at this byte.
    Code(Language, usize),
    /// `#pt-output step path`: what an earlier step gave.
    Output(Output),
    /// Something that begins as a reference and is none: where, and why.
    Malformed {
        /// Bytes of the text that are wrong.
        range: Range<usize>,
        /// What is wrong.
        problem: String,
        /// What to type.
        help: String,
    },
}

/// Reads the text of a scalar.
pub fn parse(text: &str) -> Expression {
    match text.strip_prefix("pt.").or_else(|| text.strip_prefix("#pt-")) {
        Some(rest) => whole(text, rest),
        None if text.contains("{pt.") => interpolated(text),
        None => Expression::Literal,
    }
}

/// `rest` is what follows `pt.` or `#pt-` at the start of `text`.
fn whole(text: &str, rest: &str) -> Expression {
    let word_end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-').unwrap_or(rest.len());
    let (word, tail) = rest.split_at(word_end);
    let opens_word = tail.is_empty() || tail.starts_with(|letter: char| letter.is_whitespace() || letter == '(');
    match word {
        "js" if opens_word => return Expression::Code(Language::JavaScript, text.len() - tail.len()),
        "clj" if opens_word => return Expression::Code(Language::Clojure, text.len() - tail.len()),
        "output" if opens_word && !tail.trim().is_empty() => return output(text, tail),
        // `pt.example.com` and the like are only text.
        _ if !opens_word || tail.starts_with('(') => return Expression::Literal,
        _ => {}
    }
    let Some(kind) = ReferenceKind::from_word(word) else { return unknown_word(text, word, tail) };
    let (name, encoding) = split_encoding(tail);
    let start = text.len() - tail.trim_start().len();
    if name.is_empty() {
        return Expression::Malformed {
            range: 0..text.len(),
            problem: format!("`{}` names no {}", text.trim_end(), kind.word()),
            help: format!("write the name behind it: `pt.{} name`", kind.word()),
        };
    }
    if !is_name(name) {
        return Expression::Malformed {
            range: start..start + tail.trim().len(),
            problem: format!("`{}` is no name of a {}", tail.trim(), kind.word()),
            help: format!("to use it inside of text, put it in braces: \"… {{pt.{} name}} …\"", kind.word()),
        };
    }
    match read_encoding(encoding, text) {
        Ok(encoding) => {
            let name_range = start..start + name.len();
            Expression::Whole(Reference { kind, name: name.to_owned(), name_range, encoding })
        }
        Err(malformed) => malformed,
    }
}

/// Name and, behind `|`, the word of an encoding.
fn split_encoding(written: &str) -> (&str, Option<&str>) {
    match written.split_once('|') {
        Some((name, encoding)) => (name.trim(), Some(encoding)),
        None => (written.trim(), None),
    }
}

/// The encoding that `written`, a part of `text`, names.
fn read_encoding(written: Option<&str>, text: &str) -> Result<Encoding, Expression> {
    let Some(written) = written else { return Ok(Encoding::Plain) };
    let word = written.trim();
    if let Some(encoding) = Encoding::from_word(word) {
        return Ok(encoding);
    }
    let words: Vec<&str> = Encoding::WRITTEN.into_iter().filter_map(Encoding::word).collect();
    let known = crate::diagnostic::one_of(words.iter().copied());
    let before = written.len() - written.trim_start().len();
    // `written` is a slice of `text`: its place is the distance of their beginnings.
    let start = written.as_ptr() as usize - text.as_ptr() as usize + if word.is_empty() { 0 } else { before };
    let (problem, help) = if word.is_empty() {
        ("no encoding stands behind `|`".to_owned(), format!("write {known} behind it, or leave `|` out"))
    } else if word.contains('|') {
        ("a reference has one encoding".to_owned(), format!("write one of {known}"))
    } else {
        let near = crate::diagnostic::did_you_mean(word, words.iter().copied());
        let help = near.map_or_else(|| format!("write {known}"), |near| format!("did you mean `| {near}`?"));
        (format!("there is no encoding `{word}`"), help)
    };
    Err(Expression::Malformed { range: start..start + word.len().max(1).min(text.len() - start), problem, help })
}

/// `step`, or `step domains[0].domain`.
fn output(text: &str, tail: &str) -> Expression {
    let mut words = tail.split_whitespace();
    let (step, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let start = text.len() - tail.trim_start().len();
    if !is_name(step) || words.next().is_some() {
        return Expression::Malformed {
            range: start..text.len(),
            problem: format!("`{}` names no output of a step", tail.trim()),
            help: "write the step and what of its output: `pt.output step path[0].key`".to_owned(),
        };
    }
    let path = path.split(['.', '[', ']']).filter(|part| !part.is_empty()).map(str::to_owned).collect();
    Expression::Output(Output { step: step.to_owned(), path, step_range: start..start + step.len() })
}

fn unknown_word(text: &str, word: &str, tail: &str) -> Expression {
    let near = crate::diagnostic::did_you_mean(word, ["param", "input", "value", "secret"]);
    match near {
        Some(near) if is_name(tail.trim()) => Expression::Malformed {
            range: 0..text.len(),
            problem: format!("there is no reference `pt.{word}`"),
            help: format!("did you mean `pt.{near} {}`?", tail.trim()),
        },
        _ => Expression::Literal,
    }
}

/// Only `{pt.kind name}` is a reference; every other brace stays as it is.
fn interpolated(text: &str) -> Expression {
    let mut parts = Vec::new();
    let mut literal_start = 0;
    let mut from = 0;
    while let Some(found) = text[from..].find("{pt.") {
        let open = from + found;
        let Some(close) = text[open..].find('}').map(|offset| open + offset) else {
            return unclosed(text, open);
        };
        let inner = &text[open + "{pt.".len()..close];
        from = close + 1;
        let (word, name) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
        let whole = name;
        let (name, encoding) = split_encoding(whole);
        let Some(kind) = ReferenceKind::from_word(word) else {
            if let Some(near) = crate::diagnostic::did_you_mean(word, ["param", "input", "value", "secret"])
                && is_name(name)
            {
                return Expression::Malformed {
                    range: open..close + 1,
                    problem: format!("there is no reference `pt.{word}`"),
                    help: format!("did you mean `{{pt.{near} {name}}}`?"),
                };
            }
            continue;
        };
        if !is_name(name) {
            return Expression::Malformed {
                range: open..close + 1,
                problem: format!("`{{pt.{inner}}}` is no reference"),
                help: format!("write one name between the braces: `{{pt.{word} name}}`"),
            };
        }
        if literal_start < open {
            parts.push(Part::Literal(literal_start..open));
        }
        let encoding = match read_encoding(encoding, text) {
            Ok(encoding) => encoding,
            Err(malformed) => return malformed,
        };
        let start = close - whole.trim_start().len();
        let name_range = start..start + name.len();
        parts.push(Part::Reference(Reference { kind, name: name.to_owned(), name_range, encoding }));
        literal_start = close + 1;
    }
    if parts.is_empty() {
        return Expression::Literal;
    }
    if literal_start < text.len() {
        parts.push(Part::Literal(literal_start..text.len()));
    }
    Expression::Interpolated(parts)
}

fn unclosed(text: &str, open: usize) -> Expression {
    let end = text[open..].find('\n').map_or(text.len(), |offset| open + offset);
    let looks =
        ["param ", "input ", "value ", "secret "].iter().any(|word| text[open + "{pt.".len()..].starts_with(word));
    if !looks {
        return Expression::Literal;
    }
    Expression::Malformed {
        range: open..end,
        problem: "the brace of this reference is not closed".to_owned(),
        help: "close it: `{pt.value name}`".to_owned(),
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_ascii_alphanumeric() || letter == '_')
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(kind: ReferenceKind, name: &str, start: usize) -> Reference {
        let name_range = start..start + name.len();
        Reference { kind, name: name.to_owned(), name_range, encoding: Encoding::Plain }
    }

    #[test]
    fn a_reference_says_how_its_content_is_written() {
        for (text, start) in [("pt.secret p | url", 10), ("#pt-secret p|url ", 11)] {
            let expected = Reference { encoding: Encoding::Url, ..reference(ReferenceKind::Secret, "p", start) };
            assert_eq!(parse(text), Expression::Whole(expected), "{text}");
        }
        let Expression::Interpolated(parts) = parse("Basic {pt.value  p  |  base64 }") else { panic!("interpolated") };
        let expected = Reference { encoding: Encoding::Base64, ..reference(ReferenceKind::Value, "p", 17) };
        assert_eq!(parts[1], Part::Reference(expected));
    }

    #[test]
    fn the_place_of_a_wrong_encoding_is_its_word() {
        for (text, expected) in [
            ("pt.secret p | urll", "urll"),
            ("x {pt.secret p | hex} y", "hex"),
            ("x {pt.secret p |}", "}"),
            ("pt.secret p | url | base64", "url | base64"),
        ] {
            let Expression::Malformed { range, problem, .. } = parse(text) else {
                panic!("{text} should be malformed")
            };
            assert_eq!(&text[range], expected, "{text}: {problem}");
        }
        let Expression::Malformed { range, .. } = parse("pt.secret p |") else { panic!("malformed") };
        assert_eq!(range, 13..13);
    }

    #[test]
    fn reads_both_spellings_of_a_whole_reference() {
        for text in ["pt.param port", "#pt-param port"] {
            assert_eq!(parse(text), Expression::Whole(reference(ReferenceKind::Param, "port", text.len() - 4)));
        }
        assert_eq!(parse("pt.secret api_key"), Expression::Whole(reference(ReferenceKind::Secret, "api_key", 10)));
    }

    #[test]
    fn finds_references_in_braces_and_leaves_other_braces_alone() {
        let text = "http://{pt.value host}:{pt.value port}/${/id}";
        let Expression::Interpolated(parts) = parse(text) else { panic!("interpolated") };
        assert_eq!(parts.len(), 5);
        assert_eq!(parts[1], Part::Reference(reference(ReferenceKind::Value, "host", 17)));
        assert_eq!(parts[4], Part::Literal(38..text.len()));
        assert_eq!(parse("f\"{name}\" ${/id} {pt.other}"), Expression::Literal);
    }

    #[test]
    fn tells_what_is_wrong_with_half_a_reference() {
        for (text, expected) in [
            ("pt.secret", "names no secret"),
            ("pt.secret a b", "is no name"),
            ("{pt.params language}", "no reference `pt.params`"),
            ("x {pt.value }", "is no reference"),
            ("x {pt.value a", "not closed"),
            ("pt.secrets key", "no reference `pt.secrets`"),
        ] {
            let Expression::Malformed { problem, .. } = parse(text) else { panic!("{text} should be malformed") };
            assert!(problem.contains(expected), "{text}: {problem}");
        }
    }

    #[test]
    fn tells_code_from_text_and_host_names_literal() {
        assert_eq!(parse("#pt-js params.a"), Expression::Code(Language::JavaScript, 6));
        assert_eq!(parse("pt.clj\n(:a params)"), Expression::Code(Language::Clojure, 6));
        assert_eq!(parse("#pt-clj(:a params)"), Expression::Code(Language::Clojure, 7));
        assert_eq!(parse("pt.example.com"), Expression::Literal);
    }
}
