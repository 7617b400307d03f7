//! `mounts`: what is shown where in a container, and the volumes behind it.

use super::bind::Bound;
use super::container::create;
use super::expander::Surroundings;
use super::known::known;
use super::program::{Create, Mount, MountSource, Volume, VolumeScope};
use super::scope::OWN_REPOSITORY;
use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::model::GITHUB;
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
        name: "host-path-outside-project", code: "PT221", level: Error, precision: VeryHigh, severity: "7.5",
        tags: ["mounts"],
        anchors: ["CIS Docker 5.6"],
    };
}

/// Reads mounts and collects their volumes.
pub(super) struct MountReader<'a> {
    pub(super) surroundings: Surroundings<'a>,
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
                let found = self.surroundings.host_path(&written, path.span);
                Some(MountSource::Host { path: self.inside(found, &written, path.span) })
            }
            "repo" => {
                let written = value.get("path").filter(|path| !path.is_null());
                let (text, span) = match written {
                    Some(path) => (known(path, "the path of a mount", self.diagnostics)?, path.span),
                    None => (".".to_owned(), span),
                };
                let root = self.repository(value, span)?;
                let found = self.surroundings.repository_path(&text, span, root.as_deref());
                Some(MountSource::Repo { path: self.inside(found, &text, span) })
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

    /// The folder of the repository that is named, or `Some(None)` for the file's own; `None`, after a report, when it is not
    /// here.
    fn repository(&mut self, value: &Value, span: Span) -> Option<Option<String>> {
        let Some((repo, name)) = value.get("repo").and_then(|repo| Some((repo, repo.to_text()?))) else {
            return Some(None);
        };
        let name = name.known()?;
        if name == OWN_REPOSITORY {
            return Some(None);
        }
        let name = name.strip_prefix(GITHUB).unwrap_or(&name).to_owned();
        let home = self.surroundings.documents.home(span.file);
        if home.repository.as_deref() == Some(name.as_str()) {
            return Some(None);
        }
        if let Some(pin) = self.surroundings.documents.lock.pin(&name) {
            return Some(Some(pin.folder()));
        }
        self.diagnostics
            .report(&INVALID_LITERAL, repo.span, format!("files of the repository `{name}` are not here"))
            .help(format!("`pt include add gh:{name}` fetches them; leave `repo` out for this project's own"));
        None
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

    /// The path as the project sees it: relative and normal inside of it (`found`), reported when it leads out.
    fn inside(&mut self, found: Option<String>, written: &str, span: Span) -> Spanned<String> {
        if let Some(inside) = found {
            return Spanned::new(if inside.is_empty() { ".".to_owned() } else { inside }, span);
        }
        if !is_engine_socket(written) {
            self.diagnostics
                .report(&HOST_PATH_OUTSIDE_PROJECT, span, format!("`{written}` lies outside of the project"))
                .help("move it into the project, or allow it: `--allow host-path-outside-project`");
        }
        Spanned::new(written.to_owned(), span)
    }
}

/// Whether a path is the socket of a container engine, which a rule of its own is about.
pub fn is_engine_socket(path: &str) -> bool {
    const SOCKETS: [&str; 5] = ["docker.sock", "podman.sock", "containerd.sock", "crio.sock", "buildkitd.sock"];
    path.starts_with('/') && path.rsplit('/').next().is_some_and(|name| SOCKETS.contains(&name))
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
    fn targets_have_one_slash_between_parts() {
        assert_eq!(normal_target("//root/.cache/"), "/root/.cache");
        assert_eq!(normal_target("/"), "/");
    }
}
