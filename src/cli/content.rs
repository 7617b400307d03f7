//! How the content of a value or secret is given: a prompt, standard input, a file or an argument.

use std::io::{self, IsTerminal, Read};
use std::path::PathBuf;

use clap::Args;
use zeroize::Zeroizing;

use super::failure::Failure;
use super::terminal::Terminal;
use crate::store::{CONTENT_LIMIT, EntryOrigin, Secret};

/// Where content comes from.
#[derive(Debug, Args)]
pub struct Content {
    /// The content; `-` reads standard input, without it you are asked
    #[arg(allow_hyphen_values = true)]
    content: Option<String>,
    /// Read the content from standard input
    #[arg(long, conflicts_with_all = ["content", "from_file"])]
    stdin: bool,
    /// Read the content from a file
    #[arg(long = "from-file", value_name = "FILE", conflicts_with = "content")]
    from_file: Option<PathBuf>,
    /// Keep the line break at the end of the input
    #[arg(long)]
    raw: bool,
}

impl Content {
    /// The content, and how it was given. `hidden` asks without echo and warns about arguments.
    pub fn read(&self, name: &str, hidden: bool, terminal: &Terminal) -> Result<(Secret, EntryOrigin), Failure> {
        if let Some(path) = &self.from_file {
            let file = std::fs::File::open(path)
                .map_err(|error| Failure::usage(format!("{} cannot be read", path.display())).because(error))?;
            return Ok((self.text_of(file)?, EntryOrigin::File));
        }
        match self.content.as_deref() {
            Some("-") => Ok((self.text_of(io::stdin())?, EntryOrigin::Stdin)),
            Some(content) => {
                if hidden {
                    terminal.warning("a secret on the command line stays in the shell's history and shows in `ps`");
                    terminal.note(&format!(
                        "  = help: `pt secrets set {name}` asks for it, `pt secrets set {name} -` reads it from a pipe"
                    ));
                }
                Ok((Secret::from(content), EntryOrigin::Argument))
            }
            None if self.stdin || !io::stdin().is_terminal() => Ok((self.text_of(io::stdin())?, EntryOrigin::Stdin)),
            None => ask(name, hidden, terminal).map(|secret| (secret, EntryOrigin::Prompt)),
        }
    }

    /// All of a reader, without one line break at its end.
    fn text_of(&self, reader: impl Read) -> Result<Secret, Failure> {
        let mut bytes = Zeroizing::new(Vec::new());
        // One byte more than allowed is enough to be refused with the store's own words.
        reader
            .take(CONTENT_LIMIT as u64 + 2)
            .read_to_end(&mut bytes)
            .map_err(|error| Failure::usage("the input cannot be read").because(error))?;
        let text = std::str::from_utf8(&bytes).map_err(|_| Failure::usage("the input is not UTF-8 text"))?;
        let text = if self.raw { text } else { text.strip_suffix('\n').unwrap_or(text) };
        let text = if self.raw { text } else { text.strip_suffix('\r').unwrap_or(text) };
        Ok(Secret::from(text))
    }
}

fn ask(name: &str, hidden: bool, terminal: &Terminal) -> Result<Secret, Failure> {
    if !terminal.interactive {
        return Err(Failure::usage(format!("`{name}` needs a content, and nobody can be asked"))
            .help(format!("pipe it in: `pt secrets set {name} --stdin < FILE`")));
    }
    let no_answer = |error| Failure::usage("the answer cannot be read").because(error);
    if !hidden {
        eprint_prompt(&format!("{name}: "));
        let mut line = String::new();
        io::stdin().read_line(&mut line).map_err(no_answer)?;
        return Ok(Secret::from(line.trim_end_matches(['\r', '\n'])));
    }
    let first = Secret::new(rpassword::prompt_password(format!("{name}: ")).map_err(no_answer)?);
    let second = Secret::new(rpassword::prompt_password(format!("{name}, once more: ")).map_err(no_answer)?);
    if first.expose() != second.expose() {
        return Err(Failure::usage("the two were not the same; nothing was set"));
    }
    Ok(first)
}

/// Writes a question without a line break.
pub fn eprint_prompt(question: &str) {
    use std::io::Write;
    let mut stderr = io::stderr().lock();
    let _ = stderr.write_all(question.as_bytes());
    let _ = stderr.flush();
}

/// Asks a question that is answered with yes or no; no is the default.
pub fn confirm(question: &str, flag: &str, terminal: &Terminal) -> Result<bool, Failure> {
    if terminal.yes {
        return Ok(true);
    }
    if !terminal.interactive {
        let asked = format!("this needs a yes, and nobody can be asked: {question}");
        return Err(Failure::usage(asked).help(format!("answer with `{flag}`")));
    }
    eprint_prompt(&format!("{question} [y/N] "));
    let mut line = String::new();
    io::stdin().read_line(&mut line).map_err(|error| Failure::usage("the answer cannot be read").because(error))?;
    Ok(matches!(line.trim().to_lowercase().as_str(), "y" | "yes"))
}
