//! Why nothing is made from a template.

use std::io;
use std::path::PathBuf;

use super::Refusal;

/// A fault of a template, of what is asked for, or of the disk. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ScaffoldError {
    /// There is no such template.
    #[error("there is no template `{}`", .0.display())]
    NoTemplate(PathBuf),
    /// The template holds something that cannot be copied.
    #[error("the template cannot be copied: {0}")]
    Template(String),
    /// A path leads out of the project.
    #[error("`{0}` lies outside of the project")]
    Outside(String),
    /// Files are there already.
    #[error("{} there already: {}", if .0.len() == 1 { "a file is" } else { "files are" }, listed(.0))]
    Conflicts(Vec<String>),
    /// Something else than a file stands where one should be written.
    #[error("`{0}` is no file that can be replaced")]
    Occupied(String),
    /// The project's file cannot be edited.
    #[error("`{file}` cannot be edited: {refusal}")]
    Edit {
        /// The file.
        file: String,
        /// Why.
        refusal: Refusal,
    },
    /// An argument says something that cannot be meant.
    #[error("{0}")]
    Argument(String),
    /// A template of a repository that is not here.
    #[error("the template is in the repository `gh:{0}`, which was not fetched")]
    Absent(String),
    /// The operating system refused.
    #[error("cannot {doing} `{}`", .path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// To what.
        path: PathBuf,
        /// Why it was refused.
        #[source]
        source: io::Error,
    },
}

impl ScaffoldError {
    pub(super) fn io(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { doing, path, source }
    }

    /// What to type.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Conflicts(_) => {
                Some("keep them with `skip`, or replace them with `overwrite`, as `on-conflict`".to_owned())
            }
            Self::Edit { .. } => Some("add the line yourself, and leave `include` and `add-to-tools` out".to_owned()),
            Self::Absent(name) => Some(format!("`pt include add --pin-only gh:{name}` fetches it")),
            Self::Outside(_) => Some("name a path inside of the project".to_owned()),
            _ => None,
        }
    }
}

/// Paths as a message lists them; long lists are cut.
fn listed(paths: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<String> = paths.iter().take(SHOWN).map(|path| format!("`{path}`")).collect();
    match paths.len().checked_sub(SHOWN) {
        Some(more @ 1..) => format!("{} and {more} more", shown.join(", ")),
        _ => shown.join(", "),
    }
}
