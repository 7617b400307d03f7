//! Names and texts that no engine and no program can take, found before one is asked.

use super::program::{Container, MountSource, Variable, Volume};
use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::source::{Span, is_unseen, letter_in_words};
use crate::value::{Segment, Text};

declare_rule! {
    /// a name or text that cannot reach a program
    ///
    /// A variable's name ends at its first `=`, so it can hold none; a blank or a character that nobody sees in it makes
    /// another variable than the one that the program reads. No text that a program is started with can hold a NUL.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", env: [{name: "MODE ", value: fast}]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", env: [{name: MODE, value: fast}]}
    /// ```
    pub static IMPOSSIBLE_NAME = { name: "impossible-name", code: "PT142", level: Error, precision: VeryHigh };
}

/// Reports every name and text of a container that cannot reach its program.
pub(super) fn report_impossible(container: &Container, volumes: &[Volume], diagnostics: &mut Diagnostics) {
    for variable in &container.environment {
        report_variable(variable, diagnostics);
    }
    for (word, span) in container.words() {
        report_nul(word, span, "a command", diagnostics);
    }
    let paths = container.mounts.iter().map(|mount| (&mount.path.value, mount.path.span, "a path"));
    let hosts = container.mounts.iter().filter_map(|mount| match &mount.source {
        MountSource::Host { path } | MountSource::Repo { path } => Some((&path.value, path.span, "a path")),
        MountSource::Content { .. } | MountSource::Volume { .. } => None,
    });
    let names = volumes.iter().map(|volume| (&volume.id.value, volume.id.span, "the id of a volume"));
    let own = [
        (&container.id.value, container.id.span, "the id of a container"),
        (&container.image.value, container.image.span, "the name of an image"),
    ];
    for (text, span, what) in paths.chain(hosts).chain(names).chain(own) {
        if text.contains(char::is_control) {
            let name = shown(text);
            let message = format!("{what} cannot hold {}: {name}", named(text, char::is_control));
            diagnostics.report(&IMPOSSIBLE_NAME, span, message).help("take the character out");
        }
    }
    let named = volumes.iter().map(|volume| (&volume.id, "the id of a volume"));
    for (id, what) in named.chain([(&container.id, "the id of a container")]) {
        if id.value.trim().is_empty() && !id.value.contains(char::is_control) {
            diagnostics
                .report(&IMPOSSIBLE_NAME, id.span, format!("{what} is empty"))
                .help("write a name of letters, digits and `-`");
        }
    }
}

fn report_variable(variable: &Variable, diagnostics: &mut Diagnostics) {
    let (name, span) = (variable.name.value.as_str(), variable.name.span);
    let refused = |letter: char| letter == '=' || letter.is_whitespace() || letter.is_control() || is_unseen(letter);
    if name.is_empty() {
        diagnostics
            .report(&IMPOSSIBLE_NAME, span, "a variable has no name")
            .help("write its name, such as `{name: PORT, value: 3000}`, or remove the entry");
    } else if name.contains(refused) {
        let message = format!("the name of a variable cannot hold {}: {}", named(name, refused), shown(name));
        let kept = meant(name, refused);
        let report = diagnostics.report(&IMPOSSIBLE_NAME, span, message);
        match name.split_once('=') {
            Some((before, after)) if !before.is_empty() && !before.contains(refused) && !after.is_empty() => {
                report.help(format!("write `{before}` as its name, and what follows the `=` as its `value`"))
            }
            _ if kept.is_empty() => report.help("write a name of letters, digits and `_`"),
            _ => report.help(format!("write `{kept}`")),
        };
    }
    report_nul(&variable.value, variable.span, "the value of a variable", diagnostics);
}

/// Content of secrets is not known here: what starts a program looks at it.
fn report_nul(text: &Text, span: Span, what: &str, diagnostics: &mut Diagnostics) {
    let has_nul = text.segments().iter().any(|segment| match segment {
        Segment::Literal(text) | Segment::Value { content: Some(text), .. } => text.contains('\0'),
        Segment::Value { content: None, .. } | Segment::Secret { .. } => false,
    });
    if has_nul {
        diagnostics
            .report(&IMPOSSIBLE_NAME, span, format!("{what} cannot hold a NUL (U+0000): it would end there"))
            .help("take the character out; for bytes that are no text mount a file");
    }
}

/// The first character that is refused, in words.
fn named(text: &str, refused: impl Fn(char) -> bool) -> String {
    text.chars().find(|letter| refused(*letter)).map_or_else(|| "this".to_owned(), letter_in_words)
}

/// A name in quotes. What follows a `=` may be a secret.
fn shown(name: &str) -> String {
    let (before, rest) = name.split_once('=').map_or((name, ""), |(before, _)| (before, "=…"));
    format!("`{before}{rest}`")
}

/// The name that was probably meant: blanks inside as `_`, everything else that is refused left out.
fn meant(name: &str, refused: impl Fn(char) -> bool) -> String {
    let letter = |letter: char| if letter == ' ' { Some('_') } else { (!refused(letter)).then_some(letter) };
    name.trim().chars().filter_map(letter).collect()
}
