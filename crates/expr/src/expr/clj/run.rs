//! A program from its text to its result.

use std::collections::HashMap;

use super::environment::Environment;
use super::machine::Machine;
use super::meter::Meter;
use super::trouble::Outcome;
use super::value::Value;
use super::{input, output};
use crate::expr::code::{Datum, Fault, FaultKind, Host, Limits, Program};
use crate::syntax::edn::{Form, read_forms};

/// Runs a program: the value of its last form is the result.
pub fn run(program: &Program<'_>, host: &mut dyn Host, limits: &Limits) -> Result<Datum, Fault> {
    let forms = read(program.text, limits)?;
    let mut machine = Machine {
        meter: Meter::new(limits),
        host,
        params: Value::Nil,
        repository: Value::Nil,
        globals: HashMap::new(),
        aliases: HashMap::new(),
        patterns: HashMap::new(),
        running: "",
    };
    let whole = 0..program.text.len();
    evaluate(&mut machine, program, &forms).map_err(|trouble| trouble.into_fault(whole))
}

fn read(text: &str, limits: &Limits) -> Result<Vec<Form>, Fault> {
    // Each form takes some ten times the bytes that it is written with.
    if text.len() > limits.memory / 16 {
        let message = format!("the program is longer than {} bytes", limits.memory / 16);
        return Err(Fault::new(FaultKind::Limit, 0..text.len(), message));
    }
    read_forms(text, limits.depth).map_err(|fault| {
        let kind = if fault.too_deep { FaultKind::Limit } else { FaultKind::Syntax };
        let message = match fault.help {
            Some(help) => format!("{}: {help}", fault.message),
            None => fault.message,
        };
        Fault::new(kind, fault.range, message)
    })
}

fn evaluate(machine: &mut Machine<'_>, program: &Program<'_>, forms: &[Form]) -> Outcome<Datum> {
    machine.params = input::params(machine, program.params)?;
    machine.repository = machine.text(program.repository)?;
    let result = machine.body(forms, &Environment::default())?;
    let place = |trouble: super::trouble::Trouble| match forms.last() {
        Some(last) => trouble.at(&last.range),
        None => trouble,
    };
    output::datum(machine, &result).map_err(place)
}
