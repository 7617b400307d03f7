//! What a name stands for: something bound here, a function of ours, or something of `pt/`.

use std::rc::Rc;

use super::environment::Environment;
use super::function::Function;
use super::machine::Machine;
use super::trouble::{Outcome, Trouble};
use super::value::Value;
use super::{functions, special};
use crate::diagnostic::did_you_mean;
use crate::expr::code::FUNCTIONS;

/// Short names that everybody gives to these name spaces.
const ALIASES: [(&str, &str); 6] = [
    ("str", "clojure.string"),
    ("string", "clojure.string"),
    ("s", "clojure.string"),
    ("set", "clojure.set"),
    ("walk", "clojure.walk"),
    ("java.lang.Math", "Math"),
];

/// The functions of `pt/` that are there in every program.
const OF_PT: [&str; 4] = ["param", "input", "module-repo-ref", "module-project-ref"];

/// The value of a name.
pub(super) fn resolve(machine: &mut Machine<'_>, name: &str, environment: &Environment) -> Outcome {
    let local = if name == "%" { "%1" } else { name };
    if let Some(value) = environment.get(local).or_else(|| machine.globals.get(name)) {
        return Ok(value.clone());
    }
    if let "params" | "inputs" = name {
        return Ok(machine.params.clone());
    }
    if let Some(of_pt) = name.strip_prefix("pt/") {
        return resolve_of_pt(machine, of_pt);
    }
    if let Some(builtin) = functions::find(&canonical(machine, name)) {
        return Ok(Value::Function(Rc::new(Function::Builtin(builtin))));
    }
    if special::find(name).is_some() {
        return Err(Trouble::failed(format!("`{name}` is a form and no value: it stands first in round brackets")));
    }
    Err(not_there(machine, name, environment))
}

/// The full name: `str/join` is `clojure.string/join`.
fn canonical(machine: &Machine<'_>, name: &str) -> String {
    let Some((space, own)) = name.split_once('/').filter(|(space, own)| !space.is_empty() && !own.is_empty()) else {
        return name.to_owned();
    };
    let known = || ALIASES.iter().find(|(alias, _)| *alias == space).map(|(_, full)| *full);
    match machine.aliases.get(space).map(String::as_str).or_else(known).unwrap_or(space) {
        "clojure.core" => own.to_owned(),
        space => format!("{space}/{own}"),
    }
}

fn resolve_of_pt(machine: &mut Machine<'_>, name: &str) -> Outcome {
    match name {
        "module-repo-ref" | "module-project-ref" => Ok(machine.repository.clone()),
        "param" | "input" => functions::find("pt/param")
            .map(|builtin| Value::Function(Rc::new(Function::Builtin(builtin))))
            .ok_or_else(|| Trouble::failed("there is no `pt/param`")),
        _ if machine.host.knows(name) => Ok(Value::Function(Rc::new(Function::Host(name.into())))),
        _ => Err(Trouble::failed(match did_you_mean(name, OF_PT.into_iter().chain(FUNCTIONS)) {
            Some(near) if near != name => format!("there is no `pt/{name}`: did you mean `pt/{near}`?"),
            Some(_) => format!("`pt/{name}` is there in `code` steps only"),
            None => format!("there is no `pt/{name}` here"),
        })),
    }
}

/// Bytes of a name for which a near one is looked for.
const LONGEST: usize = 64;
/// Names of the program that are compared with it.
const MOST: usize = 1000;

fn not_there(machine: &Machine<'_>, name: &str, environment: &Environment) -> Trouble {
    let full = canonical(machine, name);
    // Nobody slips in names of such length, and comparing them takes its time.
    if name.len() > LONGEST {
        return Trouble::failed("there is nothing of this name");
    }
    let mut candidates: Vec<&str> = environment.names().filter(|known| known.len() <= LONGEST).take(MOST).collect();
    candidates.extend(["params", "inputs"]);
    for known in special::names().chain(functions::names()) {
        candidates.push(known);
    }
    // Hash tables have no order that two runs share.
    let mut globals: Vec<&str> =
        machine.globals.keys().map(|name| &**name).filter(|known| known.len() <= LONGEST).collect();
    globals.sort_unstable();
    candidates.extend(globals.into_iter().take(MOST));
    // `(join "," xs)` lacks its name space.
    let spaced = functions::names().find(|known| known.rsplit('/').next() == Some(name));
    match spaced.or_else(|| did_you_mean(&full, candidates.iter().copied())) {
        Some(near) => Trouble::failed(format!("there is no `{name}`: did you mean `{near}`?")),
        None => Trouble::failed(format!("there is no `{name}`")),
    }
}
