//! The functions that a program has besides computing: `pt.callModule(…)`, `(pt/call-module …)`, each by its kebab-case name.
//!
//! In: a function and plain data. Out: plain data, or an error in words that hold no secret. Secrets go into a program as
//! stand-ins and become secrets again where they leave it.

mod calls;
mod containers;
mod data;
mod files;
mod given;
mod replaced;
mod request;
mod settings;
mod stand_ins;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests;

use stand_ins::StandIns;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use given::Given;

use super::stages::{Runner, TaskError};
use crate::cli::failure::Failure;
use crate::cli::job::Compiled;
use crate::cli::log_printer::{Form, LogPrinter};
use crate::engine::{Engine, LogLine, Stream};
use crate::expand::{Code, Task};
use crate::expr::code::{Datum, HostError};
use crate::value::scalar;

/// What one program can reach while it runs.
pub struct Desk<'r, 'a, E> {
    runner: &'r Runner<'a, E>,
    task: &'r Task,
    code: &'r Code,
    compiled: &'r Compiled,
    stand_ins: StandIns,
    params: Vec<(String, Datum)>,
    output: Option<Datum>,
    /// Exit codes of the programs that were run in containers, by the names that were given out.
    exits: BTreeMap<String, i64>,
}

impl<'r, 'a, E: Engine> Desk<'r, 'a, E> {
    /// For the program of a task.
    pub fn new(
        runner: &'r Runner<'a, E>,
        task: &'r Task,
        code: &'r Code,
        compiled: &'r Compiled,
    ) -> Result<Self, TaskError> {
        let mut stand_ins = StandIns::new().map_err(|error| TaskError::failed(error.to_string()))?;
        let params = code.params.iter().map(|(name, value)| (name.clone(), stand_ins.datum(value))).collect();
        Ok(Self { runner, task, code, compiled, stand_ins, params, output: None, exits: BTreeMap::new() })
    }

    /// The parameters that the program sees.
    pub fn params(&self) -> &[(String, Datum)] {
        &self.params
    }

    /// Text with stand-ins as people may read it.
    pub fn without_stand_ins(&self, text: &str) -> String {
        self.stand_ins.shown(text)
    }

    /// What the step gives to others: what the program said with `output`, else its result. A secret is kept back.
    pub fn into_output(mut self, result: Datum) -> Option<Datum> {
        let given = self.output.take().or_else(|| (result != Datum::Null).then_some(result));
        let given = given?;
        // What cannot be looked at is not given out.
        let kept_back = self.holds_secret(&given).unwrap_or(true);
        (!kept_back).then_some(given)
    }

    /// Does what a function of the host does.
    pub async fn call(&mut self, function: &str, arguments: Vec<Datum>) -> Result<Datum, HostError> {
        let given = Given::new(function, arguments);
        match function {
            "call-module" | "call-tool" => self.call_module(&given).await,
            "spawn" => self.spawn(&given).await,
            "await-started" => self.await_started(&given).await,
            "await-done" => self.await_done(&given).await,
            "stop" | "stop-service" => self.stop(&given).await,
            "open-service" => self.open_service(&given).await,
            "container-exec" => self.container_exec(&given).await,
            "await-exec-exit" => self.await_exec_exit(&given),
            "read-container-file" => self.read_container_file(&given).await,
            "write-container-file" => self.write_container_file(&given).await,
            "http-request" => self.http_request(&given).await,
            "sleep" => sleep(&given).await,
            "log" => self.log(&given),
            "fail" => Err(HostError::new(self.stand_ins.shown(&given.words()))),
            "output" => self.put_output(&given),
            "param" => self.param(&given),
            "value" | "get-value" | "get-project-value" => self.value(&given),
            "secret" => self.secret(&given),
            "set-value" | "set-project-value" => self.set_value(&given),
            "set-secret" => self.set_secret(&given),
            "read-yaml" | "read-json" => data::read(given.text(0, "the text to read")?),
            "to-yaml" => data::yaml(given.any(0)).map(Datum::Text),
            "to-json" => data::json(given.any(0)).map(Datum::Text),
            "module-repo-path" => Ok(Datum::Text(self.repository_path().to_string_lossy().into_owned())),
            _ => self.on_files(&given),
        }
    }

