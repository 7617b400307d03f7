//! `build-image`: an image from files of the project, built by the engine.

use std::collections::BTreeMap;

use serde_json::json;

use super::builtin::{Arguments, Bench};
use super::sources::Sources;
use super::stages::TaskError;
use crate::cli::failure::Failure;
use crate::cli::job::Compiled;
use crate::engine::{BuildRequest, Engine, ProgressEvent, Stream};
use crate::expand::{Task, TaskKind};
use crate::value::{Data, Value};

/// Name of the task.
pub const NAME: &str = "build-image";

/// What is asked of a build besides its sources.
struct Recipe {
    tags: Vec<String>,
    dockerfile: String,
    target: Option<String>,
    labels: BTreeMap<String, String>,
}

impl Recipe {
    fn of(arguments: &Arguments<'_>) -> Result<Self, TaskError> {
        let tags = arguments.texts("tags");
        if tags.is_empty() {
            return Err(TaskError::failed("`tags` is empty: name the image, such as `tags: [\"api:dev\"]`"));
        }
        Ok(Self {
            tags,
            dockerfile: arguments.text("dockerfile").unwrap_or_else(|| "Dockerfile".to_owned()),
            target: arguments.text("target"),
            labels: labels(arguments.get("labels")),
        })
    }

    /// A text that is another one when the build is.
    fn text(&self) -> String {
        json!([self.dockerfile, self.target, self.labels]).to_string()
    }
}

/// Builds an image of the tags `tags` from the `sources`, and notes what it was built from.
pub async fn build<E: Engine>(bench: &Bench<'_, '_, E>, arguments: &Arguments<'_>) -> Result<(), TaskError> {
    let recipe = Recipe::of(arguments)?;
    let sources = Sources::find(arguments, bench.compiled)?;
    let digest = sources.digest(&recipe.text())?;
    let Recipe { tags, dockerfile, target, labels } = recipe;
    let request = BuildRequest { tags, dockerfile, target, labels, context: sources.archive()? };
    let printer = bench.printer()?;
    let progress = |event: ProgressEvent| {
        if let ProgressEvent::Note(line) = event {
            bench.print(&printer, Stream::Stderr, line.into_bytes());
        }
    };
    // Steps of a build are told from the engine's answer, on this same thread.
    bench.runner.session.engine.build(&request, &progress).await.map_err(Failure::from)?;
    let layers = bench.compiled.located.layers()?;
    layers.store().note_built(&request.tags, &digest).map_err(Failure::from)?;
    Ok(())
}

/// Image that a task builds from other sources than the last time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outdated {
    /// Its tag.
    pub tag: String,
    /// Whether it was never built here.
    pub first: bool,
}

/// Images whose sources are other ones than those of the last build; none for a task that builds no image, and for one whose tags are
/// not known yet.
pub fn outdated(task: &Task, compiled: &Compiled) -> Result<Vec<Outdated>, TaskError> {
    let TaskKind::Builtin { name, arguments } = &task.kind else { return Ok(Vec::new()) };
    let arguments = Arguments(arguments);
    if name != NAME || arguments.texts("tags").is_empty() {
        return Ok(Vec::new());
    }
    let recipe = Recipe::of(&arguments)?;
    let digest = Sources::find(&arguments, compiled)?.digest(&recipe.text())?;
    let built = compiled.located.layers()?.store().built_sources().map_err(Failure::from)?;
    let changed = recipe.tags.into_iter().filter(|tag| built.get(tag) != Some(&digest));
    Ok(changed.map(|tag| Outdated { first: !built.contains_key(&tag), tag }).collect())
}

fn labels(value: Option<&Value>) -> BTreeMap<String, String> {
    let pair = |item: &Value| {
        let text = |key| item.get(key).and_then(Value::to_text)?.known();
        Some((text("name").or_else(|| text("key"))?, text("value").unwrap_or_default()))
    };
    match value.map(|value| &value.data) {
        Some(Data::Map(map)) => {
            let entries = map.iter().filter_map(|(key, value)| Some((key.value.clone(), value.to_text()?.known()?)));
            entries.collect()
        }
        Some(Data::List(items)) => items.iter().filter_map(pair).collect(),
        _ => BTreeMap::new(),
    }
}
