//! What programs give, and what they say when they cannot.
#![allow(clippy::unwrap_used, reason = "tests")]

mod faults;
mod forms;
mod functions;
mod hostile;
mod snippets;
mod steps;
mod unknown;

use super::run;
use crate::expr::Language;
use crate::expr::code::{Datum, Fault, Host, HostError, Limits, NoHost, Program};

fn text(text: &str) -> Datum {
    Datum::Text(text.to_owned())
}

fn map(entries: &[(&str, Datum)]) -> Datum {
    Datum::Map(entries.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
}

/// What programs of these tests see.
fn params() -> Vec<(String, Datum)> {
    let Datum::Map(params) = map(&[
        ("id", text("api")),
        ("port", Datum::Int(3000)),
        ("tls", Datum::Bool(false)),
        ("none", Datum::Null),
        ("names", Datum::List(vec![text("a"), text("b"), text("c")])),
        ("deps", Datum::List(vec![map(&[("name", text("x"))]), map(&[("name", text("y"))])])),
        ("env", Datum::List(vec![map(&[("name", text("A")), ("value", Datum::Int(1))])])),
        ("hidden", Datum::Unknown),
    ]) else {
        unreachable!()
    };
    params
}

fn run_with(program: &str, host: &mut dyn Host, limits: &Limits) -> Result<Datum, Fault> {
    let params = params();
    let program = Program { language: Language::Clojure, text: program, params: &params, repository: "acme/app" };
    run(&program, host, limits)
}

fn eval(program: &str) -> Result<Datum, Fault> {
    run_with(program, &mut NoHost, &Limits::ARGUMENT)
}

/// A value as JSON, so that tables stay short.
fn json(datum: &Datum) -> String {
    match datum {
        Datum::Null => "null".to_owned(),
        Datum::Bool(known) => known.to_string(),
        Datum::Int(known) => known.to_string(),
        Datum::Float(known) => format!("{known:?}"),
        Datum::Text(text) => format!("{text:?}"),
        Datum::List(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(",")),
        Datum::Map(entries) => {
            let entry = |(key, value): &(String, Datum)| format!("{key}:{}", json(value));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(","))
        }
        Datum::Unknown => "?".to_owned(),
    }
}

/// Each program gives the value beside it.
fn check(table: &[(&str, &str)]) {
    let judge = |(program, expected): &(&str, &str)| match eval(program) {
        Ok(datum) if json(&datum) == *expected => None,
        Ok(datum) => Some(format!("{program}\n  gives {}\n  and not {expected}", json(&datum))),
        Err(fault) => Some(format!("{program}\n  fails: {fault:?}")),
    };
    let wrong: Vec<String> = table.iter().filter_map(judge).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A host that writes down what it is asked for.
#[derive(Default)]
struct Recorder {
    calls: Vec<String>,
}

impl Host for Recorder {
    fn knows(&self, function: &str) -> bool {
        matches!(function, "log" | "call-module" | "read-yaml" | "fail" | "sleep" | "value")
    }

    fn call(&mut self, function: &str, arguments: Vec<Datum>) -> Result<Datum, HostError> {
        let written: Vec<String> = arguments.iter().map(json).collect();
        self.calls.push(format!("{function} {}", written.join(" ")));
        match function {
            "fail" => Err(HostError::new(arguments.first().and_then(Datum::as_text).unwrap_or_default())),
            "read-yaml" => Ok(map(&[("port", Datum::Int(80)), ("tags", Datum::List(vec![text("x")]))])),
            _ => Ok(Datum::Null),
        }
    }
}
