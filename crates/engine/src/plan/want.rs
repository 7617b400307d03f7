//! One container (one of its replicas) as it is wanted: its name, its description, what its secrets turn into.

use serde_json::Value;

use super::naming;
use super::{ObservedContainer, Request, Upload, description, labels};
use crate::expand::{Container, Mount, MountSource, User, Variable};
use crate::source::Span;
use crate::value::Text;

/// Directory in which secret files arrive.
const SECRETS: &str = "/run/secrets";

/// A container of the program, as one of its replicas.
pub(super) struct Want<'a> {
    /// The container.
    pub container: &'a Container,
    /// Which replica, from 1.
    pub replica: u32,
    /// Name in the engine.
    pub name: String,
    /// Row of the display: the id, with the number of the replica where there are several.
    pub subject: String,
    /// Depth in the order of starting.
    pub level: u32,
    /// `user` as the engine reads it.
    pub user: Option<String>,
    /// Environment as the engine shall set it; secrets that arrive as files are named in their `*_FILE` twins.
    pub environment: Vec<(String, Text)>,
    /// Secrets that arrive as files.
    pub secret_files: Vec<Upload>,
    /// What it is.
    pub description: Value,
    /// The description as it stands in the label.
    pub config: String,
    /// Keyed hash of the description.
    pub spec: String,
}

impl<'a> Want<'a> {
    /// All replicas of a container.
    pub fn replicas(request: &Request<'a>, container: &'a Container, level: u32) -> Vec<Self> {
        let (environment, secret_files) = deliver(request, container);
        let user = container.user.as_ref().and_then(|user| match &user.value {
            User::Named(name) => Some(name.clone()),
            User::Invoking => request.invoking_user.clone(),
        });
        let paths: Vec<String> = secret_files.iter().map(|file| file.path.clone()).collect();
        let description = description::describe(request, container, user.as_deref(), &paths);
        let config = description.to_string();
        let spec = request.fingerprint.digest(&config);
        let id = &container.id.value;
        (1..=container.replicas)
            .map(|replica| Self {
                container,
                replica,
                name: naming::container_name(&request.project, id, replica),
                subject: if container.replicas > 1 { format!("{id}-{replica}") } else { id.clone() },
                level,
                user: user.clone(),
                environment: environment.clone(),
                secret_files: secret_files.clone(),
                description: description.clone(),
                config: config.clone(),
                spec: spec.clone(),
            })
            .collect()
    }

    /// Id in the program.
    pub fn id(&self) -> &'a str {
        &self.container.id.value
    }

    /// Whether a container of the engine is a replica of it.
    pub fn is(&self, seen: &ObservedContainer) -> bool {
        seen.container == self.id() && seen.replica == self.replica
    }

    /// Whether a container of the engine was made from the same description.
    pub fn describes(&self, seen: &ObservedContainer) -> bool {
        // The hash is the short way; it is made anew when the key is, which makes no container another one.
        let label = |name: &str| seen.labels.get(name);
        label(labels::SPEC) == Some(&self.spec) || label(labels::CONFIG) == Some(&self.config)
    }

    /// Who may read the secret files: the user of the container where it is a number, else who the image says.
    pub fn secret_owner(&self) -> Option<u32> {
        let uid = self.user.as_deref().and_then(|user| user.split(':').next());
        uid.and_then(|uid| uid.parse().ok()).or(self.container.facts.owner)
    }
}

/// The environment, and the secrets that are taken out of it into files where the image and the user's options let them.
fn deliver(request: &Request, container: &Container) -> (Vec<(String, Text)>, Vec<Upload>) {
    let mut environment = Vec::new();
    let mut files = Vec::new();
    for variable in &container.environment {
        let name = &variable.name.value;
        let twin = file_twin(container, name).filter(|_| request.options.secret_files && variable.value.has_secret());
        if let Some(twin) = twin {
            let path = format!("{SECRETS}/{name}");
            environment.push((twin.to_owned(), Text::literal(path.clone())));
            files.push(Upload { path, content: variable.value.clone(), mode: 0o400 });
        } else {
            environment.push((name.clone(), variable.value.clone()));
        }
    }
    if request.options.secret_files {
        files.extend(container.mounts.iter().filter_map(|mount| match &mount.source {
            MountSource::Content { data, .. } if is_secret_file(&mount.path.value, data) => {
                Some(Upload { path: mount.path.value.clone(), content: data.clone(), mode: 0o400 })
            }
            _ => None,
        }));
    }
    (environment, files)
}

/// The place in the file of the first secret that arrives as a file.
pub(super) fn secret_file(request: &Request, container: &Container) -> Option<Span> {
    if !request.options.secret_files {
        return None;
    }
    let has_twin =
        |variable: &&Variable| variable.value.has_secret() && file_twin(container, &variable.name.value).is_some();
    let is_file = |mount: &&Mount| matches!(&mount.source, MountSource::Content { data, .. } if is_secret_file(&mount.path.value, data));
    let variable = container.environment.iter().find(has_twin).map(|variable| variable.span);
    variable.or_else(|| container.mounts.iter().find(is_file).map(|mount| mount.span))
}

/// The variable that names a file instead, if the image knows one and the user has not set it.
fn file_twin<'a>(container: &'a Container, variable: &str) -> Option<&'a str> {
    let twin = container.facts.secrets.iter().find(|twin| twin.variable == variable)?;
    twin.file.as_deref().filter(|file| container.variable(file).is_none())
}

/// Whether a mounted text goes where secret files go.
pub(super) fn is_secret_file(path: &str, content: &Text) -> bool {
    let file = path.strip_prefix(SECRETS).and_then(|rest| rest.strip_prefix('/'));
    content.has_secret() && file.is_some_and(|file| !file.is_empty() && !file.contains('/'))
}
