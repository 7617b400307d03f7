//! `pt render`: what a job comes down to, without an engine.

mod yaml;

use std::io::Write;

use clap::{Args, ValueEnum};

use super::arguments::Global;
use super::failure::Failure;
use super::job::Jobs;
use super::task::without_tasks;
use super::terminal::Terminal;
use crate::expand::{Program, outline};

/// Arguments of `pt render`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pt render                    the template `stack`
  pt render api -o json        a module, for other programs")]
pub struct Render {
    /// Form of the output
    #[arg(short, long, value_name = "FORM", default_value = "yaml")]
    output: Output,
    #[command(flatten)]
    jobs: Jobs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Output {
    /// For people
    Yaml,
    /// For machines
    Json,
}

/// Prints the containers and volumes of a job; secrets as names.
pub fn run(arguments: &Render, global: &Global, terminal: &Terminal) -> Result<u8, Failure> {
    let compiled = arguments.jobs.compile_for(false, global, terminal)?;
    let tasks = compiled.compilation.program.tasks.clone();
    let after = compiled.compilation.program.after.clone();
    let known = without_tasks(compiled, terminal)?;
    let program = Program { tasks, after, ..known.compilation.program };
    let outline = outline(&program);
    let text = match arguments.output {
        Output::Json => serde_json::to_string_pretty(&outline).map(|text| text + "\n").map_err(std::io::Error::from)?,
        Output::Yaml => yaml::text(&outline).map_err(std::io::Error::other)?,
    };
    let mut out = Terminal::out();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(0)
}
