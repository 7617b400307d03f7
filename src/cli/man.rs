//! `pt man`: manual pages, made from the same commands and flags as `--help`.

use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, Command};
use clap_mangen::Man as Page;

use super::arguments::Global;
use super::failure::{Class, Failure};
use super::help;
use super::project::based;
use super::terminal::Terminal;
use crate::store::atomic_write;

/// Arguments of `pt man`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pt man | man -l -                          read it
  pt man ~/.local/share/man/man1             a page for every command; then: man pt-run")]
pub struct Man {
    /// Write a page for every command into this directory [default: print that of `pt`]
    #[arg(value_name = "DIR")]
    target: Option<PathBuf>,
}

/// Prints the page of `pt`, or writes all pages.
pub fn run(arguments: &Man, global: &Global, terminal: &Terminal) -> Result<u8, Failure> {
    let mut all = help::command();
    all.build();
    let Some(target) = &arguments.target else {
        let mut out = Terminal::out();
        out.write_all(&rendered(&Page::new(all))?)?;
        out.flush()?;
        return Ok(0);
    };
    let target = based(global, target);
    std::fs::create_dir_all(&target)
        .map_err(|error| Failure::new(Class::No, format!("{} cannot be made", target.display())).because(error))?;
    let pages = pages(&all);
    for page in &pages {
        atomic_write(&target.join(page.get_filename()), &rendered(page)?, 0o644)?;
    }
    terminal.note(&format!("wrote {} pages to {}", pages.len(), target.display()));
    Ok(0)
}

/// A page; that of `pt` itself with what belongs to no command.
fn rendered(page: &Page) -> Result<Vec<u8>, Failure> {
    let mut text = Vec::new();
    page.render(&mut text)?;
    let mut text = String::from_utf8_lossy(&text).replace(".SH EXTRA\n", ".SH \"NOTES AND EXAMPLES\"\n");
    if page.get_filename() == "pt.1" {
        for (heading, topic) in [("\"EXIT STATUS\"", "exit-codes"), ("ENVIRONMENT", "environment")] {
            text.push_str(&section(heading, help::topic(topic).unwrap_or_default()));
        }
    }
    Ok(text.into_bytes())
}

/// A topic as a section, line by line as it stands.
fn section(heading: &str, text: &str) -> String {
    // The first line is its title.
    let body = text.split_once("\n\n").map_or(text, |(_, body)| body);
    let lines: String =
        body.lines().map(|line| format!("\\&{}\n", line.replace('\\', "\\e").replace('-', "\\-"))).collect();
    format!(".SH {heading}\n.nf\n{lines}.fi\n")
}

/// A page for a command and for each one below it.
fn pages(command: &Command) -> Vec<Page> {
    let below = command.get_subcommands().filter(|command| !command.is_hide_set()).flat_map(pages);
    std::iter::once(Page::new(command.clone())).chain(below).collect()
}
