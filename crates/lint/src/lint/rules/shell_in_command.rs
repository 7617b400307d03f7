//! `shell-in-command`: a command that only a shell understands, where none reads it.

use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix, Safety};
use crate::expand::Container;
use crate::expr::{Expression, parse};
use crate::lint::{Lint, Scene};
use crate::source::Span;
use crate::value::Text;

declare_rule! {
    /// a command is written for a shell, and no shell reads it
    ///
    /// A command that is one text is split into words, and the first of them is started with the rest: `&&`, `|`, `>`,
    /// `$HOME` and `cd` mean nothing to it and reach the program as they stand. `[sh, -c, "…"]` lets a shell read the text.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - {id: api, module: polytope/container, args: {image: "busybox:1.36", cmd: "cd /srv && ls"}}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - {id: api, module: polytope/container, args: {image: "busybox:1.36", cmd: [sh, -c, "cd /srv && ls"]}}
    /// ```
    pub static SHELL_IN_COMMAND = {
        name: "shell-in-command", code: "PT144", level: Warning, precision: High,
        tags: ["command"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &SHELL_IN_COMMAND, check };

/// Words that a shell does itself: no file of that name is there to be started.
const BUILTINS: [&str; 7] = ["cd", "source", ".", "export", "set", "eval", "ulimit"];

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for container in scene.containers().filter(|container| !runs_a_shell(container)) {
        report_single(scene, container, diagnostics);
        let mut seen: Option<Span> = None;
        for (_, span) in container.words() {
            if seen == Some(span) {
                continue;
            }
            seen = Some(span);
            let Some(text) = scene.scalar_at(span) else { continue };
            if !matches!(parse(&text), Expression::Literal | Expression::Interpolated(_)) {
                continue;
            }
            let words = container.words().filter(|(_, other)| *other == span).count();
            let Some(what) = shell_syntax(&text).filter(|_| words > 1) else { continue };
            diagnostics
                .report(
                    &SHELL_IN_COMMAND,
                    span,
                    format!("no shell reads this command: {what} reaches the program as text"),
                )
                .help("let a shell read it: `[sh, -c, \"…\"]`")
                .maybe_fix(scene.in_shell(span).map(|edit| Fix::new(Safety::Unsafe, "let a shell read it").edit(edit)));
        }
    }
}

/// A list of one text with blanks in it: the whole of it would have to be the name of a program.
fn report_single(scene: &Scene<'_>, container: &Container, diagnostics: &mut Diagnostics) {
    let mut words = container.words();
    let (Some((word, span)), None) = (words.next(), words.next()) else { return };
    let Some(text) = word.as_literal().filter(|_| span != container.call && container.entrypoint.is_none()) else {
        return;
    };
    let is_path = text.starts_with('/') || text.starts_with("./");
    if !text.trim().contains(char::is_whitespace) || is_path || scene.sources.text(span).is_empty() {
        return;
    }
    let syntax = shell_syntax(text).is_some();
    let first = text.split_whitespace().next().unwrap_or_default();
    let (help, title) = if syntax {
        ("let a shell read it: `[sh, -c, \"…\"]`".to_owned(), "let a shell read it")
    } else {
        (
            format!("write each word by itself: `[{first}, …]`; or let a shell read it: `[sh, -c, \"…\"]`"),
            "let a shell read it",
        )
    };
    diagnostics
        .report(&SHELL_IN_COMMAND, span, "a program of this whole name is started: a list has one word an item")
        .help(help)
        .maybe_fix(scene.before_item(span, "sh, -c, ").map(|edit| Fix::new(Safety::Unsafe, title).edit(edit)));
}

/// Whether its entrypoint hands the command to a shell.
pub(super) fn runs_a_shell(container: &Container) -> bool {
    let literal = |word: &Text| word.as_literal().map(str::to_owned).unwrap_or_default();
    let words: Vec<String> = container.entrypoint.iter().flatten().map(literal).collect();
    words.first().is_some_and(|first| is_shell(first))
        && words.iter().any(|word| word.starts_with('-') && !word.starts_with("--") && word.ends_with('c'))
}

/// Whether a word starts a shell.
pub(super) fn is_shell(word: &str) -> bool {
    matches!(word.rsplit('/').next(), Some("sh" | "ash" | "bash" | "dash" | "fish" | "ksh" | "zsh"))
}

/// The first thing in a text that means something to a shell alone.
fn shell_syntax(text: &str) -> Option<&'static str> {
    let first = text.split_whitespace().next().unwrap_or_default();
    if BUILTINS.contains(&first) {
        return Some("what a shell does itself");
    }
    if first.split_once('=').is_some_and(|(name, _)| is_name(name)) {
        return Some("a variable before the command");
    }
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut open = lines.next().is_some_and(|line| line.ends_with('\\'));
    let quoted = text.contains(['"', '\'']);
    for line in lines {
        if !open && !quoted && !line.starts_with('-') {
            return Some("a second line");
        }
        open = line.ends_with('\\');
    }
    unquoted(text)
}

