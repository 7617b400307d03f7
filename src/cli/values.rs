//! `pt values`: settings of this machine's copy of the project that are no secrets.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::arguments::Global;
use super::content::{Content, confirm};
use super::exchange::{self, ExchangeFormat};
use super::failure::{Class, Failure};
use super::listing::{self, Row, State};
use super::project::Located;
use super::replacing;
use super::terminal::Terminal;
use crate::expr::UseKind;
use crate::store::{Change, GENERATED_LENGTH, export, generate};

/// Arguments of `pt values`.
#[derive(Debug, Args)]
#[command(after_help = "Values are kept per project in a readable file in $XDG_DATA_HOME/pt. A module reads one with
`pt.value NAME`. PT_VALUE_<NAME> (with - written as _) wins over it; config/values.yml comes last.

Examples:
  pt values set api-port 4000
  pt values list
  pt values import .env")]
pub struct Values {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Set a value
    Set {
        /// Its name
        #[arg(add = clap_complete::ArgValueCandidates::new(super::names::values))]
        name: String,
        #[command(flatten)]
        content: Content,
    },
    /// Print a value
    Get {
        /// Its name
        #[arg(add = clap_complete::ArgValueCandidates::new(super::names::values))]
        name: String,
    },
    /// List values, which are missing, and where each is used
    #[command(visible_alias = "ls")]
    List(listing::Options),
    /// Remove values
    #[command(visible_alias = "remove")]
    Rm {
        /// Their names
        #[arg(required = true, add = clap_complete::ArgValueCandidates::new(super::names::values))]
        names: Vec<String>,
    },
    /// Make up a value and set it
    Generate {
        /// Its name
        #[arg(add = clap_complete::ArgValueCandidates::new(super::names::values))]
        name: String,
        /// Number of characters
        #[arg(long, default_value_t = GENERATED_LENGTH)]
        length: usize,
    },
    /// Take in a dotenv, JSON or YAML file
    Import {
        /// The file; `-` is standard input
        // `file` is the name of the global flag, whose value this would become.
        #[arg(value_name = "FILE")]
        source: PathBuf,
        /// Its form [default: what the name says]
        #[arg(long)]
        format: Option<ExchangeFormat>,
    },
    /// Print all values
    Export {
        /// Form of the output
        #[arg(long, default_value = "dotenv")]
        format: ExchangeFormat,
    },
}

/// Runs a subcommand.
pub fn run(arguments: &Values, global: &Global, terminal: &Terminal) -> Result<u8, Failure> {
    let located = Located::find(global)?;
    let store = located.store()?;
    let values = store.values();
    match &arguments.command {
        Command::Set { name, content } => {
            let (content, _) = content.read(name, false, terminal)?;
            told(name, values.set(name, content.expose())?, terminal);
        }
        Command::Get { name } => {
            let known = located.known()?.0;
            let Some(value) = known.value(name) else {
                let names = known.values();
                let near = crate::diagnostic::did_you_mean(name, names.keys().map(String::as_str));
                let set = || format!("set it: `pt values set {name} VALUE`");
                return Err(Failure::new(Class::Missing, format!("value `{name}` is not set"))
                    .help(near.map_or_else(set, |near| format!("did you mean `{near}`?"))));
            };
            let mut out = Terminal::out();
            writeln!(out, "{}", value.value)?;
            out.flush()?;
        }
        Command::List(options) => {
            let (known, used) = listing::used(&located, UseKind::Value)?;
            let set = known.0.values();
            let all: BTreeSet<&String> = set.keys().chain(used.keys()).collect();
            let rows = all.into_iter().map(|name| {
                let found = known.0.value(name);
                let state = match found {
                    Some(found) => State::Set { at: None, origin: found.origin.to_string() },
                    None => State::Missing,
                };
                let content = found.map(|found| found.value.clone());
                Row { name: name.clone(), state, content, places: used.get(name).cloned().unwrap_or_default() }
            });
            return listing::print(&rows.collect::<Vec<_>>(), "value", options, terminal);
        }
        Command::Rm { names } => {
            let set = values.all()?;
            if let Some(name) = names.iter().find(|name| !set.contains_key(name.as_str())) {
                return Err(Failure::new(Class::Missing, format!("value `{name}` is not set")));
            }
            if !confirm(&format!("Remove {}?", names.join(", ")), "--yes", terminal)? {
                terminal.say("nothing was removed");
                return Ok(1);
            }
            for name in names {
                values.remove(name)?;
                terminal.note(&format!("removed value `{name}`"));
            }
        }
        Command::Generate { name, length } => {
            let replaced: Vec<String> = values.get(name)?.into_iter().map(|_| name.clone()).collect();
            replacing::settings("a new content", &replaced, &[], terminal)?;
            told(name, values.set(name, generate(*length)?.expose())?, terminal);
        }
        Command::Import { source, format } => {
            let entries: BTreeMap<String, String> = exchange::read(source, *format)?
                .into_iter()
                .map(|(name, text)| (name, text.expose().to_owned()))
                .collect();
            replacing::settings("the file", &values.replaced_by(&entries)?, &[], terminal)?;
            for (name, change) in values.set_all(&entries)? {
                told(&name, change, terminal);
            }
        }
        Command::Export { format } => {
            let all = values.all()?;
            let text = export((*format).into(), all.iter().map(|(name, value)| (name.as_str(), value.as_str())));
            let mut out = Terminal::out();
            out.write_all(text.as_bytes())?;
            out.flush()?;
        }
    }
    Ok(0)
}

fn told(name: &str, change: Change, terminal: &Terminal) {
    terminal.note(&format!("value `{name}` {}", change.word()));
}
