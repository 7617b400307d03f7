//! What one place says, each part with where it is said.

use std::path::PathBuf;

use crate::diagnostic::{Level, Rule};
use crate::lint::IgnoredFiles;
use crate::source::{Span, Spanned};

/// Where a setting comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody said anything.
    Default,
    /// A profile that comes with `pt`.
    Profile(&'static str),
    /// This place in a file.
    File(Span),
    /// A variable of the environment.
    Variable(&'static str),
    /// A flag of the command line.
    Flag(&'static str),
}

/// A value and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it comes from.
    pub origin: Origin,
}

impl<T> Sourced<T> {
    /// `value`, as `origin` says it.
    pub fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }
}

/// What is said about the level of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Say {
    /// Its own level counts.
    Own,
    /// It is not asked.
    Off,
    /// Its findings have this level.
    At(Level),
}

impl Say {
    /// The highest level that findings of a rule can have; `None` when it is not asked.
    pub fn level(self, rule: &Rule) -> Option<Level> {
        match self {
            Say::Own => Some(rule.level),
            Say::Off => None,
            Say::At(level) => Some(level),
        }
    }

    /// The word that is written for it.
    pub fn word(self) -> &'static str {
        match self {
            Say::Own => "on",
            Say::Off => "off",
            Say::At(level) => level.word(),
        }
    }
}

/// What one place says about one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSetting {
    /// The rule.
    pub rule: &'static Rule,
    /// Its level.
    pub say: Say,
    /// Where that is said.
    pub origin: Origin,
}

/// `[profiles.NAME]`: settings that count when this profile is chosen.
#[derive(Debug, Clone)]
pub struct ProfileTable {
    /// Its name.
    pub name: Spanned<String>,
    /// The profile that it starts from.
    pub extends: Option<Spanned<String>>,
    /// Lowest level that makes the exit code 1.
    pub fail_on: Option<Sourced<Level>>,
    /// Levels of rules.
    pub rules: Vec<RuleSetting>,
}

/// Engine that a project prefers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PreferredEngine {
    /// Docker where one answers, else processes.
    Auto,
    /// Containers of a Docker engine.
    Docker,
    /// Processes of this machine.
    Process,
}

impl PreferredEngine {
    const ALL: [Self; 3] = [Self::Auto, Self::Docker, Self::Process];

    /// The word in `pt.toml`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Docker => "docker",
            Self::Process => "process",
        }
    }

    /// The engine that a word means.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|engine| engine.word() == word)
    }
}

/// Everything that one place says.
#[derive(Debug, Clone, Default)]
pub struct Layer {
    /// The profile.
    pub profile: Option<Sourced<String>>,
    /// The engine where the command line names none.
    pub engine: Option<Sourced<PreferredEngine>>,
    /// Lowest level that makes the exit code 1.
    pub fail_on: Option<Sourced<Level>>,
    /// The file of findings that were there before.
    pub baseline: Option<Sourced<PathBuf>>,
    /// Levels of rules; the last word on a rule counts.
    pub rules: Vec<RuleSetting>,
    /// Registries that images may come from.
    pub allowed_registries: Option<Sourced<Vec<String>>>,
    /// More names of variables that hold secrets.
    pub secret_names: Vec<Sourced<String>>,
    /// More images that keep state, with the directory of their data.
    pub stateful_images: Vec<Sourced<(String, String)>>,
    /// Files and directories of policies that judge the project too.
    pub policies: Vec<Sourced<PathBuf>>,
    /// Files in which rules are left alone.
    pub ignored_files: Vec<Sourced<IgnoredFiles>>,
    /// Profiles that are defined or changed here.
    pub profiles: Vec<ProfileTable>,
}
