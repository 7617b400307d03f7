//! `pt.lock`: the repositories that a project includes, each pinned to one commit, and the folders that hold them.

use std::path::Path;

use crate::diagnostic::Diagnostics;
use crate::source::{FileId, Loader};
use crate::syntax;

/// The file, beside the blueprint file.
pub const LOCK_FILE: &str = "pt.lock";

/// The folder of fetched repositories, in the project's directory.
pub const INCLUDE_FOLDER: &str = ".polytope/include";

/// One repository at one commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// `owner/name`.
    pub name: String,
    /// The commit, 40 hexadecimal digits.
    pub commit: String,
}

/// All pins of a project, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    /// The pins.
    pub pins: Vec<Pin>,
}

impl Lock {
    /// Reads the lock of the project in `directory`; empty where there is none.
    pub fn read(loader: &dyn Loader, directory: &Path) -> Self {
        loader.read(&directory.join(LOCK_FILE)).map_or_else(|_| Self::default(), |text| Self::parse(&text))
    }

    /// Reads the text of a lock; entries that are no pins are left out.
    pub fn parse(text: &str) -> Self {
        let tree = syntax::parse(FileId(u32::MAX), text, &mut Diagnostics::default());
        let items = tree.root.get("includes").and_then(syntax::Node::as_sequence).unwrap_or_default();
        let pin = |item: &syntax::Node| {
            let name = crate::model::repository_name(item.get("repo")?.text()?)?.to_owned();
            let commit = item.get("commit")?.text()?.to_owned();
            let hex = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
            hex.then_some(Pin { name, commit })
        };
        Self { pins: items.iter().filter_map(pin).collect() }
    }

    /// The pin of a repository.
    pub fn pin(&self, name: &str) -> Option<&Pin> {
        self.pins.iter().find(|pin| pin.name.eq_ignore_ascii_case(name))
    }
}

impl Pin {
    /// Its folder, relative to the project's directory.
    pub fn folder(&self) -> String {
        format!("{INCLUDE_FOLDER}/{}@{}", self.name.to_ascii_lowercase().replace('/', "+"), self.commit)
    }
}
