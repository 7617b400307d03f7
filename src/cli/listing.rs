//! Lists of values and secrets: what is set, what is missing, and where each is used.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;

use clap::{Args, ValueEnum};
use jiff::Timestamp;

use super::failure::Failure;
use super::project::Located;
use super::terminal::Terminal;
use crate::compiler;
use crate::diagnostic::Level;
use crate::expr::UseKind;
use crate::ide::Given;
use crate::lint::Settings;
use crate::source::DiskLoader;

/// Arguments of a list.
#[derive(Debug, Args)]
pub struct Options {
    /// Form of the list
    #[arg(short, long, value_name = "FORM", default_value = "text")]
    output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    /// A table
    Text,
    /// One JSON document
    Json,
}

/// A line of a list.
#[derive(Debug)]
pub struct Row {
    /// The name.
    pub name: String,
    /// Whether it is set.
    pub state: State,
    /// What it is set to; never given for secrets.
    pub content: Option<String>,
    /// Where it is used, as `path:line:column`.
    pub places: Vec<String>,
}

/// Whether something is set.
#[derive(Debug)]
pub enum State {
    /// Since when, where known, and how it was given.
    Set {
        /// Since when.
        at: Option<Timestamp>,
        /// How it was given.
        origin: String,
    },
    /// It is used and not set.
    Missing,
}

/// What is set for the project, and where its file uses values or secrets.
pub fn used(located: &Located, kind: UseKind) -> Result<(Given, BTreeMap<String, Vec<String>>), Failure> {
    let known = located.known()?;
    let compiled = compiler::check(&DiskLoader, &located.file, &known, &Settings::default())
        .map_err(|error| Failure::load(&located.file, error))?;
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for used in compiled.uses.iter().filter(|used| used.kind == kind) {
        let place = compiled.sources.place(used.name.span);
        let of_name = places.entry(used.name.value.clone()).or_default();
        if !of_name.contains(&place) {
            of_name.push(place);
        }
    }
    Ok((known, places))
}

/// Prints the rows; exit code 0, whatever is missing.
pub fn print(rows: &[Row], kind: &str, options: &Options, terminal: &Terminal) -> Result<u8, Failure> {
    let mut out = Terminal::out();
    match options.output {
        Output::Json => {
            serde_json::to_writer_pretty(&mut out, &json(rows, kind)).map_err(std::io::Error::from)?;
            writeln!(out)?;
        }
        Output::Text if rows.is_empty() => terminal.note(&format!("no {kind} is set, and the file uses none")),
        Output::Text => out.write_all(text(rows, terminal).as_bytes())?,
    }
    out.flush()?;
    Ok(0)
}

fn text(rows: &[Row], terminal: &Terminal) -> String {
    let bad = terminal.out_palette().level(Level::Error);
    let states: Vec<String> = rows.iter().map(state).collect();
    let widest =
        |texts: &mut dyn Iterator<Item = &str>| texts.map(|text| text.chars().count()).max().unwrap_or_default();
    let first = widest(&mut rows.iter().map(|row| row.name.as_str()));
    // Long contents do not push all other rows away.
    let second = widest(&mut states.iter().map(String::as_str)).min(40);
    let mut text = String::new();
    for (row, state) in rows.iter().zip(&states) {
        let style = if matches!(row.state, State::Missing) { bad } else { anstyle::Style::new() };
        let used = match row.places.split_first() {
            Some((first, [])) => format!("used at {first}"),
            Some((first, more)) => format!("used at {first} and {} more", more.len()),
            None => "not used".to_owned(),
        };
        let _ = writeln!(text, "{:first$}  {style}{state:second$}{style:#}  {used}", row.name);
    }
    text
}

/// What a row is set to, or how it was set.
fn state(row: &Row) -> String {
    match (&row.state, &row.content) {
        (State::Missing, _) => "missing".to_owned(),
        (State::Set { .. }, Some(content)) => crate::report::sanitize::visible(content).into_owned(),
        (State::Set { at, origin }, None) => {
            let age = at.map_or_else(String::new, |at| format!(" {}", age(at, Timestamp::now())));
            format!("set{age} ({origin})")
        }
    }
}

fn json(rows: &[Row], kind: &str) -> serde_json::Value {
    let row = |row: &Row| {
        let mut entry =
            serde_json::json!({ "name": row.name, "set": !matches!(row.state, State::Missing), "used_at": row.places });
        if let State::Set { at, origin } = &row.state {
            entry["set_at"] = at.map_or(serde_json::Value::Null, |at| at.to_string().into());
            entry["origin"] = origin.clone().into();
        }
        if let Some(content) = &row.content {
            entry["value"] = content.clone().into();
        }
        entry
    };
    serde_json::json!({ "version": 1, format!("{kind}s"): rows.iter().map(row).collect::<Vec<_>>() })
}

/// A time ago in one unit; a clock that went back gives "just now".
fn age(then: Timestamp, now: Timestamp) -> String {
    let seconds = now.as_second().saturating_sub(then.as_second()).max(0);
    let (count, unit) = match seconds {
        0..60 => return "just now".to_owned(),
        60..3600 => (seconds / 60, "minute"),
        3600..86_400 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" })
}
