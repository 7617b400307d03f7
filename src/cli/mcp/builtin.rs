//! The tools that `pt` itself offers: what each takes, what it does, what a client should expect of it.

use std::sync::Arc;

use rmcp::model::{CallToolResult, Tool, ToolAnnotations};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use super::invocation::{Invocation, apart};
use super::logs::{logs, masks};
use super::{Interfering, answer, job};
use crate::cli::failure::Failure;
use crate::cli::project::Located;

/// A tool of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Builtin {
    /// `pt check`.
    Check,
    /// `pt plan`.
    Plan,
    /// `pt run`.
    Run,
    /// `pt ps`.
    Ps,
    /// `pt logs`.
    Logs,
    /// `pt secrets list`.
    SecretsStatus,
    /// `pt explain`.
    Explain,
    /// `pt stop`.
    Stop,
    /// `pt exec`.
    Exec,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct JobArguments {
    /// Name of a template, tool or module of polytope.yml; `stack` without one.
    job: Option<String>,
    /// Arguments of the job, by the names of its parameters. Plain data: `pt.…` references are refused.
    args: Map<String, Json>,
}

/// What `logs` takes.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LogsArguments {
    /// Only these containers, by the ids that `ps` shows; all without one.
    pub containers: Vec<String>,
    /// Lines of each container, the last ones; 100 without a number.
    pub tail: Option<usize>,
    /// Only lines from this time on: `10m` ago, or an RFC 3339 time.
    pub since: Option<String>,
    /// Only lines that match this regular expression.
    pub grep: Option<String>,
    /// Bytes of all lines together; 20000 without a number, 200000 at most.
    pub max_bytes: Option<usize>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct ExplainArguments {
    /// Name or code of a rule, such as `pg-trust-auth`, or of a blueprint, such as `polytope/postgres`; a list of all without one.
    topic: Option<String>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct StopArguments {
    /// Only these containers, by the ids that `ps` shows; all without one.
    containers: Vec<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ExecArguments {
    /// The container, by the id that `ps` shows.
    container: String,
    /// The program and its arguments; no shell is between.
    command: Vec<String>,
}

impl Builtin {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Self; 9] = [
        Self::Check,
        Self::Plan,
        Self::Run,
        Self::Ps,
        Self::Logs,
        Self::SecretsStatus,
        Self::Explain,
        Self::Stop,
        Self::Exec,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Plan => "plan",
            Self::Run => "run",
            Self::Ps => "ps",
            Self::Logs => "logs",
            Self::SecretsStatus => "secrets_status",
            Self::Explain => "explain",
            Self::Stop => "stop",
            Self::Exec => "exec",
        }
    }

    /// Whether it is offered where these are allowed.
    pub fn is_offered(self, allowed: &[Interfering]) -> bool {
        match self {
            Self::Stop => allowed.contains(&Interfering::Stop),
            Self::Exec => allowed.contains(&Interfering::Exec),
            _ => true,
        }
    }

    /// As clients see it. `jobs` are the names that can be run.
    pub fn tool(self, jobs: &[String]) -> Tool {
        let info = match self {
            Self::Check => "Looks for mistakes and dangers in polytope.yml, without running anything. Call it after every change.".to_owned(),
            Self::Plan => format!("Says what running a job would change, and why. Changes nothing. {}", known(jobs)),
            Self::Run => format!(
                "Runs a job: starts its containers and returns when all are ready, or what it printed where it ends by itself. \
                 What runs already and has not changed is left alone. {}",
                known(jobs)
            ),
            Self::Ps => "Lists the project's containers: state, image, published ports.".to_owned(),
            Self::Logs => "Shows what containers wrote, secrets masked.".to_owned(),
            Self::SecretsStatus => {
                "Lists the secrets of the project by name: which are set, which are missing, where each is used. Never their contents."
                    .to_owned()
            }
            Self::Explain => "Explains a rule of `check` or a blueprint with its parameters.".to_owned(),
            Self::Stop => "Stops containers and keeps them; `run` starts them again.".to_owned(),
            Self::Exec => "Runs a program in a running container; what it prints, secrets masked.".to_owned(),
        };
        Tool::new(self.name(), info, Arc::new(self.schema())).with_annotations(self.hints())
    }

    fn schema(self) -> Map<String, Json> {
        match self {
            Self::Check | Self::Ps | Self::SecretsStatus => schema::<Nothing>(),
            Self::Plan | Self::Run => schema::<JobArguments>(),
            Self::Logs => schema::<LogsArguments>(),
            Self::Explain => schema::<ExplainArguments>(),
            Self::Stop => schema::<StopArguments>(),
            Self::Exec => schema::<ExecArguments>(),
        }
    }

    fn hints(self) -> ToolAnnotations {
        let hints = ToolAnnotations::new().open_world(false);
        match self {
            Self::Run | Self::Exec => hints.read_only(false).destructive(true).idempotent(false).open_world(true),
            Self::Stop => hints.read_only(false).destructive(true).idempotent(true),
            _ => hints.read_only(true).destructive(false).idempotent(true),
        }
    }

    /// Does it.
    pub async fn answer(self, invocation: &Invocation<'_>, arguments: Json) -> Result<CallToolResult, Failure> {
        match self {
            Self::Check => {
                let Nothing {} = read(arguments)?;
                check(invocation).await
            }
            Self::Plan => {
                let JobArguments { job, args } = read(arguments)?;
                job::plan(invocation, &job.unwrap_or_default(), args.into()).await
            }
            Self::Run => {
                let JobArguments { job, args } = read(arguments)?;
                job::run(invocation, &job.unwrap_or_default(), args.into()).await
            }
            Self::Ps => {
                let Nothing {} = read(arguments)?;
                document(invocation, &["ps", "--output=json"]).await
            }
            Self::SecretsStatus => {
                let Nothing {} = read(arguments)?;
                document(invocation, &["secrets", "list", "--output=json"]).await
            }
            Self::Logs => logs(&read(arguments)?, invocation.global()).await,
            Self::Explain => explain(invocation, read(arguments)?).await,
            Self::Stop => {
                let StopArguments { containers } = read(arguments)?;
                let mut words = vec!["stop", "--"];
                words.extend(containers.iter().map(String::as_str));
                Ok(answer::ended("pt stop", &invocation.pt(&words, None).await?))
            }
            Self::Exec => exec(invocation, read(arguments)?).await,
        }
    }
}

