//! `cmd` and `entrypoint`: a list of words, or one text that is split into words as a shell does (but no shell runs it).

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::source::Span;
use crate::value::{Data, Segment, Text, Value};

declare_rule! {
    /// a command whose quotes are not closed
    ///
    /// A command that is one text is split into words as a shell does. With an open quote there is no saying where a word ends.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - {id: api, module: polytope/container, args: {image: "busybox:1.36", cmd: "echo 'hello"}}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - {id: api, module: polytope/container, args: {image: "busybox:1.36", cmd: "echo 'hello'"}}
    /// ```
    pub static BAD_COMMAND = { name: "bad-command", code: "PT135", level: Error, precision: VeryHigh };
}

/// Marks the places of values and secrets while the text around them is split.
const OPEN: char = '\u{F0001}';
const CLOSE: char = '\u{F0002}';

/// The words of a command, each at its place; `None` when it is a hole.
pub(super) fn command(value: &Value, what: &str, diagnostics: &mut Diagnostics) -> Option<Vec<(Text, Span)>> {
    if let Data::List(items) = &value.data {
        // A nil item is dropped.
        let words = items.iter().filter(|item| !item.is_null());
        return words.map(|item| Some((item.to_text()?, item.span))).collect();
    }
    let text = value.to_text()?;
    let words = split(&text);
    if words.is_none() {
        diagnostics
            .report(&BAD_COMMAND, value.span, format!("a quote in `{what}` is not closed"))
            .help("close it, or write the command as a list: `[sh, -c, \"…\"]`");
    }
    Some(words?.into_iter().map(|word| (word, value.span)).collect())
}

fn split(text: &Text) -> Option<Vec<Text>> {
    let mut marked = String::new();
    for (index, segment) in text.segments().iter().enumerate() {
        match segment {
            Segment::Literal(literal) => marked.push_str(literal),
            _ => marked.extend([OPEN.to_string(), index.to_string(), CLOSE.to_string()]),
        }
    }
    Some(shlex::split(&marked)?.iter().map(|word| restore(word, text)).collect())
}

fn restore(word: &str, whole: &Text) -> Text {
    let mut text = Text::default();
    let mut rest = word;
    while let Some((before, after)) = rest.split_once(OPEN) {
        text.push(Segment::Literal(before.to_owned()));
        let (index, after) = after.split_once(CLOSE).unwrap_or((after, ""));
        if let Some(segment) = index.parse::<usize>().ok().and_then(|index| whole.segments().get(index)) {
            text.push(segment.clone());
        }
        rest = after;
    }
    text.push(Segment::Literal(rest.to_owned()));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_words_as_a_shell_and_keeps_secrets_whole() {
        let mut text = Text::literal("login --password=");
        text.push(Segment::secret("pw".to_owned()));
        text.push(Segment::Literal(" 'two words'".to_owned()));
        let words = split(&text).map(|words| words.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(words, Some(vec!["login".into(), "--password=<secret:pw>".into(), "two words".into()]));
        assert_eq!(split(&Text::literal("echo 'open")), None);
    }
}