    /// A line for the user, like one of a container.
    fn log(&self, given: &Given) -> Result<Datum, HostError> {
        let words = self.stand_ins.shown(&given.words());
        self.say(Stream::Stdout, words.strip_suffix('\n').unwrap_or(&words).as_bytes())?;
        Ok(Datum::Null)
    }

    /// Prints lines under the name of the task, masked.
    fn say(&self, stream: Stream, bytes: &[u8]) -> Result<(), HostError> {
        let redactor = self.runner.keeper.redactor().map_err(|failure| refused(&failure))?;
        let name = self.task.id.clone();
        let printer = LogPrinter::new(vec![name.clone()], Form::Prefixed, redactor, self.runner.session.terminal);
        for line in bytes.split(|byte| *byte == b'\n') {
            printer.print(&name, &LogLine { stream, timestamp: String::new(), bytes: line.to_vec() });
        }
        Ok(())
    }

    /// Whether a secret stands in it: one that came in as a stand-in, or one that a service or a container told.
    fn holds_secret(&self, datum: &Datum) -> Result<bool, HostError> {
        Ok(self.stand_ins.hold_in(datum) || self.tells_secret(datum)?)
    }

    /// Whether it says what a secret of the project is, in any form that is masked in output.
    fn tells_secret(&self, datum: &Datum) -> Result<bool, HostError> {
        let redactor = self.runner.keeper.redactor().map_err(|failure| refused(&failure))?;
        Ok(tells(datum, &|text| matches!(redactor.redact(text), Cow::Owned(_))))
    }

    fn put_output(&mut self, given: &Given) -> Result<Datum, HostError> {
        // `(pt/output value)`, or `(pt/output "name" value)` for one of several.
        let output = match (given.maybe(1), given.any(0)) {
            (Some(value), name) => {
                let name = name.as_text().ok_or_else(|| given.wrong(0, "the name of the output", "text"))?;
                let mut entries = match self.output.take() {
                    Some(Datum::Map(entries)) => entries,
                    _ => Vec::new(),
                };
                entries.retain(|(known, _)| known != name);
                entries.push((name.to_owned(), value.clone()));
                Datum::Map(entries)
            }
            (None, value) => value.clone(),
        };
        if self.holds_secret(&output)? {
            return Err(HostError::new("an output can hold no secret: give its name, and read it where it is used"));
        }
        self.output = Some(output);
        Ok(Datum::Null)
    }

    fn param(&self, given: &Given) -> Result<Datum, HostError> {
        let name = given.text(0, "the name of a parameter")?;
        let found = self.params.iter().find(|(param, _)| param == name);
        Ok(found.map_or(Datum::Null, |(_, value)| value.clone()))
    }
}

/// Whether some text of it, keys included, does.
fn tells(datum: &Datum, secret: &dyn Fn(&str) -> bool) -> bool {
    match datum {
        Datum::Text(text) => secret(text),
        Datum::List(items) => items.iter().any(|item| tells(item, secret)),
        Datum::Map(entries) => entries.iter().any(|(key, item)| secret(key) || tells(item, secret)),
        Datum::Int(number) => secret(&number.to_string()),
        _ => false,
    }
}

async fn sleep(given: &Given) -> Result<Datum, HostError> {
    let wrong = || given.wrong(0, "how long", "milliseconds, or a time such as \"5s\"");
    let milliseconds = match given.any(0) {
        Datum::Int(number) => u64::try_from(*number).map_err(|_| wrong())?,
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a time in whole milliseconds")]
        Datum::Float(number) if number.is_finite() && *number >= 0.0 => *number as u64,
        Datum::Text(text) => scalar::duration(text).ok_or_else(wrong)?,
        _ => return Err(wrong()),
    };
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    Ok(Datum::Null)
}

/// A failure of a command as an error of the host.
fn refused(failure: &Failure) -> HostError {
    let mut words = failure.to_string();
    for line in failure.lines() {
        words.push_str("; ");
        words.push_str(&line);
    }
    if let Some(advice) = failure.advice() {
        words.push_str(&format!(" ({advice})"));
    }
    if words.is_empty() {
        "it failed; see above".clone_into(&mut words);
    }
    HostError::new(words)
}
