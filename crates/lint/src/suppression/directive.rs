//! One comment to what it says.

use jiff::civil::Date;

use crate::diagnostic::did_you_mean;
use crate::source::{Span, Spanned};

/// A comment that leaves rules alone.
#[derive(Debug)]
pub(super) struct Directive {
    /// The whole comment.
    pub(super) comment: Span,
    /// Names or codes of rules, as written.
    pub(super) names: Vec<Spanned<String>>,
    /// What stands between the brackets.
    pub(super) list: Span,
    /// Why.
    pub(super) reason: Option<String>,
    /// The last day on which it counts.
    pub(super) until: Option<Spanned<Date>>,
    /// Whether it is about the whole file.
    pub(super) whole_file: bool,
}

/// Why a comment that means to leave rules alone does not.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) span: Span,
    pub(super) message: String,
    pub(super) help: String,
}

const EXAMPLE: &str = "name the rules: `# pt: ignore[mutable-image] reason`";

/// Reads the text of a comment, its `#` included; `None` for one that says something else.
pub(super) fn read(comment: Span, raw: &str) -> Option<Result<Directive, Refused>> {
    let said = raw.trim_start_matches(['#', ';', ' ', '\t']).strip_prefix("pt:")?.trim_start();
    let word_length = said.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-').unwrap_or(said.len());
    let (word, after) = said.split_at(word_length);
    let refused = |message: String, help: String| Some(Err(Refused { span: comment, message, help }));
    let list = after.trim_start();
    let whole_file = match word {
        "ignore" => false,
        "ignore-file" => true,
        _ => {
            let near = did_you_mean(word, ["ignore", "ignore-file"]).filter(|_| list.starts_with('['))?;
            return refused(
                format!("`{word}` is nothing that a comment can say"),
                format!("did you mean `# pt: {near}[…]`?"),
            );
        }
    };
    let Some(inside) = list.strip_prefix('[') else {
        return refused(format!("`{word}` does not say which rules it is about"), EXAMPLE.to_owned());
    };
    let Some((inside, reason)) = inside.split_once(']') else {
        return refused("the bracket is not closed".to_owned(), EXAMPLE.to_owned());
    };
    // Every part is a slice of `raw`: its place is where it begins there.
    let at = |part: &str| {
        let start = part.as_ptr() as usize - raw.as_ptr() as usize;
        comment.slice(start, start + part.len())
    };
    let names = inside.split(',').map(str::trim).filter(|name| !name.is_empty());
    let names: Vec<Spanned<String>> = names.map(|name| Spanned::new(name.to_owned(), at(name))).collect();
    if names.is_empty() {
        return refused(format!("`{word}` does not say which rules it is about"), EXAMPLE.to_owned());
    }
    let reason = reason.trim();
    let (reason, until) = match ending(reason) {
        None => (reason, None),
        Some((reason, written)) => match written.parse::<Date>() {
            Ok(date) => (reason, Some(Spanned::new(date, at(written)))),
            Err(_) => {
                return Some(Err(Refused {
                    span: at(written),
                    message: format!("`{written}` is no day"),
                    help: "write year, month and day: `until 2027-01-31`".to_owned(),
                }));
            }
        },
    };
    let reason = (!reason.is_empty()).then(|| reason.to_owned());
    Some(Ok(Directive { comment, names, list: at(inside), reason, until, whole_file }))
}

/// `reason until 2027-01-31` in its two parts; only what begins with a digit is meant as a day.
fn ending(text: &str) -> Option<(&str, &str)> {
    let (before, day) = text.rsplit_once(char::is_whitespace).unwrap_or(("", text));
    let reason = before.trim_end();
    let rest = reason.strip_suffix("until")?;
    let is_word = rest.is_empty() || rest.ends_with(char::is_whitespace);
    (is_word && day.starts_with(|letter: char| letter.is_ascii_digit())).then(|| (rest.trim_end(), day))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn read_text(raw: &str) -> Option<Result<Directive, Refused>> {
        read(Span::new(FileId(0), 10, 10 + raw.len()), raw)
    }

    #[test]
    fn names_a_reason_and_a_day() {
        let read = read_text("# pt: ignore[mutable-image, PT201] tested weekly until 2027-01-31").unwrap().unwrap();
        let names: Vec<&str> = read.names.iter().map(|name| name.value.as_str()).collect();
        assert_eq!(names, ["mutable-image", "PT201"]);
        assert_eq!((read.names[1].span.start, read.names[1].span.end), (38, 43));
        assert_eq!(read.reason.as_deref(), Some("tested weekly"));
        assert_eq!(read.until.unwrap().value.to_string(), "2027-01-31");
        assert!(!read.whole_file);
    }

    #[test]
    fn a_sentence_with_until_is_only_a_reason() {
        let read = read_text("#pt:ignore[x] we wait until the upgrade").unwrap().unwrap();
        assert_eq!(read.reason.as_deref(), Some("we wait until the upgrade"));
        assert!(read.until.is_none());
        let read = read_text(";; pt: ignore-file[x] until 2027-01-31").unwrap().unwrap();
        assert_eq!((read.reason, read.whole_file), (None, true));
        assert!(read.until.is_some());
    }

    #[test]
    fn what_names_no_rule_is_refused() {
        let message = |raw: &str| read_text(raw).unwrap().unwrap_err().message;
        assert_eq!(message("# pt: ignore"), "`ignore` does not say which rules it is about");
        assert_eq!(message("# pt: ignore everything"), "`ignore` does not say which rules it is about");
        assert_eq!(message("# pt: ignore[ , ] x"), "`ignore` does not say which rules it is about");
        assert_eq!(message("# pt: ignore[x"), "the bracket is not closed");
        assert_eq!(message("# pt: ignroe[x] y"), "`ignroe` is nothing that a comment can say");
        assert_eq!(message("# pt: ignore[x] y until 2027-13-31"), "`2027-13-31` is no day");
    }

    #[test]
    fn other_comments_say_nothing() {
        for other in ["# ignore[x]", "# pt: run stack", "# see pt: ignore[x]", "# pt", "#"] {
            assert!(read_text(other).is_none(), "{other}");
        }
    }
}
