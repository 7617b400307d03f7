//! `pt secrets`: contents that are kept encrypted, outside of the repository.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::arguments::Global;
use super::content::{Content, confirm};
use super::exchange::{self, ExchangeFormat};
use super::failure::{Class, Failure};
use super::listing::{self, Row, State};
use super::project::{Located, environment};
use super::terminal::Terminal;
use crate::expr::UseKind;
use crate::store::{EntryOrigin, GENERATED_LENGTH, Origin, ProjectStore, Written, export, generate, write_export};

/// Arguments of `pt secrets`.
#[derive(Debug, Args)]
#[command(
    after_help = "Secrets are kept per project, encrypted with age, in $XDG_DATA_HOME/pt. A module reads one with
`pt.secret NAME`. In CI set PT_SECRET_<NAME>, with - written as _.

Examples:
  pt secrets set db-password            asks, without showing what you type
  pass db | pt secrets set db-password -
  pt secrets generate db-password       makes one up
  pt secrets list                       names only; which are missing, and where each is used"
)]
pub struct Secrets {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Set a secret
    Set {
        /// Its name
        #[arg(add = clap_complete::ArgValueCandidates::new(super::names::secrets))]
        name: String,
        #[command(flatten)]
        content: Content,
    },
    /// Print a secret
    Get {
        /// Its name
        #[arg(add = clap_complete::ArgValueCandidates::new(super::names::secrets))]
        name: String,
        /// Really print it
        #[arg(long)]
        reveal: bool,
    },
    /// List names, never contents
    #[command(visible_alias = "ls")]
    List(listing::Options),
    /// Remove secrets
    #[command(visible_alias = "remove")]
    Rm {
        /// Their names
        #[arg(required = true, add = clap_complete::ArgValueCandidates::new(super::names::secrets))]
        names: Vec<String>,
    },
    /// Make up a secret and set it
    Generate {
        /// Their names
        #[arg(required = true, add = clap_complete::ArgValueCandidates::new(super::names::secrets))]
        names: Vec<String>,
        /// Number of characters
        #[arg(long, default_value_t = GENERATED_LENGTH)]
        length: usize,
        /// Replace one that is set
        #[arg(long)]
        force: bool,
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
    /// Write all secrets to a file that only you can read
    Export {
        /// The file
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
        /// Its form [default: what the name says]
        #[arg(long)]
        format: Option<ExchangeFormat>,
        /// Replace a file that is there
        #[arg(long)]
        force: bool,
    },
}

/// Runs a subcommand.
pub fn run(arguments: &Secrets, global: &Global, terminal: &Terminal) -> Result<u8, Failure> {
    let located = Located::find(global)?;
    let store = located.store()?;
    // From here on secrets are in memory: no core dump may hold them.
    if let Err(error) = crate::store::harden_process() {
        terminal.note(&format!("note: core dumps cannot be switched off: {error}"));
    }
    match &arguments.command {
        Command::Set { name, content } => {
            let (secret, origin) = content.read(name, true, terminal)?;
            if secret.expose().trim() != secret.expose() {
                terminal.warning(&format!("`{name}` starts or ends with white space"));
            }
            told(&store.secrets().set(name, &secret, origin)?, terminal);
        }
        Command::Get { name, reveal } => return get(&store, name, *reveal),
        Command::List(options) => return list(&located, &store, options, terminal),
        Command::Rm { names } => return remove(&store, names, terminal),
        Command::Generate { names, length, force } => make_up(&store, names, *length, *force, terminal)?,
        Command::Import { source, format } => {
            let entries = exchange::read(source, *format)?;
            super::replacing::settings("the file", &[], &store.secrets().replaced_by(&entries)?, terminal)?;
            told(&store.secrets().import(entries)?, terminal);
        }
        Command::Export { to, format, force } => {
            let all = store.secrets().all()?;
            let entries = all.iter().map(|(name, secret)| (name.as_str(), secret.expose()));
            let text = export(exchange::format(to, *format), entries);
            write_export(to, &text, *force, environment())?;
            terminal.say(&format!("wrote {} secrets to {}, readable by you alone", all.len(), to.display()));
        }
    }
    Ok(0)
}

fn get(store: &ProjectStore, name: &str, reveal: bool) -> Result<u8, Failure> {
    if !reveal {
        return Err(Failure::usage("a secret is only printed when you ask for it")
            .help(format!("`pt secrets get {name} --reveal`")));
    }
    let Some(secret) = store.secrets().get(name)? else { return Err(unknown(store, name)?) };
    let mut out = Terminal::out();
    out.write_all(secret.expose().as_bytes())?;
    out.write_all(b"\n")?;
    out.flush()?;
    Ok(0)
}

fn unknown(store: &ProjectStore, name: &str) -> Result<Failure, Failure> {
    let names = store.secrets().names()?;
    let near = crate::diagnostic::did_you_mean(name, names.keys().map(String::as_str));
    let help =
        near.map_or_else(|| format!("set it: `pt secrets set {name}`"), |near| format!("did you mean `{near}`?"));
    Ok(Failure::new(Class::Missing, format!("secret `{name}` is not set")).help(help))
}

fn remove(store: &ProjectStore, names: &[String], terminal: &Terminal) -> Result<u8, Failure> {
    let known = store.secrets().names()?;
    for name in names {
        if !known.contains_key(name) {
            return Err(unknown(store, name)?.help("`pt secrets list` shows what is set"));
        }
    }
    let question = format!("Remove {}?", names.join(", "));
    if !confirm(&question, "--yes", terminal)? {
        return Ok(1);
    }
    for name in names {
        store.secrets().remove(name)?;
        terminal.say(&format!("removed secret `{name}`"));
    }
    Ok(0)
}

fn make_up(
    store: &ProjectStore,
    names: &[String],
    length: usize,
    force: bool,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let known = store.secrets().names()?;
    if let Some(name) = names.iter().find(|name| known.contains_key(*name) && !force) {
        return Err(Failure::usage(format!("secret `{name}` is set already"))
            .help("`--force` replaces it; a database that was initialised with the old one keeps the old one"));
    }
    let mut secrets = BTreeMap::new();
    for name in names {
        secrets.insert(name.clone(), generate(length)?);
    }
    told(&store.secrets().set_all(&secrets, EntryOrigin::Generated)?, terminal);
    Ok(())
}

fn told(written: &Written, terminal: &Terminal) {
    for name in &written.empty {
        terminal.warning(&format!("`{name}` is empty and was left out"));
    }
    for (name, change) in &written.changes {
        terminal.note(&format!("secret `{name}` {}", change.word()));
    }
    if let Some(path) = &written.identity_created {
        terminal.say(&format!(
            "note: {} was made; it opens your secrets. Keep a copy of it somewhere safe",
            path.display()
        ));
    }
}

fn list(
    located: &Located,
    store: &ProjectStore,
    options: &listing::Options,
    terminal: &Terminal,
) -> Result<u8, Failure> {
    let names = store.secrets().names()?;
    let (known, used) = listing::used(located, UseKind::Secret)?;
    let set = known.0.secrets();
    let all: BTreeSet<&String> = set.keys().chain(used.keys()).collect();
    let rows = all.into_iter().map(|name| {
        let state = match (known.0.secret(name), names.get(name)) {
            (Some(Origin::Store(_)), Some(info)) => {
                State::Set { at: Some(info.set_at), origin: word(info.origin).to_owned() }
            }
            (Some(origin), _) => State::Set { at: None, origin: origin.to_string() },
            (None, _) => State::Missing,
        };
        Row { name: name.clone(), state, content: None, places: used.get(name).cloned().unwrap_or_default() }
    });
    listing::print(&rows.collect::<Vec<_>>(), "secret", options, terminal)
}

fn word(origin: EntryOrigin) -> &'static str {
    match origin {
        EntryOrigin::Prompt => "typed",
        EntryOrigin::Stdin => "standard input",
        EntryOrigin::File => "file",
        EntryOrigin::Argument => "argument",
        EntryOrigin::Generated => "generated",
        EntryOrigin::Import => "imported",
        EntryOrigin::Other => "other",
    }
}
