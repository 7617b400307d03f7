//! `pt schema`: the JSON Schema for editors.

use std::io::Write;

use clap::Args;

use super::failure::Failure;
use super::terminal::Terminal;
use crate::diagnostic::one_of;
use crate::schema::SCHEMAS;

/// Arguments of `pt schema`.
#[derive(Debug, Args)]
#[command(after_help = "To use it in an editor, put this on the first line of polytope.yml:
  # yaml-language-server: $schema=PATH
where PATH is a file written by `pt schema > PATH`.")]
pub struct Schema {
    /// Which schema: polytope, or config for pt.toml
    #[arg(default_value = SCHEMAS[0].name)]
    name: String,
}

/// Prints a schema.
pub fn run(arguments: &Schema, _terminal: &Terminal) -> Result<u8, Failure> {
    let Some(published) = SCHEMAS.iter().find(|published| published.name == arguments.name) else {
        let known = one_of(SCHEMAS.iter().map(|published| published.name));
        return Err(
            Failure::usage(format!("there is no schema `{}`", arguments.name)).help(format!("there is {known}"))
        );
    };
    let mut out = Terminal::out();
    out.write_all(published.text().as_bytes())?;
    out.flush()?;
    Ok(0)
}
