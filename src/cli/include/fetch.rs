//! One fetch: a commit through git into a folder beside its place, then into its place at once.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::folder;
use super::git::Git;
use super::library::cannot;
use super::tree::Listing;
use crate::cli::failure::Failure;
use crate::cli::terminal::Terminal;
use crate::model::GITHUB;
use crate::source::digest;

/// How the names of unfinished fetches begin.
pub(super) const FETCHING: &str = ".fetching-";

/// A fetch that is under way; what it wrote goes when it is dropped.
pub(super) struct Fetching {
    name: String,
    place: TempDir,
}

impl Fetching {
    pub(super) fn begin(folder: &Path, name: &str) -> Result<Self, Failure> {
        let place = tempfile::Builder::new().prefix(FETCHING).tempdir_in(folder);
        Ok(Self { name: name.to_owned(), place: place.map_err(|error| cannot("written", folder, error))? })
    }

    /// Fetches a branch, tag or commit, the main branch without one; the commit, and the digest of its files.
    pub(super) fn fetch(&self, rev: Option<&str>, terminal: &Terminal) -> Result<(String, String), Failure> {
        let git = Git::new(&self.place.path().join("git"))?;
        let at = rev.map(|rev| format!(" at {rev}")).unwrap_or_default();
        terminal.note(&format!("fetching {GITHUB}{}{at}", self.name));
        let commit = git.fetch(&self.name, rev.unwrap_or("HEAD"))?;
        let listing = Listing::read(&git, &commit, &self.name)?;
        for left_out in &listing.submodules {
            terminal.note(&format!("note: the submodule {left_out} is left out"));
        }
        let tree = self.tree();
        folder::write(&tree, &listing, &git, &self.name)?;
        let digest = digest(&tree).map_err(|error| cannot("read", &tree, error))?;
        Ok((commit, digest))
    }

    /// Moves the files to their place. Files that are there, whatever they are, go.
    pub(super) fn place(self, to: &Path) -> Result<(), Failure> {
        let tree = self.tree();
        folder::sync(&tree);
        if to.symlink_metadata().is_ok() {
            let old = self.place.path().join("old");
            fs::rename(to, &old).map_err(|error| cannot("replaced", to, error))?;
        }
        fs::rename(&tree, to).map_err(|error| cannot("written", to, error))
    }

    fn tree(&self) -> std::path::PathBuf {
        self.place.path().join("tree")
    }
}
