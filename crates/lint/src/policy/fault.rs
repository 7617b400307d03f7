//! What is wrong with a policy itself: where the interpreter points, and its words.

use crate::diagnostic::{Diagnostic, Label, Level, Precision, Rule};
use crate::source::{FileId, Sources, Span};

/// A policy that cannot be read, or that cannot be asked.
///
/// No rule of the language: no `polytope.yml` raises it, so it is not in the list of rules.
pub static POLICY_FAULT: Rule = Rule {
    name: "policy-fault",
    code: "policy-fault",
    level: Level::Error,
    precision: Precision::VeryHigh,
    severity: None,
    conceals: false,
    tags: &["policy"],
    anchors: &[],
    since: env!("CARGO_PKG_VERSION"),
    docs: "a policy cannot be read or asked\n\nThe file is not good Rego, asks for a function that there is not, takes too long, or \
           says something that is neither a text nor an object with a `msg`. What it would have found is not found.\n",
};

/// The label under which the interpreter knows a file: its number, which no message can be confused by.
pub(super) fn label(file: FileId) -> String {
    format!("policy-{}", file.0)
}

/// A fault of a policy; `otherwise` is where it is told when the interpreter does not say where.
pub(super) fn fault(error: &str, otherwise: Span, sources: &Sources) -> Diagnostic {
    let message = message(error);
    let span = place(error, sources).unwrap_or(otherwise);
    let help = help(&message);
    told(message, help, span)
}

/// A fault in words of our own.
pub(super) fn told(message: String, help: Option<String>, span: Span) -> Diagnostic {
    Diagnostic {
        rule: &POLICY_FAULT,
        level: POLICY_FAULT.level,
        help,
        message,
        primary: Label { span, text: String::new() },
        secondary: Vec::new(),
        trace: Vec::new(),
        fix: None,
    }
}

/// `--> LABEL:LINE:COLUMN` over the excerpt of the interpreter, in whose columns a tab is four.
fn place(error: &str, sources: &Sources) -> Option<Span> {
    const TAB: usize = 4;
    let (_, rest) = error.split_once("--> policy-")?;
    let mut numbers = rest.lines().next()?.split(':').map(str::parse::<usize>);
    let mut next = || numbers.next()?.ok();
    let (file, line, column) = (next()?, next()?, next()?);
    let (id, source) = sources.iter().find(|(id, _)| id.0 as usize == file)?;
    let text = source.line_text(line);
    let mut reached = 1;
    let before = text.chars().take_while(|letter| {
        let goes_on = reached < column;
        reached += if *letter == '\t' { TAB } else { 1 };
        goes_on
    });
    let start: usize = before.map(char::len_utf8).sum();
    // The word that it points at, or a single character: the mark is there to be seen.
    let is_word = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.');
    let word: usize = text[start..].chars().take_while(|letter| is_word(*letter)).map(char::len_utf8).sum();
    let width = word.max(text[start..].chars().next().map_or(0, char::len_utf8));
    let start = source.line_start(line) + start;
    Some(Span::new(id, start, start + width))
}

/// The interpreter's words without its excerpt.
fn message(error: &str) -> String {
    let last = error.rsplit("\nerror: ").next().unwrap_or(error);
    last.split('\n').next().unwrap_or(last).trim().trim_end_matches('.').to_owned()
}

fn help(message: &str) -> Option<String> {
    if message.contains("could not find function") {
        return Some(
            "functions that ask the network, the clock or the machine are not there; see `pt explain policy-input`"
                .to_owned(),
        );
    }
    message.contains("time limit").then(|| "a policy has five seconds for each file".to_owned())
}
