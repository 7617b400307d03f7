//! `mounts`: what is shown where in a container, and the volumes behind it.

use std::path::{Component, Path};

use super::bind::Bound;
use super::container::create;
use super::known::known;
use super::program::{Create, Mount, MountSource, Volume, VolumeScope};
use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::source::{Span, Spanned};
use crate::value::{Data, INVALID_LITERAL, Value};

declare_rule! {
    /// a path of the host outside of the project
    ///
    /// The container could read, and often write, files that have nothing to do with the project: keys, other projects, the
    /// system. It also works on one machine only. `--allow host-path-outside-project` is the way around.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", mounts: [{path: /keys, source: {type: host, path: ../keys}}]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// # file: keys/public.pem
    /// -----BEGIN PUBLIC KEY-----
    /// # file: polytope.yml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", mounts: [{path: /keys, source: {type: host, path: ./keys}}]}
    /// ```
    pub static HOST_PATH_OUTSIDE_PROJECT = {
        name: "host-path-outside-project", code: "PT221", level: Error, precision: VeryHigh, severity: "7.5"
    };
}

/// Reads mounts and collects their volumes.
pub(super) struct MountReader<'a> {
    /// Arguments of the call.
    pub(super) arguments: &'a Bound,
    /// The call: what a template adds is placed there.
    pub(super) call: Span,
    pub(super) volumes: &'a mut Vec<Volume>,
    pub(super) diagnostics: &'a mut Diagnostics,
}

impl MountReader<'_> {
    /// A mount item that fits its type; `None` for holes.
    pub(super) fn mount(&mut self, item: &Value) -> Option<Mount> {
        if item.is_null() {
            return None;
        }
        let path = item.get("path")?;
        let target = normal_target(&known(path, "the path of a mount", self.diagnostics)?);
        let source = item.get("source")?;
        let span = source.span;
        let read_only = matches!(item.get("read-only").map(|flag| &flag.data), Some(Data::Bool(true)));
        let argument = self.argument_of(span).unwrap_or("mounts").to_owned();
        let source = self.source(source, span)?;
        Some(Mount { path: Spanned::new(target, path.span), source, read_only, span, argument })
    }

    /// The argument of the call that holds what was written at `span`; defaults stand at the call, too, and hold nothing.
    fn argument_of(&self, span: Span) -> Option<&str> {
        let found = self.arguments.iter().find(|(_, value)| span != self.call && holds(value, span));
        found.map(|(name, _)| name.as_str())
    }

    fn source(&mut self, value: &Value, span: Span) -> Option<MountSource> {
        let kind = known(value.get("type")?, "the type of a mount", self.diagnostics)?;
        match kind.as_str() {
            "host" => {
                let path = value.get("path")?;
                let written = known(path, "the path of a mount", self.diagnostics)?;
                Some(MountSource::Host { path: self.host_path(&written, path.span) })
            }
            "repo" => {
                self.refuse_other_repository(value);
                let written = value.get("path").filter(|path| !path.is_null());
                let (text, span) = match written {
                    Some(path) => (known(path, "the path of a mount", self.diagnostics)?, path.span),
                    None => (".".to_owned(), span),
                };
                // A leading `/` is the root of the repository.
                Some(MountSource::Repo { path: self.host_path(text.trim_start_matches('/'), span) })
            }
            "string" => {
                let data = value.get("data")?.to_text()?;
                let executable = matches!(value.get("executable").map(|flag| &flag.data), Some(Data::Bool(true)));
                Some(MountSource::Content { data, executable })
            }
            "volume" => self.volume(value, span),
            _ => {
                let message = format!("there are no `{kind}` mounts on an engine of one's own");
                self.diagnostics
                    .report(&INVALID_LITERAL, span, message)
                    .help("use a directory of the project, `{type: host, path: …}`, or a volume");
                None
            }
        }
    }

    /// Files of another repository would have to be fetched; the project's own, under the same path, are not meant.
    fn refuse_other_repository(&mut self, value: &Value) {
        let Some((repo, name)) = value.get("repo").and_then(|repo| Some((repo, repo.to_text()?))) else { return };
        self.diagnostics
            .report(&INVALID_LITERAL, repo.span, format!("files of the repository `{name}` are not fetched"))
            .help("copy them into the project, and leave out `repo`");
    }

    fn volume(&mut self, value: &Value, span: Span) -> Option<MountSource> {
        let id = value.get("id")?;
        let name = known(id, "the id of a volume", self.diagnostics)?;
        let written = value.get("scope").filter(|scope| !scope.is_null());
        let scope = match written.and_then(|scope| known(scope, "`scope`", self.diagnostics)).as_deref() {
            Some("project") => VolumeScope::Project,
            _ => VolumeScope::Job,
        };
        let source = match value.get("source").filter(|source| !source.is_null()) {
            Some(source) => self.source(source, source.span),
            None => None,
        };
        let written_create = value.get("create").filter(|create| !create.is_null());
        let create = written_create.map_or(Create::WhenMissing, |value| create(value, self.diagnostics));
        self.volumes.push(Volume {
            id: Spanned::new(name.clone(), id.span),
            scope,
            scope_written: written.is_some(),
            create,
            source,
            span,
        });
        Some(MountSource::Volume { id: name })
    }

    /// The path as the project sees it: relative and normal inside of it, reported when it leads out.
    fn host_path(&mut self, written: &str, span: Span) -> Spanned<String> {
        let path = Path::new(if written.is_empty() { "." } else { written });
        let outside = match normalise(path) {
            Ok(inside) => return Spanned::new(inside, span),
            Err(outside) => outside,
        };
        if is_engine_socket(&outside) {
            return Spanned::new(outside, span);
        }
        self.diagnostics
            .report(&HOST_PATH_OUTSIDE_PROJECT, span, format!("`{written}` lies outside of the project"))
            .help("move it into the project, or allow it: `--allow host-path-outside-project`");
        Spanned::new(outside, span)
    }
}

