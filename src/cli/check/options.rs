//! What `pt check` can be asked beyond files and forms.

use std::path::PathBuf;

use clap::Args;

use super::super::settings::Asked;
use crate::diagnostic::Level;

/// Which findings and files count.
#[derive(Debug, Args)]
#[command(next_help_heading = "Rules")]
pub struct Options {
    /// Ask only these rules: names, codes, `PT2` or tags
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Do not ask these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Ask these rules too
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    extend_select: Vec<String>,
    /// Leave alone what this file holds of earlier findings
    #[arg(long, value_name = "FILE", help_heading = "Old findings")]
    pub baseline: Option<PathBuf>,
    /// Write all findings to a file for `--baseline`
    #[arg(long, value_name = "FILE", help_heading = "Old findings", conflicts_with = "baseline")]
    pub write_baseline: Option<PathBuf>,
    /// Write a comment into the files for each finding, which suppresses it
    #[arg(long, help_heading = "Old findings", conflicts_with_all = ["write_baseline", "stdin_filename", "fix", "unsafe_fixes", "diff", "standard"])]
    pub add_ignore: bool,
    /// Why, for those comments
    #[arg(long, value_name = "TEXT", help_heading = "Old findings", requires = "add_ignore")]
    pub reason: Option<String>,
    /// Look only at what git says changed, and at projects that include it [default: since the default branch]
    #[arg(long, value_name = "COMMIT", num_args = 0..=1, require_equals = true, help_heading = "Files")]
    pub changed: Option<Option<String>>,
    /// What the text on standard input is called; PATHS is then `-`
    #[arg(long, value_name = "FILE", help_heading = "Files")]
    pub stdin_filename: Option<PathBuf>,
    /// Name under which code scanning keeps the findings of this run [default: one for each directory]
    #[arg(long, value_name = "NAME", help_heading = "Output")]
    pub category: Option<String>,
    /// Count the findings of each rule instead of showing them
    #[arg(long, help_heading = "Output", conflicts_with = "output_file")]
    pub statistics: bool,
    /// Show which settings count, and look at nothing
    #[arg(long, help_heading = "Output")]
    pub show_settings: bool,
}

impl Options {
    /// What is said about settings.
    pub fn asked(&self, fail_on: Option<Level>) -> Asked {
        Asked {
            select: self.select.clone(),
            ignore: self.ignore.clone(),
            extend_select: self.extend_select.clone(),
            fail_on,
            baseline: self.baseline.clone(),
        }
    }
}
