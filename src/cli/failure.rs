//! Why a command could not do its work: a line, what to type, and an exit code of its class.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::Path;

use super::terminal::Terminal;
use crate::compiler::UnknownJob;
use crate::diagnostic::UnknownRule;
use crate::report::sanitize;
use crate::source::LoadError;
use crate::store::StoreError;

/// The classes of exit codes, as `pt --help` lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// 1: it ran, and the answer is no.
    No,
    /// 2: usage, or a file that cannot be read.
    Usage,
    /// 3: no engine.
    Engine,
    /// 4: a value or secret is missing, or the store is locked.
    Missing,
    /// 5: another `pt` works on this project.
    Busy,
}

impl Class {
    fn code(self) -> u8 {
        match self {
            Class::No => 1,
            Class::Usage => 2,
            Class::Engine => 3,
            Class::Missing => 4,
            Class::Busy => 5,
        }
    }
}

/// A command's failure. Everything that was to be said is said by [`Failure::print`].
#[derive(Debug)]
pub struct Failure {
    class: Class,
    message: String,
    notes: Vec<String>,
    help: Option<String>,
    cause: Option<Box<dyn Error + Send + Sync>>,
    /// A code of its own, such as that of a program that was run.
    code: Option<u8>,
}

impl Failure {
    /// A failure with a message.
    pub fn new(class: Class, message: impl Into<String>) -> Self {
        Self { class, message: message.into(), notes: Vec::new(), help: None, cause: None, code: None }
    }

    /// A failure that was told already: only its code is left.
    pub fn told(class: Class) -> Self {
        Self::new(class, "")
    }

    /// A failure that was told already and has a code of its own.
    pub fn with_code(code: u8) -> Self {
        Self { code: Some(code), ..Self::told(Class::No) }
    }

    /// Gives it a code of its own.
    #[must_use]
    pub fn coded(mut self, code: u8) -> Self {
        self.code = Some(code);
        self
    }

    /// Wrong usage.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Class::Usage, message)
    }

    /// What to type.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// A line that belongs to it.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// What lies behind it; shown where the message does not say it.
    #[must_use]
    pub fn because(mut self, cause: impl Error + Send + Sync + 'static) -> Self {
        self.cause = Some(Box::new(cause));
        self
    }

    /// Standard output could not be written: a closed pipe is no failure, everything else is.
    pub fn output(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self { code: Some(0), ..Self::told(Class::No) };
        }
        Self::new(Class::No, "standard output cannot be written").because(error)
    }

    /// A file that could not be read.
    pub fn load(path: &Path, error: LoadError) -> Self {
        let failure = Self::usage(format!("{}: {error}", path.display()));
        match error {
            LoadError::NotFound => {
                failure.help("`pt init` writes a first polytope.yml; `--file FILE` names another one")
            }
            LoadError::Io(source) => failure.because(source),
            error => match error.help() {
                Some(help) => failure.help(help),
                None => failure,
            },
        }
    }

    /// What belongs to the message, a line each: notes, and what lies behind it.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = self.notes.clone();
        let mut cause = self.cause.as_ref().map(|cause| &**cause as &dyn Error);
        while let Some(error) = cause {
            lines.push(format!("caused by: {error}"));
            cause = error.source();
        }
        lines
    }

    /// What to type, if something is known.
    pub fn advice(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// The exit code.
    pub fn code(&self) -> u8 {
        self.code.unwrap_or_else(|| self.class.code())
    }

    /// Says on standard error what went wrong.
    pub fn print(&self, terminal: &Terminal) {
        if self.message.is_empty() {
            return;
        }
        terminal.error(&sanitize::visible_lines(&self.message));
        for line in self.lines() {
            terminal.say(&format!("  = {}", sanitize::visible_lines(&line)));
        }
        if let Some(help) = &self.help {
            terminal.say(&format!("  = help: {}", sanitize::visible_lines(help)));
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::output(error)
    }
}

impl From<UnknownJob> for Failure {
    fn from(unknown: UnknownJob) -> Self {
        Self::usage(unknown.to_string()).help(unknown.help)
    }
}

impl From<UnknownRule> for Failure {
    fn from(unknown: UnknownRule) -> Self {
        let names = crate::rules::ALL.iter().flat_map(|rule| [rule.name, rule.code]);
        let help = match crate::diagnostic::did_you_mean(&unknown.name, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`pt explain` lists all rules".to_owned(),
        };
        Self::usage(unknown.to_string()).help(help)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let help = error.help();
        let failure = Self::new(class_of(&error), error.to_string());
        let failure = match std::error::Error::source(&error) {
            Some(source) => failure.note(format!("caused by: {source}")),
            None => failure,
        };
        match help {
            Some(help) => failure.help(help),
            None => failure,
        }
    }
}

/// What was asked for, what the disk does not do, and everything that keeps a store closed.
fn class_of(error: &StoreError) -> Class {
    match error {
        StoreError::Name { .. }
        | StoreError::Content { .. }
        | StoreError::Malformed { .. }
        | StoreError::NoSuchFile { .. }
        | StoreError::Exists { .. }
        | StoreError::InGit { .. } => Class::Usage,
        StoreError::Io { .. } | StoreError::Encrypt { .. } => Class::No,
        _ => Class::Missing,
    }
}
