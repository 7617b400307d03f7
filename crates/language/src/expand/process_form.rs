//! How a module runs as a process of this machine, without a container engine.

use serde::{Deserialize, Serialize};

use crate::blueprint::ProcessManifest;

/// What a manifest says of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct ProcessForm {
    /// Names of its program, the first one first; what is called where no command is given.
    pub program: Vec<String>,
    /// Arguments after those that are given.
    pub arguments: Vec<String>,
    /// Variables before those that are given.
    pub environment: Vec<(String, String)>,
    /// Path of the directory that keeps its state, as the file calls it.
    pub data: Option<String>,
    /// Signal that asks it to stop.
    pub stop_signal: Option<String>,
    /// Debian package that brings the program.
    pub package: Option<String>,
    /// A server that the engine knows how to prepare: `postgres`.
    pub server: Option<String>,
    /// The version that the file asks for, by the tag of an image.
    pub version: Option<String>,
    /// Whether it can only run as a process: there is no image.
    pub only: bool,
}

impl ProcessForm {
    /// The first of its names that is a program here.
    pub fn available(&self, is_there: impl Fn(&str) -> bool) -> Option<&str> {
        let mut names = self.program.iter().map(String::as_str);
        names.find(|name| is_there(name)).or(self.program.first().map(String::as_str))
    }

    /// Whether a program is the one that the arguments are for.
    pub fn is_program(&self, name: &str) -> bool {
        self.program.iter().any(|known| known == name)
    }
}

impl From<&ProcessManifest> for ProcessForm {
    fn from(manifest: &ProcessManifest) -> Self {
        Self {
            program: manifest.program.clone(),
            arguments: manifest.arguments.clone(),
            environment: manifest.environment.clone(),
            data: manifest.data.clone(),
            stop_signal: manifest.stop_signal.clone(),
            package: manifest.package.clone(),
            server: manifest.server.clone(),
            version: None,
            only: manifest.only,
        }
    }
}
