//! What stands for the program of a container: the first word of its command says what it does.

use std::collections::BTreeMap;

/// A program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Program {
    /// Runs and answers: `serve`, and whatever is no other word.
    Serve,
    /// Runs and never answers: `hang`.
    Hang,
    /// Says something and ends with a code: `exit 3 words to say`.
    Exit(i64, Option<String>),
    /// Ends with 0 if a file has this content, else with 1: `has /path content`.
    Has(String, String),
}

/// Reads a command.
pub(super) fn parse(command: &[String]) -> Program {
    let words: Vec<&str> = command.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["hang", ..] => Program::Hang,
        ["exit", code, said @ ..] => {
            let said = (!said.is_empty()).then(|| said.join(" "));
            Program::Exit(code.parse().unwrap_or(127), said)
        }
        ["has", path, content @ ..] => Program::Has((*path).to_owned(), content.join(" ")),
        _ => Program::Serve,
    }
}

impl Program {
    /// The code that it ends with; `None` when it does not end.
    pub fn exit_code(&self, files: &BTreeMap<String, String>) -> Option<i64> {
        match self {
            Self::Serve | Self::Hang => None,
            Self::Exit(code, _) => Some(*code),
            Self::Has(path, content) => Some(i64::from(files.get(path) != Some(content))),
        }
    }

    /// The lines that it prints.
    pub fn prints(&self) -> Vec<String> {
        match self {
            Self::Exit(_, Some(said)) => vec![said.clone()],
            _ => Vec::new(),
        }
    }
}
