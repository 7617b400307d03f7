//! `pt schema`: the JSON Schema for editors.

use std::io::Write;

use clap::Args;

use super::failure::Failure;
use super::terminal::Terminal;

/// Arguments of `pt schema`.
#[derive(Debug, Args)]
#[command(after_help = "To use it in an editor, put this on the first line of polytope.yml:
  # yaml-language-server: $schema=PATH
where PATH is a file written by `pt schema > PATH`.")]
pub struct Schema {}

/// Prints the schema of `polytope.yml`.
pub fn run(_arguments: &Schema, _terminal: &Terminal) -> Result<u8, Failure> {
    let mut out = Terminal::out();
    out.write_all(crate::schema::polytope().as_bytes())?;
    out.flush()?;
    Ok(0)
}
