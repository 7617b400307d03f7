//! Where a file lives: what its relative paths start from.

/// The place of a file in the project. Paths are relative to the project's directory, normal, and empty for itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Home {
    /// The file's own directory.
    pub directory: String,
    /// The root of its repository: the project's, or the folder of a fetched one.
    pub root: String,
    /// `owner/name` of a fetched repository; `None` for the project's own.
    pub repository: Option<String>,
}
