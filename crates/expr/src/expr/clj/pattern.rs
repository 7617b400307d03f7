//! Regular expressions as Java writes them, with look-around; only place for `fancy_regex`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;

use fancy_regex::{Captures, Regex, RegexBuilder};

use super::trouble::{Outcome, Trouble};

/// Ways that a match may try before it is given up.
const BACKTRACKS: usize = 100_000;
/// Bytes that one compiled expression may take.
const COMPILED: usize = 1 << 20;
/// Expressions that are kept for later programs.
const KEPT: usize = 64;
/// Bytes of an expression.
const LENGTH: usize = 4096;

/// What `\w` means in Java.
const WORD: &str = "a-zA-Z0-9_";
/// What `\s` means in Java.
const BLANK: &str = " \\t\\n\\x0B\\x0C\\r";

/// A regular expression and its source.
pub(super) struct Pattern {
    source: Box<str>,
    compiled: Regex,
}

impl fmt::Debug for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "#{:?}", self.source)
    }
}

/// Where a pattern matched: all of it, then its groups.
pub(super) type Groups = Vec<Option<std::ops::Range<usize>>>;

impl Pattern {
    /// Compiles an expression.
    pub(super) fn new(source: &str) -> Outcome<Self> {
        if source.len() > LENGTH {
            return Err(Trouble::limit(format!("the regular expression is longer than {LENGTH} bytes")));
        }
        if let Some(compiled) = known(source) {
            return Ok(Self { source: source.into(), compiled });
        }
        let built = RegexBuilder::new(&translated(source))
            .backtrack_limit(BACKTRACKS)
            .delegate_size_limit(COMPILED)
            .delegate_dfa_size_limit(COMPILED)
            .max_prog_size(COMPILED / 16)
            .build();
        match built {
            Ok(compiled) => {
                keep(source, &compiled);
                Ok(Self { source: source.into(), compiled })
            }
            Err(error) => {
                let cause = error.to_string();
                let last = cause.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                Err(Trouble::failed(format!("the regular expression cannot be read: {last}")))
            }
        }
    }

    /// As written.
    pub(super) fn source(&self) -> &str {
        &self.source
    }

    /// The first match from a byte on.
    pub(super) fn find(&self, text: &str, from: usize) -> Outcome<Option<Groups>> {
        match self.compiled.captures_from_pos(text, from) {
            Ok(found) => Ok(found.map(|captures| groups(&captures))),
            Err(_) => Err(Trouble::limit("the regular expression tries too many ways on this text".to_owned())),
        }
    }
}

thread_local! {
    /// What earlier programs compiled. Programs of a project do much the same, and compiling takes longer than most of them.
    static KNOWN: RefCell<HashMap<Box<str>, Regex>> = RefCell::default();
}

fn known(source: &str) -> Option<Regex> {
    KNOWN.with_borrow(|known| known.get(source).cloned())
}

fn keep(source: &str, compiled: &Regex) {
    KNOWN.with_borrow_mut(|known| {
        if known.len() < KEPT {
            known.insert(source.into(), compiled.clone());
        }
    });
}

fn groups(captures: &Captures<'_, str>) -> Groups {
    (0..captures.len()).map(|index| captures.get(index).map(|found| found.range())).collect()
}

/// The expression in the dialect of the engine: `\d`, `\w` and `\s` are ASCII in Java, `\Q…\E` quotes, and classes of POSIX
/// have names of their own.
fn translated(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    let mut depth = 0_usize;
    while let Some(letter) = rest.chars().next() {
        let (piece, length) = match letter {
            '\\' => escape(rest, depth > 0),
            '[' => {
                depth += 1;
                let negated = rest[1..].starts_with('^');
                (rest[..=usize::from(negated)].to_owned(), 1 + usize::from(negated))
            }
            ']' if depth > 0 => {
                depth -= 1;
                ("]".to_owned(), 1)
            }
            other => (other.to_string(), other.len_utf8()),
        };
        out.push_str(&piece);
        rest = &rest[length..];
    }
    out
}

