//! A job of the project, run for an agent: as `pt run` does it.

use rmcp::model::CallToolResult;
use serde_json::Value as Json;

use super::invocation::{Invocation, apart};
use super::{answer, data};
use crate::cli::arguments::{Global, Levels};
use crate::cli::failure::Failure;
use crate::cli::job::Compiled;
use crate::cli::project::Located;
use crate::cli::settings::{Asked, Configurations};
use crate::cli::task::consent;
use crate::compiler::JobCall;
use crate::expand::{Outputs, Role};

/// Seconds that a job may take: an agent that forgot about it must not keep it for ever.
const AN_HOUR: &str = "3600";

/// How a job will end.
enum Outlook {
    /// By itself: its output is the answer.
    Ends,
    /// Never: it is ready at some time.
    Serves,
    /// It runs programs that nobody has read yet.
    Unread(Vec<String>),
}

/// Runs a job, the main one where `name` is empty, with arguments that are plain data.
pub async fn run(invocation: &Invocation<'_>, name: &str, arguments: Json) -> Result<CallToolResult, Failure> {
    data::plain(&arguments)?;
    let (global, job, text) = (invocation.global().clone(), name.to_owned(), arguments.to_string());
    let outlook = apart(move || look(&global, job, text)).await?;
    let mut words = match outlook {
        Outlook::Unread(lines) => return Err(unread(name, lines)),
        Outlook::Ends => vec!["run", "--args=-", "--job-timeout", AN_HOUR],
        Outlook::Serves => vec!["run", "--args=-", "--detach"],
    };
    if !name.is_empty() {
        words.extend(["--", name]);
    }
    let ended = invocation.pt(&words, Some(arguments.to_string())).await?;
    Ok(answer::ended(format!("pt run {name}").trim_end(), &ended))
}

/// What a job would change.
pub async fn plan(invocation: &Invocation<'_>, name: &str, arguments: Json) -> Result<CallToolResult, Failure> {
    data::plain(&arguments)?;
    let mut words = vec!["plan", "--args=-"];
    if !name.is_empty() {
        words.extend(["--", name]);
    }
    let ended = invocation.pt(&words, Some(arguments.to_string())).await?;
    Ok(answer::ended(format!("pt plan {name}").trim_end(), &ended))
}

fn look(global: &Global, name: String, args: String) -> Result<Outlook, Failure> {
    let call = JobCall { name, args, values: None };
    let located = Located::find(global)?;
    let configured = Configurations::new(&Levels::default(), Asked::default(), global)?.of(&located)?;
    let compiled = Compiled::new(located, vec![call], configured.settings.clone(), &Outputs::new())?;
    let compiled = compiled.since(&configured)?;
    if compiled.compilation.has_errors() {
        // The run itself finds and tells them.
        return Ok(Outlook::Ends);
    }
    if let Some(unread) = consent::unread(&compiled)? {
        return Ok(Outlook::Unread(unread.lines));
    }
    let mut containers = compiled.compilation.program.containers.values();
    Ok(if containers.any(|container| container.role == Role::Service) { Outlook::Serves } else { Outlook::Ends })
}

fn unread(name: &str, lines: Vec<String>) -> Failure {
    let failure = Failure::usage("the job runs programs of the project that the user has not allowed yet");
    let failure = lines.into_iter().fold(failure, Failure::note);
    let command = format!("pt run {name}");
    failure.help(format!(
        "only the user can allow them: ask them to read these programs and to run `{}` in a terminal, which asks once",
        command.trim_end()
    ))
}
