//! Arguments that no engine can give: to leave one out without a word would be to promise it.

use super::bind::Bound;
use super::program::{Restart, RestartPolicy};
use crate::source::Span;
use crate::value::Value;

/// An argument that no engine can give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unserved {
    /// Name of the argument.
    pub key: String,
    /// Where it is written.
    pub span: Span,
    /// What to type instead.
    pub help: String,
}

/// What is asked for of them; `bound` are the arguments of `polytope/container`.
pub(super) fn unserved(bound: &Bound, restart: Option<Restart>) -> Vec<Unserved> {
    const KEYS: [(&str, &str); 2] = [
        ("datasets", "mount the files with `mounts`, or fetch them in the program"),
        ("instance-type", "say what it needs with `resources`"),
    ];
    let get = |name: &str| bound.iter().find(|(param, value)| param == name && is_said(value)).map(|(_, value)| value);
    let new = |key: &str, span: Span, help: &str| Unserved { key: key.to_owned(), span, help: help.to_owned() };
    let keys = KEYS.iter().filter_map(|(key, help)| Some(new(key, get(key)?.span, help)));
    // Engines count restarts only where a good end is one.
    let uncounted = restart.filter(|it| it.policy == RestartPolicy::Always && it.max_restarts.is_some());
    let most = uncounted.and_then(|_| get("restart")?.get("max-restarts"));
    let help = "it counts with `policy: on-failure` alone: write that, or leave it out";
    keys.chain(most.map(|most| new("max-restarts", most.span, help))).collect()
}

fn is_said(value: &Value) -> bool {
    !value.is_null() && !value.is_unknown()
}
