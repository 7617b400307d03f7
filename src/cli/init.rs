//! `pt init`: a first `polytope.yml` that is clean and runs.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

use clap::Args;

use super::arguments::Global;
use super::failure::Failure;
use super::project::based;
use super::terminal::Terminal;

/// Arguments of `pt init`.
#[derive(Debug, Args)]
pub struct Init {
    /// Directory of the project [default: here]
    path: Option<PathBuf>,
}

const FIRST: &str = include_str!("init/polytope.yml");

/// Writes the file, never over one that is there.
pub fn run(arguments: &Init, global: &Global, terminal: &Terminal) -> Result<u8, Failure> {
    let directory = based(global, arguments.path.as_deref().unwrap_or(std::path::Path::new(".")));
    // `polytope.yml` rather than `./polytope.yml`.
    let path = if directory.as_os_str() == "." { "polytope.yml".into() } else { directory.join("polytope.yml") };
    let created = OpenOptions::new().write(true).create_new(true).open(&path);
    let mut file = created.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            Failure::usage(format!("{} is there already", path.display())).help("`pt check` looks at it")
        }
        _ => Failure::usage(format!("{} cannot be written", path.display())).because(error),
    })?;
    let written = file.write_all(FIRST.as_bytes()).and_then(|()| file.sync_all());
    written.map_err(|error| {
        // Nothing half-written stays behind.
        let _ = std::fs::remove_file(&path);
        Failure::usage(format!("{} cannot be written", path.display())).because(error)
    })?;
    terminal.say(&format!("wrote {}", path.display()));
    terminal.say("next: pt secrets generate postgres-password");
    terminal.say("      pt check");
    terminal.say("      pt run stack -d");
    Ok(0)
}
