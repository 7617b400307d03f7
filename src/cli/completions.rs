//! `pt completions`: a script that teaches a shell to complete `pt`.

use std::io::Write;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::arguments::Arguments;
use super::failure::Failure;
use super::terminal::Terminal;

/// Arguments of `pt completions`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pt completions bash > ~/.local/share/bash-completion/completions/pt
  pt completions zsh > \"${fpath[1]}/_pt\"
  pt completions fish > ~/.config/fish/completions/pt.fish")]
pub struct Completions {
    /// Which shell
    shell: Shell,
}

/// Prints the script.
pub fn run(arguments: &Completions, _terminal: &Terminal) -> Result<u8, Failure> {
    // Written to memory first: the generator panics on a closed pipe.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "pt", &mut script);
    let mut out = Terminal::out();
    out.write_all(&script)?;
    out.flush()?;
    Ok(0)
}
