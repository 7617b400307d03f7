//! `pt include`: repositories that a project includes, fetched through git and pinned to commits.

mod fetch;
mod folder;
mod git;
mod library;
mod tree;

use std::io::Write;

use clap::{Args, Subcommand};

use super::arguments::Global;
use super::failure::Failure;
use super::ownership::refuse_foreign;
use super::project::Located;
use super::terminal::Terminal;
use crate::include::Pin;
use crate::model::{GITHUB, RemoteReference, repository_name};
use crate::scaffold::Addition;
use library::{Library, State};

/// Arguments of `pt include`.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  pt include add gh:acme/tools              fetch it, pin its newest commit, include it
  pt include add gh:acme/tools@v2:services  a tag or branch, and a directory of it
  pt include fetch                          what pt.lock names, such as after a clone
  pt include update                         move all pins to the newest commits

PT_GITHUB_URL names another place than https://github.com: a mirror, or a server of your own."
)]
pub struct Include {
    /// Repository to add: gh:owner/name[@rev][:path]
    reference: Option<String>,
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Fetch a repository, pin its commit in pt.lock, and include it
    Add(Add),
    /// Fetch what pt.lock names and is not here
    Fetch,
    /// Move pins to the newest commits
    Update {
        /// Repository to update: gh:owner/name [default: all]
        repository: Option<String>,
    },
    /// List the pinned repositories
    #[command(visible_alias = "ls")]
    List,
    /// Remove a repository's pin and folder
    #[command(visible_alias = "rm")]
    Remove {
        /// Repository: gh:owner/name
        repository: String,
    },
}

#[derive(Debug, Args)]
struct Add {
    /// Repository: gh:owner/name[@rev][:path] [default: what pt.lock names]
    reference: Option<String>,
    /// Do not include it: for its files and for references to single modules
    #[arg(long)]
    pin_only: bool,
}

/// Does what is asked for, one `pt include` of a project at a time.
pub fn run(arguments: &Include, global: &Global, terminal: &Terminal) -> Result<u8, Failure> {
    let located = Located::find(global)?;
    refuse_foreign(&located, None)?;
    let library = Library::open(&located)?;
    match (&arguments.action, &arguments.reference) {
        (None, Some(reference)) => add(library, reference, false, terminal),
        (Some(Action::Add(Add { reference: Some(reference), pin_only })), _) => {
            add(library, reference, *pin_only, terminal)
        }
        (None, None) | (Some(Action::Add(_) | Action::Fetch), _) => fetch(library, terminal),
        (Some(Action::Update { repository }), _) => update(library, repository.as_deref(), terminal),
        (Some(Action::List), _) => list(&library),
        (Some(Action::Remove { repository }), _) => remove(library, repository, terminal),
    }
}

fn add(mut library: Library, written: &str, pin_only: bool, terminal: &Terminal) -> Result<u8, Failure> {
    let reference = RemoteReference::parse(written).filter(|it| it.module.is_none() && it.is_foreign());
    let Some(RemoteReference { name, rev, path, .. }) = reference else {
        return Err(Failure::usage(format!("`{written}` is no reference to a repository"))
            .help("write `gh:owner/name`, and after it `@rev` and `:path` if need be"));
    };
    let addition = (!pin_only).then(|| Addition::Repository { name: name.clone(), path: path.clone() });
    // What cannot be included is not fetched either.
    let edit = addition.as_ref().map(|addition| library.edited(addition)).transpose()?;
    let pin = library.fetch(&name, rev.as_deref(), None, terminal)?;
    let holds = library.holds(&pin, path.as_deref());
    library.pin(pin.clone())?;
    terminal.note(&format!("pinned {} in pt.lock", shown(&pin)));
    match (edit, holds) {
        (None, _) => {}
        (Some(_), false) => {
            let what =
                path.as_deref().map_or_else(|| "no polytope.yml".to_owned(), |path| format!("no `{path}` to include"));
            terminal.warning(&format!("{GITHUB}{name} holds {what}: it is pinned, but not included"));
        }
        (Some(None), true) => terminal.note(&format!("{} includes it already", library.blueprint())),
        (Some(Some(text)), true) => {
            library.write_blueprint(&text)?;
            terminal.note(&format!("{} includes it now", library.blueprint()));
        }
    }
    library.sweep();
    Ok(0)
}

/// Brings exactly the pinned commits here.
fn fetch(mut library: Library, terminal: &Terminal) -> Result<u8, Failure> {
    let pins = library.pins();
    if pins.is_empty() {
        terminal.note("pt.lock names no repository: nothing to fetch");
        return Ok(0);
    }
    for pin in pins {
        match library.state(&pin) {
            State::Here => terminal.note(&format!("{} is here", shown(&pin))),
            state => {
                if state == State::Changed {
                    terminal.warning(&format!("the files of {} were changed: they are fetched anew", shown(&pin)));
                }
                let fetched = library.fetch(&pin.name, pin.rev.as_deref(), Some(&pin), terminal)?;
                library.pin(fetched)?;
                terminal.note(&format!("fetched {}", shown(&pin)));
            }
        }
    }
    library.sweep();
    Ok(0)
}

fn update(mut library: Library, repository: Option<&str>, terminal: &Terminal) -> Result<u8, Failure> {
    let wanted = repository.map(|repository| library.pinned(name(repository)?)).transpose()?;
    let pins = wanted.map_or_else(|| library.pins(), |pin| vec![pin]);
    if pins.is_empty() {
        terminal.note("pt.lock names no repository: nothing to update");
    }
    for pin in pins {
        let new = library.fetch(&pin.name, pin.rev.as_deref(), None, terminal)?;
        library.pin(new.clone())?;
        let told = if new.commit == pin.commit {
            format!("{} is the newest", shown(&pin))
        } else {
            format!("{} is now {}", shown(&pin), &new.commit[..SHORT])
        };
        terminal.note(&told);
    }
    library.sweep();
    Ok(0)
}

fn list(library: &Library) -> Result<u8, Failure> {
    let mut out = Terminal::out();
    for pin in library.pins() {
        let state = match library.state(&pin) {
            State::Here => "",
            State::Absent => "  not fetched: `pt include fetch`",
            State::Changed => "  changed since it was fetched: `pt include fetch`",
        };
        let rev = pin.rev.as_deref().map(|rev| format!("@{rev}")).unwrap_or_default();
        writeln!(out, "{GITHUB}{}{rev}  {}{state}", pin.name, pin.commit)?;
    }
    out.flush()?;
    Ok(0)
}

fn remove(mut library: Library, repository: &str, terminal: &Terminal) -> Result<u8, Failure> {
    let pin = library.pinned(name(repository)?)?;
    library.unpin(&pin.name)?;
    library.sweep();
    terminal.note(&format!("removed {} from pt.lock", shown(&pin)));
    if library.mentions(&pin.name) {
        terminal.note(&format!("{} still includes it: remove that line, too", library.blueprint()));
    }
    Ok(0)
}

/// `owner/name`, however it was written.
fn name(written: &str) -> Result<&str, Failure> {
    let name = written.strip_prefix(GITHUB).unwrap_or(written);
    match repository_name(&format!("{GITHUB}{name}")) {
        Some(_) => Ok(name),
        None => Err(Failure::usage(format!("`{written}` is no repository")).help("write `gh:owner/name`")),
    }
}

/// Digits of a commit that tell it apart for people.
const SHORT: usize = 12;

fn shown(pin: &Pin) -> String {
    format!("{GITHUB}{} at {}", pin.name, &pin.commit[..SHORT])
}
