//! Built-in tasks by their names: one line each in [`run`].

use std::path::{Path, PathBuf};

use super::stages::{Runner, TaskError};
use super::{build, container, post, scaffold};
use crate::cli::job::Compiled;
use crate::cli::log_printer::{Form, LogPrinter};
use crate::cli::session::engine_project;
use crate::engine::{Engine, LogLine, Stream};
use crate::expand::{Bound, Task};
use crate::include::{join, normal};
use crate::report::count;
use crate::source::Span;
use crate::value::{Data, Value};

/// What a built-in task has at hand.
pub struct Bench<'r, 'a, E> {
    /// Engine, terminal and secrets.
    pub runner: &'r Runner<'a, E>,
    /// The task.
    pub task: &'r Task,
    /// The job that it belongs to.
    pub compiled: &'r Compiled,
}

/// The arguments of the blueprint.
pub struct Arguments<'r>(pub &'r Bound);

/// Runs the task `name`.
pub async fn run<E: Engine>(
    runner: &Runner<'_, E>,
    name: &str,
    arguments: &Bound,
    task: &Task,
    compiled: &Compiled,
) -> Result<(), TaskError> {
    let bench = Bench { runner, task, compiled };
    let arguments = Arguments(arguments);
    let work = async {
        match name {
            "load-config" => load_config(&bench),
            "noop" => Ok(()),
            "print" => print(&bench, &arguments),
            "exec" => container::exec(&bench, &arguments).await,
            build::NAME => build::build(&bench, &arguments).await,
            "scaffold" => scaffold::scaffold(&bench, &arguments),
            "post" => post::post(&bench, &arguments).await,
            _ => Err(unsupported(name)),
        }
    };
    tokio::select! {
        result = work => result,
        () = runner.session.interrupts.reached(1) => Err(TaskError::Stopped),
    }
}

fn unsupported(name: &str) -> TaskError {
    TaskError::failed(match name {
        "unsupported" => "this works in Polytope's cloud only".to_owned(),
        other => format!("this version of pt has no task `{other}`"),
    })
}

/// `config/values.yml` and `config/secrets.yml` into the store.
fn load_config<E: Engine>(bench: &Bench<'_, '_, E>) -> Result<(), TaskError> {
    let terminal = bench.runner.session.terminal;
    let layers = bench.compiled.located.layers()?;
    let (values, secrets) = layers.would_replace().map_err(crate::cli::failure::Failure::from)?;
    crate::cli::replacing::settings("load-config", &values, &secrets, terminal)?;
    let loaded = layers.load_config().map_err(crate::cli::failure::Failure::from)?;
    for warning in &loaded.warnings {
        terminal.warning(warning);
    }
    let (values, secrets) = (count(loaded.values.len(), "value"), count(loaded.secrets.len(), "secret"));
    terminal.note(&format!("config: {values} and {secrets}, {} changed", loaded.changed()));
    Ok(())
}

/// `message`, to whoever watches.
fn print<E: Engine>(bench: &Bench<'_, '_, E>, arguments: &Arguments<'_>) -> Result<(), TaskError> {
    let text = arguments.get("message").and_then(Value::to_text).unwrap_or_default().to_string();
    let printer = bench.printer()?;
    for line in text.lines() {
        bench.print(&printer, Stream::Stdout, line.as_bytes().to_vec());
    }
    Ok(())
}

impl<E: Engine> Bench<'_, '_, E> {
    /// The project's name in the engine.
    pub fn project(&self) -> String {
        engine_project(&self.compiled.located)
    }

    /// The project's directory.
    pub fn root(&self) -> &Path {
        &self.compiled.located.root
    }

    /// Prints lines of this task, masked.
    pub fn printer(&self) -> Result<LogPrinter, TaskError> {
        self.runner.keeper.learn_all(self.compiled)?;
        let names = vec![self.task.id.clone()];
        let redactor = self.runner.keeper.redactor()?;
        Ok(LogPrinter::new(names, Form::Prefixed, redactor, self.runner.session.terminal))
    }

    /// Prints a line.
    pub fn print(&self, printer: &LogPrinter, stream: Stream, bytes: Vec<u8>) {
        printer.print(&self.task.id, &LogLine { stream, timestamp: String::new(), bytes });
    }
}

impl Arguments<'_> {
    /// An argument that was given.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(known, value)| known == name && !value.is_null()).map(|(_, value)| value)
    }

    /// A text that holds no secret.
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name)?.to_text()?.known()
    }

    /// The items of a list.
    pub fn items(&self, name: &str) -> &[Value] {
        match self.get(name).map(|value| &value.data) {
            Some(Data::List(items)) => items,
            _ => &[],
        }
    }

    /// Texts of a list.
    pub fn texts(&self, name: &str) -> Vec<String> {
        self.items(name).iter().filter_map(|item| item.to_text()?.known()).collect()
    }
}

/// A path of the host or of a repository that stands at `span`, absolute and without links; inside of the project.
pub fn path_of(compiled: &Compiled, written: &str, of_repository: bool, span: Span) -> Result<PathBuf, TaskError> {
    let root = &compiled.located.root;
    let home = compiled.compilation.documents.home(span.file);
    let outside = || TaskError::failed(format!("`{written}` leads out of the project"));
    let relative = written.trim_start_matches('/');
    let readings = if of_repository {
        let beside = (relative.len() == written.len()).then(|| join(&home.directory, relative)).flatten();
        [beside, join(&home.root, relative)]
    } else {
        [normal(written), join(&home.directory, written)]
    };
    let there = readings.iter().flatten().map(|path| root.join(path)).find(|path| path.exists());
    let path = match there {
        Some(path) => path.canonicalize().map_err(|error| TaskError::failed(format!("`{written}`: {error}")))?,
        None if readings.iter().any(Option::is_some) => {
            return Err(TaskError::failed(format!("`{written}` is not there")));
        }
        None => return Err(outside()),
    };
    if path.starts_with(root) { Ok(path) } else { Err(outside()) }
}
