//! `pt completions`: a script that teaches a shell to complete `pt`, by asking `pt`.

use std::io::Write;

use clap::Args;
use clap_complete::env::Shells;
use clap_complete::{CompleteEnv, Shell};

use super::failure::{Class, Failure};
use super::help;
use super::terminal::Terminal;

/// The variable by which a script asks.
const VARIABLE: &str = "COMPLETE";

/// Arguments of `pt completions`.
#[derive(Debug, Args)]
#[command(after_help = "The script asks pt for names of jobs, containers, values and secrets while you type.

Examples:
  echo 'source <(pt completions bash)' >> ~/.bashrc
  echo 'source <(pt completions zsh)' >> ~/.zshrc
  pt completions fish > ~/.config/fish/completions/pt.fish")]
pub struct Completions {
    /// Which shell
    shell: Shell,
}

/// Prints the script.
pub fn run(arguments: &Completions, _terminal: &Terminal) -> Result<u8, Failure> {
    let shells = Shells::builtins();
    let Some(completer) = shells.completer(&arguments.shell.to_string()) else {
        return Err(Failure::usage(format!("{} cannot be taught", arguments.shell)));
    };
    let mut script = Vec::new();
    completer
        .write_registration(VARIABLE, "pt", "pt", "pt", &mut script)
        .map_err(|error| Failure::new(Class::No, "the script cannot be written").because(error))?;
    let mut out = Terminal::out();
    out.write_all(&script)?;
    out.flush()?;
    Ok(0)
}

/// Answers a script, if it is one that asks; whether it was. Says nothing but the answer.
pub fn answered() -> bool {
    let here = std::env::current_dir().ok();
    let asked = CompleteEnv::with_factory(help::command).var(VARIABLE).bin("pt").completer("pt");
    asked.try_complete(std::env::args_os(), here.as_deref()).unwrap_or(true)
}
