//! `build-image`: an image from files of the project, built by the engine.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::builtin::{Arguments, Bench};
use super::stages::TaskError;
use crate::cli::failure::Failure;
use crate::engine::{BuildRequest, Engine, ProgressEvent, Stream};
use crate::include::{join, normal};
use crate::value::{Data, Value};

/// The largest context, in bytes: it is sent to the engine as a whole.
const LARGEST: u64 = 512 << 20;

/// Builds an image of the tags `tags` from the `sources`.
pub async fn build<E: Engine>(bench: &Bench<'_, '_, E>, arguments: &Arguments<'_>) -> Result<(), TaskError> {
    let tags = arguments.texts("tags");
    if tags.is_empty() {
        return Err(TaskError::failed("`tags` is empty: name the image, such as `tags: [\"api:dev\"]`"));
    }
    let sources = arguments.items("sources");
    if sources.is_empty() {
        return Err(TaskError::failed(
            "`sources` is empty: name the files, such as `{path: /, source: {type: repo, path: .}}`",
        ));
    }
    let mut context = Context::new(bench.root().to_path_buf());
    for source in sources {
        context.add(source, bench)?;
    }
    let request = BuildRequest {
        tags,
        dockerfile: arguments.text("dockerfile").unwrap_or_else(|| "Dockerfile".to_owned()),
        target: arguments.text("target"),
        labels: labels(arguments.get("labels")),
        context: context.finish()?,
    };
    let printer = bench.printer()?;
    let progress = |event: ProgressEvent| {
        if let ProgressEvent::Note(line) = event {
            bench.print(&printer, Stream::Stderr, line.into_bytes());
        }
    };
    // Steps of a build are told from the engine's answer, on this same thread.
    bench.runner.session.engine.build(&request, &progress).await.map_err(Failure::from)?;
    Ok(())
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

/// The tar that the engine gets, as it grows.
struct Context {
    root: PathBuf,
    size: u64,
    archive: tar::Builder<Vec<u8>>,
}

impl Context {
    fn new(root: PathBuf) -> Self {
        let mut archive = tar::Builder::new(Vec::new());
        // A link is sent as such: what it points to may lie outside of the project.
        archive.follow_symlinks(false);
        Self { root, size: 0, archive }
    }

    /// Adds `{path, source}`: a directory or file of the project, or text.
    fn add<E: Engine>(&mut self, item: &Value, bench: &Bench<'_, '_, E>) -> Result<(), TaskError> {
        let text = |value: Option<&Value>| value.and_then(Value::to_text).and_then(|text| text.known());
        let source = item.get("source").unwrap_or(item);
        let inside = text(item.get("path")).unwrap_or_default();
        let inside = normal(inside.trim_start_matches('/'))
            .ok_or_else(|| TaskError::failed(format!("`{inside}` is no place in an image's sources")))?;
        let kind = text(source.get("type")).unwrap_or_default();
        match kind.as_str() {
            "string" => {
                let data = text(source.get("data"));
                let data = data.ok_or_else(|| TaskError::failed("a source of an image can hold no secret"))?;
                self.append(&inside, data.as_bytes())
            }
            "host" | "repo" => {
                let written = text(source.get("path")).unwrap_or_default();
                let path = bench.path_of(&written, kind == "repo", source.span)?;
                self.tree(&path, &inside)
            }
            other => {
                Err(TaskError::failed(format!("`{other}` is no source of an image: use `repo`, `host` or `string`")))
            }
        }
    }

    fn append(&mut self, path: &str, data: &[u8]) -> Result<(), TaskError> {
        let mut header = tar::Header::new_gnu();
        header.set_mode(0o644);
        header.set_size(data.len() as u64);
        self.archive.append_data(&mut header, path, data).map_err(|error| unpacked(path, &error))
    }

    /// A directory or file of the project; what `.dockerignore` or `.gitignore` leave out, and `.git`, stay here.
    fn tree(&mut self, from: &Path, to: &str) -> Result<(), TaskError> {
        let shown = from.strip_prefix(&self.root).unwrap_or(from).display().to_string();
        if from.is_file() {
            let name = from.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let to = if to.is_empty() { name } else { to.to_owned() };
            return self.archive.append_path_with_name(from, to).map_err(|error| unpacked(&shown, &error));
        }
        if !from.is_dir() {
            return Err(TaskError::failed(format!("`{shown}` is not there")));
        }
        let mut walk = ignore::WalkBuilder::new(from);
        walk.hidden(false).standard_filters(false).add_custom_ignore_filename(".dockerignore");
        walk.sort_by_file_name(std::cmp::Ord::cmp).filter_entry(|entry| entry.file_name() != ".git");
        for entry in walk.build() {
            let entry = entry.map_err(|error| TaskError::failed(format!("`{shown}` cannot be read: {error}")))?;
            let Ok(relative) = entry.path().strip_prefix(from) else { continue };
            let name = join(to, &relative.to_string_lossy()).unwrap_or_default();
            if name.is_empty() || entry.path().is_dir() && !entry.path_is_symlink() {
                continue;
            }
            self.size += entry.metadata().map_or(0, |metadata| metadata.len());
            if self.size > LARGEST {
                let message = format!("the sources have more than {} MiB", LARGEST >> 20);
                return Err(TaskError::failed(message));
            }
            self.archive.append_path_with_name(entry.path(), &name).map_err(|error| unpacked(&name, &error))?;
        }
        Ok(())
    }

    fn finish(self) -> Result<Vec<u8>, TaskError> {
        self.archive.into_inner().map_err(|error| unpacked("the sources", &error))
    }
}

fn unpacked(path: &str, error: &std::io::Error) -> TaskError {
    TaskError::failed(format!("`{path}` cannot be sent to the engine: {error}"))
}
