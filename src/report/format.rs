//! The names of the output formats.

use std::fmt;
use std::str::FromStr;

use crate::diagnostic::{did_you_mean, one_of};

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// For people: message, place, excerpt, help.
    #[default]
    Human,
    /// One line per finding, for `grep` and editors.
    Concise,
    /// One versioned JSON document, for scripts.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands, which GitHub Actions shows beside the line.
    Github,
}

/// A name that no format has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no output format `{name}`, expected {}{}", one_of(Format::ALL.iter().map(|format| format.name())), self.hint())]
pub struct UnknownFormat {
    /// What was asked for.
    pub name: String,
}

impl UnknownFormat {
    fn hint(&self) -> String {
        let near = did_you_mean(&self.name, Format::ALL.iter().map(|format| format.name()));
        near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
    }
}

impl Format {
    /// Every format, the default first.
    pub const ALL: &'static [Format] = &[Format::Human, Format::Concise, Format::Json, Format::Sarif, Format::Github];

    /// The word on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Format::Human => "human",
            Format::Concise => "concise",
            Format::Json => "json",
            Format::Sarif => "sarif",
            Format::Github => "github",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        let known = Format::ALL.iter().copied().find(|format| format.name() == name);
        known.ok_or_else(|| UnknownFormat { name: name.to_owned() })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_found_by_its_name() {
        for format in Format::ALL {
            assert_eq!(format.name().parse::<Format>().unwrap(), *format);
        }
    }

    #[test]
    fn an_unknown_name_lists_the_known_ones() {
        let error = "sarfi".parse::<Format>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "there is no output format `sarfi`, expected `human`, `concise`, `json`, `sarif` or `github`; did you mean `sarif`?"
        );
    }
}
