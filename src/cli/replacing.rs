//! The question before something that is kept gets another content: each thing is named, and nothing is replaced without a yes.

use super::content::confirm;
use super::failure::Failure;
use super::terminal::Terminal;
use crate::scaffold::{Plan, WriteKind};

/// Asks about values and secrets that `who` would replace.
pub fn settings(who: &str, values: &[String], secrets: &[String], terminal: &Terminal) -> Result<(), Failure> {
    let values = values.iter().map(|name| format!("value `{name}`"));
    let secrets = secrets.iter().map(|name| format!("secret `{name}`"));
    self::things(who, &values.chain(secrets).collect::<Vec<_>>(), terminal)
}

/// Asks about files that a template would replace; an entry in the project's file replaces nothing.
pub fn files(who: &str, plan: &Plan, project_file: &str, terminal: &Terminal) -> Result<(), Failure> {
    let writes = plan.writes.iter();
    let replaced = writes.filter(|(path, write)| {
        matches!(write.kind, WriteKind::Replaces(_)) && (path.as_str() != project_file || plan.entered.is_empty())
    });
    self::things(who, &replaced.map(|(path, _)| format!("`{path}`")).collect::<Vec<_>>(), terminal)
}

/// Asks about things, each in words, that `who` would replace.
pub fn things(who: &str, things: &[String], terminal: &Terminal) -> Result<(), Failure> {
    if things.is_empty() {
        return Ok(());
    }
    ask(&format!("{who} replaces {}. Do it?", things.join(", ")), "nothing was replaced", terminal)
}

/// Asks about a file that `who` would delete.
pub fn deletion(who: &str, path: &str, terminal: &Terminal) -> Result<(), Failure> {
    ask(&format!("{who} deletes `{path}`. Do it?"), "nothing was deleted", terminal)
}

fn ask(question: &str, otherwise: &str, terminal: &Terminal) -> Result<(), Failure> {
    let question = crate::report::sanitize::visible_lines(question);
    if confirm(&question, "--yes", terminal)? { Ok(()) } else { Err(Failure::usage(otherwise)) }
}