fn known(jobs: &[String]) -> String {
    const SHOWN: usize = 40;
    if jobs.is_empty() {
        return String::new();
    }
    let more = if jobs.len() > SHOWN { ", …" } else { "" };
    format!("Jobs: {}{more}.", jobs.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", "))
}

fn schema<T: JsonSchema>() -> Map<String, Json> {
    let generator = SchemaSettings::draft2020_12().with(|settings| settings.meta_schema = None).into_generator();
    let mut schema = match generator.into_root_schema_for::<T>().to_value() {
        Json::Object(schema) => schema,
        _ => Map::new(),
    };
    for said_elsewhere in ["title", "description"] {
        schema.remove(said_elsewhere);
    }
    for property in schema.get_mut("properties").and_then(Json::as_object_mut).into_iter().flat_map(Map::values_mut) {
        simplify(property);
    }
    schema
}

/// What may be left out need not be sent as null: less for a model to read, and to get wrong.
fn simplify(property: &mut Json) {
    let Some(property) = property.as_object_mut() else { return };
    property.remove("format");
    property.remove("default");
    if let Some(Json::Array(types)) = property.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [only] = &types[..] {
            let only = only.clone();
            property.insert("type".to_owned(), only);
        }
    }
}

fn read<T: DeserializeOwned>(arguments: Json) -> Result<T, Failure> {
    serde_json::from_value(arguments).map_err(|error| Failure::usage(format!("these arguments do not fit: {error}")))
}

/// What was found, in words and as a document.
async fn check(invocation: &Invocation<'_>) -> Result<CallToolResult, Failure> {
    let words = invocation.quiet_pt(&["check", "--output=human"]).await?;
    if !matches!(words.code, Some(0 | 1)) {
        return Ok(answer::ended("pt check", &words));
    }
    let found = invocation.quiet_pt(&["check", "--output=json"]).await?;
    let text = if words.out.trim().is_empty() { &words.err } else { &words.out };
    Ok(match serde_json::from_str(&found.out) {
        Ok(json) => answer::document(answer::shown(text), json),
        Err(_) => answer::text(answer::shown(text)),
    })
}

/// The one JSON document that a command prints.
async fn document(invocation: &Invocation<'_>, words: &[&str]) -> Result<CallToolResult, Failure> {
    let ended = invocation.quiet_pt(words).await?;
    match serde_json::from_str::<Json>(&ended.out) {
        Ok(json) if ended.code == Some(0) => Ok(answer::document(json.to_string(), json)),
        _ => Ok(answer::ended(&format!("pt {}", words.join(" ")), &ended)),
    }
}

async fn explain(invocation: &Invocation<'_>, arguments: ExplainArguments) -> Result<CallToolResult, Failure> {
    let mut words = vec!["explain"];
    words.extend(arguments.topic.iter().flat_map(|topic| ["--", topic.as_str()]));
    let ended = invocation.quiet_pt(&words).await?;
    Ok(if ended.code == Some(0) {
        answer::text(answer::shown(&ended.out))
    } else {
        answer::ended("pt explain", &ended)
    })
}

async fn exec(invocation: &Invocation<'_>, arguments: ExecArguments) -> Result<CallToolResult, Failure> {
    let global = invocation.global().clone();
    // Before anything runs: what could not be masked is not shown, and then it need not run.
    let redactor = apart(move || masks(&Located::find(&global)?)).await?;
    let mut words = vec!["exec", "--no-tty", "--", &arguments.container];
    words.extend(arguments.command.iter().map(String::as_str));
    let mut ended = invocation.quiet_pt(&words).await?;
    ended.out = redactor.redact(&ended.out).into_owned();
    ended.err = redactor.redact(&ended.err).into_owned();
    Ok(answer::ended(&format!("pt exec {}", arguments.container), &ended))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_interferes_has_to_be_allowed() {
        let offered = |allowed: &[Interfering]| -> Vec<&str> {
            Builtin::ALL.into_iter().filter(|it| it.is_offered(allowed)).map(Builtin::name).collect()
        };
        assert_eq!(offered(&[]), ["check", "plan", "run", "ps", "logs", "secrets_status", "explain"]);
        assert_eq!(offered(&[Interfering::Exec]).last(), Some(&"exec"));
        assert_eq!(offered(&[Interfering::Exec, Interfering::Stop]).len(), Builtin::ALL.len());
    }

    #[test]
    fn arguments_that_a_tool_does_not_know_are_refused() {
        assert!(read::<JobArguments>(serde_json::json!({"jobs": "stack"})).is_err());
        assert!(read::<ExecArguments>(serde_json::json!({"container": "db"})).is_err());
        assert!(read::<LogsArguments>(serde_json::json!({"tail": 5, "grep": "x"})).is_ok());
    }

    #[test]
    fn the_schema_of_a_tool_is_an_object_without_references() {
        for builtin in Builtin::ALL {
            let schema = Json::from(builtin.schema());
            assert_eq!(schema["type"], "object", "{schema}");
            assert_eq!(schema["additionalProperties"], false, "{schema}");
            assert!(!schema.to_string().contains("$ref"), "{schema}");
        }
    }
}
