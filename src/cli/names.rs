//! Names that a shell completes: jobs, containers, values, secrets, rules. Read from the project's files and its store: no
//! engine is asked, nothing is decrypted, nothing is said where something cannot be read.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{ArgMatches, Parser};
use clap_complete::CompletionCandidate;

use super::arguments::{Arguments, Global};
use super::help;
use super::listing;
use super::project::Located;
use crate::blueprint::Catalogue;
use crate::compiler;
use crate::diagnostic::Diagnostics;
use crate::expr::UseKind;
use crate::include::{self, Named};
use crate::lint::Settings;
use crate::rules;
use crate::source::{DiskLoader, Sources};

/// Templates, tools and modules.
pub fn jobs() -> Vec<CompletionCandidate> {
    let read = || {
        let located = located()?;
        let (mut sources, mut nobody) = (Sources::default(), Diagnostics::default());
        let documents = include::read(&DiskLoader, &located.file, &mut sources, &mut nobody).ok()?;
        let candidate = |name: &str| {
            let info = match documents.get(name)? {
                Named::Template(template) => template.info.as_ref(),
                Named::Module(module) => module.info.as_ref(),
            };
            let first = info.and_then(|info| info.lines().next()).map(|line| line.to_owned().into());
            Some(CompletionCandidate::new(name).help(first))
        };
        Some(documents.names().filter_map(candidate).collect())
    };
    read().unwrap_or_default()
}

/// Containers that the file's jobs come down to.
pub fn containers() -> Vec<CompletionCandidate> {
    let read = || {
        let located = located()?;
        let known = located.known().ok()?;
        Some(compiler::check(&DiskLoader, &located.file, &known, &Settings::default()).ok()?.containers)
    };
    candidates(read().unwrap_or_default())
}

/// Secrets that are set, and those that the file reads.
pub fn secrets() -> Vec<CompletionCandidate> {
    set_or_used(UseKind::Secret)
}

/// Values that are set, and those that the file reads.
pub fn values() -> Vec<CompletionCandidate> {
    set_or_used(UseKind::Value)
}

/// Rules and blueprints.
pub fn topics() -> Vec<CompletionCandidate> {
    let catalogue = located().map_or_else(Catalogue::default, |located| {
        let (mut sources, mut nobody) = (Sources::default(), Diagnostics::default());
        Catalogue::read(&DiskLoader, &located.directory, &mut sources, &mut nobody)
    });
    candidates(rules::ALL.iter().map(|rule| rule.name.to_owned()).chain(catalogue.names()).collect())
}

fn set_or_used(kind: UseKind) -> Vec<CompletionCandidate> {
    let read = || {
        let (known, used) = listing::used(&located()?, kind).ok()?;
        let set: Vec<String> = match kind {
            UseKind::Secret => known.0.secrets().into_keys().collect(),
            UseKind::Value => known.0.values().into_keys().collect(),
        };
        Some(used.into_keys().chain(set).collect())
    };
    candidates(read().unwrap_or_default())
}

fn candidates(names: BTreeSet<String>) -> Vec<CompletionCandidate> {
    names.into_iter().map(CompletionCandidate::new).collect()
}

/// The project of the line that is being completed.
fn located() -> Option<Located> {
    Located::find(&global()?).ok()
}

/// The flags of that line, which stands after a `--` among the arguments of this process.
fn global() -> Option<Global> {
    let words = std::env::args_os().skip_while(|word| word != "--").skip(1);
    let unfinished = help::command().ignore_errors(true).try_get_matches_from(words).ok()?;
    let mut global = Arguments::try_parse_from(["pt", "ps"]).ok()?.global;
    global.directory = path(&unfinished, "directory");
    global.file = path(&unfinished, "file");
    if let Some(name) = deepest(&unfinished).try_get_one::<String>("project").ok().flatten() {
        global.project = Some(name.clone());
    }
    Some(global)
}

fn path(matches: &ArgMatches, name: &str) -> Option<PathBuf> {
    deepest(matches).try_get_one::<PathBuf>(name).ok().flatten().cloned()
}

/// Flags of every command are passed down to the command that is called.
fn deepest(matches: &ArgMatches) -> &ArgMatches {
    matches.subcommand().map_or(matches, |(_, below)| deepest(below))
}