/// Operators, variables and patterns that stand outside of quotes.
fn unquoted(text: &str) -> Option<&'static str> {
    let mut quote = None;
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        let rest = &text[at + letter.len_utf8()..];
        match letter {
            '\\' if quote != Some('\'') => drop(letters.next()),
            '\'' | '"' if quote.is_none() => quote = Some(letter),
            _ if quote == Some(letter) => quote = None,
            '$' if quote != Some('\'') && is_variable(rest) => return Some("a variable"),
            '`' if quote != Some('\'') => return Some("a command in backquotes"),
            _ if quote.is_some() => {}
            '|' | ';' | '&' | '>' | '<' if stands_alone(&text[..at], letter, rest) => return Some("an operator"),
            '*' if is_pattern(&text[..at], rest) => return Some("a pattern of file names"),
            '~' if text[..at].ends_with(char::is_whitespace) && rest.starts_with('/') => return Some("`~`"),
            _ => {}
        }
    }
    None
}

/// `*.sql`, `dist/*`: a star in a word that is a path.
fn is_pattern(before: &str, rest: &str) -> bool {
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    let ends = rest.is_empty() || rest.starts_with(char::is_whitespace);
    let suffix = rest.strip_prefix('.').is_some_and(|it| it.starts_with(|next: char| next.is_ascii_alphabetic()));
    !word.contains(['=', ':']) && (suffix || word.ends_with('/') && ends)
}

fn is_variable(rest: &str) -> bool {
    rest.starts_with(|next: char| next.is_ascii_alphabetic() || "_{(".contains(next))
}

/// An operator between blanks, or `;` behind a word; `&` in the query of a URL and `a|b` are none.
fn stands_alone(before: &str, operator: char, rest: &str) -> bool {
    let blank_before = before.ends_with(char::is_whitespace);
    let run = before.ends_with([operator, '2', '1']) && before.trim_end_matches([operator, '2', '1']).ends_with(' ');
    let blank_after = rest.starts_with(char::is_whitespace) || rest.is_empty();
    let twice = rest.starts_with(operator) && rest[1..].starts_with(char::is_whitespace);
    match operator {
        ';' => blank_after && !before.is_empty(),
        _ => (blank_before && (blank_after || twice)) || (run && blank_after),
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_only_a_shell_understands() {
        for text in [
            "cd /x && ls",
            "echo $HOME",
            "FOO=1 ./run",
            "./run > out.log",
            "./run || true",
            "a | b",
            "a; b",
            "ls ~/x",
            "echo `date`",
            "echo $(date)",
            "set -e\n./migrate\n./serve",
            "./a\n./b",
            "run 2> log",
            "echo \"$HOME\"",
        ] {
            assert!(shell_syntax(text).is_some(), "{text}");
        }
    }

    #[test]
    fn leaves_words_alone_that_mean_themselves() {
        for text in [
            "sh -c 'cd /x && ls'",
            "run --url=http://a/?b=1&c=2",
            "awk -F '|' x",
            "a --price 5$",
            "run a|b",
            "serve\n  --port 1\n  --host a",
            "serve \\\n run",
            "echo '$HOME'",
            "run --env=A=b",
            "{pt.param cmd} x",
            "a -p <x>",
        ] {
            assert_eq!(shell_syntax(text), None, "{text}");
        }
    }
}
