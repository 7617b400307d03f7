//! What is to be made from a template.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The project that templates are copied into.
#[derive(Debug, Clone, Copy)]
pub struct Project<'a> {
    /// Its directory, absolute and without links.
    pub root: &'a Path,
    /// Its blueprint file, relative to the directory.
    pub file: &'a Path,
}

/// One template and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The template, a directory or a single file, absolute.
    pub template: PathBuf,
    /// Where it goes, relative to the project's directory and normal; empty for the directory itself.
    pub path: String,
    /// What is filled in, by name. `project-name` is the last part of `path` unless it is given.
    pub values: BTreeMap<String, String>,
    /// What is done with files that are there.
    pub on_conflict: OnConflict,
    /// Tools that get a call at their end, each with what it calls.
    pub calls: Vec<(String, String)>,
    /// Whether the project includes it, if it holds a blueprint file.
    pub include: bool,
    /// Whether a list of its files is wanted.
    pub print_tree: bool,
    /// Files whose contents are wanted, relative to `path`.
    pub print_files: Vec<String>,
}

/// What is done with files that are there and say something else than the template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnConflict {
    /// They stay as they are.
    Skip,
    /// They are replaced.
    Overwrite,
    /// Nothing at all is written.
    #[default]
    Fail,
}

impl OnConflict {
    /// The words for it, in arguments and on the command line.
    pub const ALL: [(&str, Self); 3] = [("skip", Self::Skip), ("overwrite", Self::Overwrite), ("fail", Self::Fail)];
}

impl Request {
    /// Copies `template` to `path`, fails on conflicts, and enters it nowhere.
    pub fn new(template: impl Into<PathBuf>, path: impl Into<String>) -> Self {
        Self {
            template: template.into(),
            path: path.into(),
            values: BTreeMap::new(),
            on_conflict: OnConflict::default(),
            calls: Vec::new(),
            include: false,
            print_tree: true,
            print_files: Vec::new(),
        }
    }
}

/// The name that a path gives to what is made there: its last part.
pub fn project_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}