/// Whether a path is the socket of a container engine, which a rule of its own is about.
pub fn is_engine_socket(path: &str) -> bool {
    const SOCKETS: [&str; 5] = ["docker.sock", "podman.sock", "containerd.sock", "crio.sock", "buildkitd.sock"];
    path.starts_with('/') && path.rsplit('/').next().is_some_and(|name| SOCKETS.contains(&name))
}

/// `./a/../b/` is `b`; an absolute path, `~`, or one that climbs out of the project is given back as an error.
fn normalise(path: &Path) -> Result<String, String> {
    let written = path.to_string_lossy().into_owned();
    if path.is_absolute() || written == "~" || written.starts_with("~/") {
        return Err(written);
    }
    let mut parts: Vec<String> = Vec::new();
    for component in path.components() {
        match component {
            Component::ParentDir if parts.pop().is_none() => return Err(written),
            Component::Normal(part) => parts.push(part.to_string_lossy().into_owned()),
            _ => {}
        }
    }
    Ok(if parts.is_empty() { ".".to_owned() } else { parts.join("/") })
}

/// One slash between parts and none at the end; `/` stays.
fn normal_target(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    format!("/{}", parts.join("/"))
}

/// Whether a value or a part of it was written at `span`; a part that came through a parameter stands elsewhere than the
/// whole.
fn holds(value: &Value, span: Span) -> bool {
    value.span == span
        || match &value.data {
            Data::List(items) => items.iter().any(|item| holds(item, span)),
            Data::Map(map) => map.iter().any(|(_, item)| holds(item, span)),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_paths_in_the_project_and_tells_those_that_leave_it() {
        assert_eq!(normalise(Path::new("./a/../b/")), Ok("b".to_owned()));
        assert_eq!(normalise(Path::new(".")), Ok(".".to_owned()));
        assert!(normalise(Path::new("a/../../b")).is_err());
        assert!(normalise(Path::new("/etc")).is_err());
        assert!(normalise(Path::new("~/.ssh")).is_err());
        assert_eq!(normal_target("//root/.cache/"), "/root/.cache");
        assert_eq!(normal_target("/"), "/");
    }
}
