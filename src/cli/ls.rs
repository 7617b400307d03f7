//! `pt ls`: all projects of this machine, on every engine, with their folders.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;

use clap::Args;

use super::arguments::Global;
use super::checkout::paths;
use super::choice::{docker, process};
use super::failure::Failure;
use super::session::runtime;
use super::terminal::Terminal;
use crate::engine::{AnyEngine, Failure as EngineFailure};
use crate::report::sanitize::visible;
use crate::store::{Register, is_gone};

/// Arguments of `pt ls`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pt ls
  pt ls --json                 for other programs
  pt -p shop ps                what runs of one of them, from anywhere")]
pub struct Ls {
    /// One JSON document
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Default)]
struct Row {
    containers: usize,
    running: usize,
    volumes: Vec<String>,
}

type Rows = BTreeMap<(String, &'static str, String), Row>;

/// Lists what the engines hold, and folders of the register that hold nothing now.
pub fn run(arguments: &Ls, global: &Global, terminal: &Terminal) -> Result<u8, Failure> {
    let register = Register::read(&paths())?;
    let mut rows = held(global, terminal)?;
    for row in std::mem::take(&mut rows) {
        let ((project, engine, mut directory), row) = row;
        // A folder that was moved is where it is now.
        if let Some(known) = register.checkouts.iter().find(|known| {
            known.project == project && known.former.iter().any(|former| former.to_string_lossy() == *directory)
        }) {
            directory = known.directory.to_string_lossy().into_owned();
        }
        let all = rows.entry((project, engine, directory)).or_default();
        all.containers += row.containers;
        all.running += row.running;
        all.volumes.extend(row.volumes);
    }
    for known in register.checkouts.iter().filter(|known| !known.project.is_empty() && !known.is_gone()) {
        let engine = if known.engine == "process" { "process" } else { "docker" };
        let directory = known.directory.to_string_lossy().into_owned();
        if !rows.keys().any(|(project, _, _)| *project == known.project) {
            rows.insert((known.project.clone(), engine, directory), Row::default());
        }
    }
    let mut out = Terminal::out();
    if arguments.json {
        let projects: Vec<serde_json::Value> = rows.iter().map(|(key, row)| json(key, row)).collect();
        writeln!(out, "{:#}", serde_json::json!({ "version": 1, "projects": projects }))?;
    } else if rows.is_empty() {
        terminal.note("there are no projects on this machine; `pt run -d` starts one");
    } else {
        out.write_all(text(&rows).as_bytes())?;
    }
    out.flush()?;
    Ok(0)
}

/// What each engine holds that answers.
fn held(global: &Global, terminal: &Terminal) -> Result<Rows, Failure> {
    let mut engines = Vec::new();
    runtime()?.block_on(async {
        engines.extend(process().map(AnyEngine::Process));
        match docker(global) {
            Ok(docker) => engines.push(AnyEngine::Docker(Box::new(docker))),
            Err(_) => terminal.note("no Docker engine is found: its projects are not listed"),
        }
        let mut rows = Rows::new();
        for engine in engines {
            let held = match engine.inventory().await {
                Ok(held) => held,
                Err(error) if matches!(error.failure, EngineFailure::Unreachable(_)) => {
                    terminal.note("no Docker engine answers: its projects are not listed");
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            for it in held {
                let row = Row { containers: it.containers, running: it.running, volumes: it.volumes };
                rows.insert((it.project, engine.kind(), it.directory), row);
            }
        }
        Ok(rows)
    })
}

fn name(project: &str) -> &str {
    project.strip_prefix("pt-").unwrap_or(project)
}

fn json((project, engine, directory): &(String, &'static str, String), row: &Row) -> serde_json::Value {
    serde_json::json!({
        "name": name(project),
        "project": project,
        "engine": engine,
        "directory": directory,
        "gone": is_gone(std::path::Path::new(directory)),
        "containers": row.containers,
        "running": row.running,
        "volumes": row.volumes,
    })
}

fn text(rows: &Rows) -> String {
    let cells: Vec<[String; 4]> = rows
        .iter()
        .map(|((project, engine, directory), row)| {
            let state = format!("{} of {} running", row.running, row.containers);
            let gone = if is_gone(std::path::Path::new(directory)) { "  (gone)" } else { "" };
            let folder = format!("{}{gone}", visible(directory));
            [visible(name(project)).into_owned(), (*engine).to_owned(), state, folder]
        })
        .collect();
    let width = |column: usize| cells.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let (first, second, third) = (width(0), width(1), width(2));
    cells.iter().fold(String::new(), |mut text, [name, engine, state, folder]| {
        let _ = writeln!(text, "{name:first$}  {engine:second$}  {state:third$}  {folder}");
        text
    })
}
