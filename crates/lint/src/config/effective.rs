//! What counts in the end.

use std::path::PathBuf;

use jiff::civil::Date;

use super::{PreferredEngine, RuleSetting, Say, Sourced};
use crate::diagnostic::{Level, LevelOverrides, Rule};
use crate::lint::{IgnoredFiles, Settings};

/// One answer out of all layers, each part with where it comes from.
#[derive(Debug, Clone)]
pub struct Effective {
    /// The profile; without one every rule has its own level.
    pub profile: Option<Sourced<String>>,
    /// The engine where the command line names none.
    pub engine: Option<Sourced<PreferredEngine>>,
    /// Lowest level that makes the exit code 1.
    pub fail_on: Sourced<Level>,
    /// The file of findings that were there before.
    pub baseline: Option<Sourced<PathBuf>>,
    /// Rules about which something was said, by code.
    pub rules: Vec<RuleSetting>,
    /// Registries that images may come from; without them, any.
    pub allowed_registries: Option<Sourced<Vec<String>>>,
    /// More names of variables that hold secrets.
    pub secret_names: Vec<Sourced<String>>,
    /// More images that keep state, with the directory of their data.
    pub stateful_images: Vec<Sourced<(String, String)>>,
    /// Files and directories of policies that judge the project too.
    pub policies: Vec<Sourced<PathBuf>>,
    /// Files in which rules are left alone.
    pub ignored_files: Vec<Sourced<IgnoredFiles>>,
    /// Whether passwords of containers that only this machine reaches are worth a warning and no more.
    pub lenient: bool,
    /// Whether project and user could only make things stricter.
    pub locked: bool,
    /// Rules that no comment can leave alone.
    pub denied: Vec<&'static Rule>,
}

impl Effective {
    /// How files are judged by it on a day.
    pub fn settings(&self, today: Option<Date>) -> Settings {
        let mut levels = LevelOverrides::default();
        for RuleSetting { rule, say, .. } in &self.rules {
            match say {
                Say::Own => {}
                Say::Off => levels.set_rule(rule, None),
                Say::At(level) => levels.set_rule(rule, Some(*level)),
            }
        }
        let plain = |names: &[Sourced<String>]| names.iter().map(|name| name.value.clone()).collect();
        Settings {
            levels,
            allowed_registries: self.allowed_registries.as_ref().map(|it| it.value.clone()).unwrap_or_default(),
            secret_names: plain(&self.secret_names),
            stateful_images: self.stateful_images.iter().map(|image| image.value.clone()).collect(),
            lenient: self.lenient,
            ignored_files: self.ignored_files.iter().map(|files| files.value.clone()).collect(),
            denied: self.denied.clone(),
            today,
            judges: Vec::new(),
        }
    }
}
