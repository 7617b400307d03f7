//! `pt ps`: what runs, and where it is found.

use std::fmt::Write as _;
use std::io::Write;

use clap::{Args, ValueEnum};

use super::arguments::Global;
use super::failure::Failure;
use super::observed::Holding;
use super::session::runtime;
use super::terminal::Terminal;
use crate::diagnostic::Level;
use crate::plan::{ObservedContainer, State, labels};

/// Arguments of `pt ps`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pt ps
  pt ps -o json                for other programs")]
pub struct Ps {
    /// Only these containers
    #[arg(add = clap_complete::ArgValueCandidates::new(super::names::containers))]
    containers: Vec<String>,
    /// Form of the output
    #[arg(short, long, value_name = "FORM", default_value = "text", visible_alias = "format")]
    output: Output,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Output {
    /// A table
    Text,
    /// One JSON document
    Json,
}

/// Lists the containers of the project.
pub fn run(arguments: &Ps, global: &Global, terminal: &Terminal) -> Result<u8, Failure> {
    let holding = runtime()?.block_on(Holding::look(global))?;
    let containers = holding.select(&arguments.containers)?;
    let mut out = Terminal::out();
    match arguments.output {
        Output::Json => {
            let rows: Vec<serde_json::Value> = containers.iter().map(|seen| json(seen)).collect();
            let document = serde_json::json!({ "version": 1, "project": holding.project, "containers": rows });
            writeln!(out, "{document:#}")?;
        }
        Output::Text if containers.is_empty() => {
            terminal.note(&holding.nothing());
        }
        Output::Text => out.write_all(text(&containers, terminal).as_bytes())?,
    }
    out.flush()?;
    Ok(0)
}

/// What a container is doing, in words.
pub fn state_word(state: State) -> String {
    match state {
        State::Created => "created".to_owned(),
        State::Running => "running".to_owned(),
        State::Restarting => "restarting".to_owned(),
        State::Paused => "paused".to_owned(),
        State::Stopping => "stopping".to_owned(),
        State::Exited(0) => "done (exited 0)".to_owned(),
        State::Exited(code) => format!("exited {code}"),
        State::Dead => "dead".to_owned(),
    }
}

fn id_of(seen: &ObservedContainer) -> String {
    if seen.replica > 1 { format!("{}-{}", seen.container, seen.replica) } else { seen.container.clone() }
}

fn image_of(seen: &ObservedContainer) -> &str {
    seen.labels.get(labels::IMAGE).map_or(seen.image_id.as_str(), String::as_str)
}

fn ports_of(seen: &ObservedContainer) -> String {
    let mut ports: Vec<String> = seen
        .published
        .iter()
        .map(|port| {
            format!("{}:{} → {}{}", port.address, port.host, port.container, if port.udp { "/udp" } else { "" })
        })
        .collect();
    ports.sort();
    ports.dedup();
    ports.join(", ")
}

fn text(containers: &[&ObservedContainer], terminal: &Terminal) -> String {
    let palette = terminal.out_palette();
    let cells: Vec<[String; 4]> = containers
        .iter()
        .map(|seen| [id_of(seen), state_word(seen.state), image_of(seen).to_owned(), ports_of(seen)])
        .collect();
    let width = |column: usize| cells.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let (first, second, third) = (width(0), width(1), width(2));
    let mut text = String::new();
    for (seen, [id, state, image, ports]) in containers.iter().zip(&cells) {
        let style = match seen.state {
            State::Running | State::Exited(0) => palette.good(),
            State::Exited(_) | State::Dead => palette.level(Level::Error),
            State::Created | State::Restarting | State::Paused | State::Stopping => palette.level(Level::Warning),
        };
        let line = format!("{id:first$}  {style}{state:second$}{style:#}  {image:third$}  {ports}");
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

fn json(seen: &ObservedContainer) -> serde_json::Value {
    let ports: Vec<serde_json::Value> = seen
        .published
        .iter()
        .map(|port| serde_json::json!({ "address": port.address, "host": port.host, "container": port.container, "udp": port.udp }))
        .collect();
    serde_json::json!({
        "id": seen.container,
        "replica": seen.replica,
        "name": seen.name,
        "engine_id": seen.engine_id,
        "state": state_word(seen.state),
        "running": seen.state == State::Running,
        "image": image_of(seen),
        "ports": ports,
    })
}