/// What an escape at the start of `rest` becomes, and its bytes.
fn escape(rest: &str, in_class: bool) -> (String, usize) {
    let Some(letter) = rest[1..].chars().next() else { return ("\\\\".to_owned(), 1) };
    let set = |inner: &str, negated: bool| match (in_class, negated) {
        (true, false) => inner.to_owned(),
        (_, true) => format!("[^{inner}]"),
        (false, false) => format!("[{inner}]"),
    };
    let piece = match letter {
        'd' => set("0-9", false),
        'D' => set("0-9", true),
        'w' => set(WORD, false),
        'W' => set(WORD, true),
        's' => set(BLANK, false),
        'S' => set(BLANK, true),
        'h' => set(" \\t", false),
        'Z' => "(?=\\n?\\z)".to_owned(),
        'Q' => {
            let inner = rest[2..].split("\\E").next().unwrap_or_default();
            let closed = rest[2 + inner.len()..].starts_with("\\E");
            return (fancy_regex::escape(inner).into_owned(), 2 + inner.len() + if closed { 2 } else { 0 });
        }
        'p' | 'P' => return property(rest, letter == 'P', in_class),
        other => format!("\\{other}"),
    };
    (piece, 1 + letter.len_utf8())
}

/// `\p{Alpha}` and the other classes of POSIX; other properties are known to the engine.
fn property(rest: &str, negated: bool, in_class: bool) -> (String, usize) {
    let inner = rest[2..].strip_prefix('{').and_then(|rest| rest.split_once('}')).map(|(name, _)| name);
    let class = match inner {
        Some("Alpha") => "a-zA-Z",
        Some("Digit") => "0-9",
        Some("Alnum") => "a-zA-Z0-9",
        Some("Lower") => "a-z",
        Some("Upper") => "A-Z",
        Some("Punct") => "!-/:-@\\[-`{-~",
        Some("Space") => " \\t\\n\\x0B\\x0C\\r",
        Some("Blank") => " \\t",
        Some("XDigit") => "0-9a-fA-F",
        Some("ASCII") => "\\x00-\\x7F",
        _ => return (rest[..2].to_owned(), 2),
    };
    let piece = match (in_class, negated) {
        (true, false) => class.to_owned(),
        (_, true) => format!("[^{class}]"),
        (false, false) => format!("[{class}]"),
    };
    (piece, 4 + inner.map_or(0, str::len))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn java_and_the_engine_mean_the_same() {
        let table = [
            (r"^(?!https?://)", "http://x", None),
            (r"^(?!https?://)", "x", Some(0..0)),
            (r"\d+", "a١12", Some(3..5)),
            (r"[\w-]+", "é ab-c", Some(3..7)),
            (r"[^\w\s]", "a b-", Some(3..4)),
            (r"\Q.*\E", "a.*", Some(1..3)),
            (r"\p{Punct}+", "a-]b", Some(1..3)),
            (r"(a+)+b", "xaab", Some(1..4)),
            (r"x\Z", "x\n", Some(0..1)),
            (r"[^A-Za-z0-9-]*$", "svc!!", Some(3..5)),
            (r"[]a]", "]", Some(0..1)),
        ];
        for (pattern, text, expected) in table {
            let Ok(compiled) = Pattern::new(pattern) else { panic!("{pattern}") };
            let found = compiled.find(text, 0).unwrap().map(|groups| groups[0].clone().unwrap());
            assert_eq!(found, expected, "{pattern} in {text:?}");
        }
    }

    #[test]
    fn hostile_patterns_end_in_a_fault() {
        for pattern in [
            "(".repeat(2000),
            "(?:a{1000}){1000}".to_owned(),
            "[".repeat(3000),
            "a{999999999}".to_owned(),
            "\\".to_owned(),
            "\\p{".to_owned(),
            "(?<=a*)b".repeat(100),
        ] {
            let _ = Pattern::new(&pattern).map(|pattern| pattern.find("aaaa", 0));
        }
        let slow = Pattern::new(r"(?=(a|aa)+$)(a|aa)+\1c").unwrap();
        assert!(slow.find(&"a".repeat(200), 0).is_err());
    }
}
