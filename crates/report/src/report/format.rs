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
    /// One JSON object per line and finding, for programs that read as it comes.
    Jsonl,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands, which GitHub Actions shows beside the line.
    Github,
    /// Code Quality, which GitLab shows in merge requests.
    Gitlab,
    /// The XML of `JUnit`, which every CI shows as tests.
    Junit,
    /// Reviewdog's diagnostic format.
    Rdjson,
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
    pub const ALL: &'static [Format] = &[
        Format::Human,
        Format::Concise,
        Format::Json,
        Format::Jsonl,
        Format::Sarif,
        Format::Github,
        Format::Gitlab,
        Format::Junit,
        Format::Rdjson,
    ];

    /// The word on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Format::Human => "human",
            Format::Concise => "concise",
            Format::Json => "json",
            Format::Jsonl => "jsonl",
            Format::Sarif => "sarif",
            Format::Github => "github",
            Format::Gitlab => "gitlab",
            Format::Junit => "junit",
            Format::Rdjson => "rdjson",
        }
    }

    /// What it is, in a few words, for `--help`.
    pub fn info(self) -> &'static str {
        match self {
            Format::Human => "with excerpts, for people",
            Format::Concise => "a line per finding",
            Format::Json => "one JSON document",
            Format::Jsonl => "a JSON object per line",
            Format::Sarif => "SARIF 2.1.0, for code scanning",
            Format::Github => "annotations of GitHub Actions",
            Format::Gitlab => "Code Quality of GitLab",
            Format::Junit => "JUnit XML, for every CI",
            Format::Rdjson => "for reviewdog",
        }
    }

    /// Whether a CI service reads it, which knows files by their place in the repository.
    pub fn is_for_ci(self) -> bool {
        matches!(self, Format::Sarif | Format::Github | Format::Gitlab | Format::Junit | Format::Rdjson)
    }

    /// Whether people read it: what is only worth knowing is then shown only when asked for.
    pub fn is_for_people(self) -> bool {
        matches!(self, Format::Human | Format::Concise | Format::Github)
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
            "there is no output format `sarfi`, expected `human`, `concise`, `json`, `jsonl`, `sarif`, `github`, `gitlab`, `junit` or `rdjson`; did you mean `sarif`?"
        );
    }
}
