//! Which engine is meant: the order of the docker command, from what it is given alone.
//!
//! In: an explicit host, environment variables, and a way to read files. Out: where to connect and why there.
//! Explicit host → `DOCKER_HOST` → `DOCKER_CONTEXT` → `currentContext` of the docker configuration → default socket.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::endpoint::{Certificates, Endpoint};

/// Where Docker Engine listens unless told otherwise.
pub(super) const DEFAULT_SOCKET: &str = "/var/run/docker.sock";

/// What discovery looks at.
pub struct Surroundings<'a> {
    /// `--host`.
    pub host: Option<&'a str>,
    /// Environment variables.
    pub environment: &'a BTreeMap<String, String>,
    /// Reads a file.
    pub read: &'a dyn Fn(&Path) -> io::Result<Vec<u8>>,
}

/// The engine that is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it listens.
    pub endpoint: Endpoint,
    /// What named it, such as `` context `staging` ``.
    pub origin: String,
}

/// Why no engine is meant: a sentence and what to type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotFound {
    /// What is wrong.
    pub problem: String,
    /// What to type.
    pub help: String,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Configuration {
    current_context: Option<String>,
}

#[derive(Deserialize)]
struct ContextMeta {
    #[serde(rename = "Endpoints", default)]
    endpoints: BTreeMap<String, ContextEndpoint>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct ContextEndpoint {
    host: Option<String>,
    #[serde(rename = "SkipTLSVerify")]
    skip_tls_verify: bool,
}

impl Surroundings<'_> {
    /// The engine that the docker command would use.
    pub fn find(&self) -> Result<Found, NotFound> {
        if let Some(host) = self.host.filter(|host| !host.trim().is_empty()) {
            return self.named(host, "`--host`");
        }
        if let Some(host) = self.variable("DOCKER_HOST") {
            return self.named(host, "`DOCKER_HOST`");
        }
        if let Some(context) = self.variable("DOCKER_CONTEXT") {
            return self.context(context, "`DOCKER_CONTEXT`");
        }
        match self.current_context()? {
            Some(context) => self.context(&context, "the docker configuration"),
            None => Ok(Found { endpoint: Endpoint::Unix(DEFAULT_SOCKET.into()), origin: "the default".to_owned() }),
        }
    }

    /// Sockets of other engines that people run; suggested, never taken silently.
    pub fn other_sockets(&self) -> Vec<PathBuf> {
        let runtime = self.variable("XDG_RUNTIME_DIR").map(PathBuf::from);
        let home = self.variable("HOME").map(PathBuf::from);
        let under = |base: &Option<PathBuf>, path: &str| base.as_ref().map(|base| base.join(path));
        [
            Some(PathBuf::from(DEFAULT_SOCKET)),
            under(&runtime, "docker.sock"),
            under(&home, ".docker/run/docker.sock"),
            under(&home, ".docker/desktop/docker.sock"),
            under(&home, ".colima/default/docker.sock"),
            under(&home, ".orbstack/run/docker.sock"),
            under(&home, ".rd/docker.sock"),
            under(&runtime, "podman/podman.sock"),
            Some(PathBuf::from("/run/podman/podman.sock")),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The directory of the docker command's configuration.
    pub fn configuration_directory(&self) -> Option<PathBuf> {
        let home = || self.variable("HOME").map(|home| Path::new(home).join(".docker"));
        self.variable("DOCKER_CONFIG").map(PathBuf::from).or_else(home)
    }

    /// A variable; an empty one counts as unset.
    fn variable(&self, name: &str) -> Option<&str> {
        self.environment.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    fn named(&self, host: &str, origin: &str) -> Result<Found, NotFound> {
        let over_tls = self.variable("DOCKER_TLS_VERIFY").is_some() || host.starts_with("https://");
        let directory = || self.variable("DOCKER_CERT_PATH").map(PathBuf::from).or(self.configuration_directory());
        let tls = if over_tls { directory().map(|directory| Certificates::in_directory(&directory)) } else { None };
        match Endpoint::parse(host, tls) {
            Ok(endpoint) => Ok(Found { endpoint, origin: origin.to_owned() }),
            Err(problem) => Err(NotFound { problem: format!("{origin}: {problem}"), help: EXAMPLE.to_owned() }),
        }
    }

    fn current_context(&self) -> Result<Option<String>, NotFound> {
        let Some(path) = self.configuration_directory().map(|directory| directory.join("config.json")) else {
            return Ok(None);
        };
        let Ok(bytes) = (self.read)(&path) else { return Ok(None) };
        let configuration: Configuration = serde_json::from_slice(&bytes).map_err(|problem| NotFound {
            problem: format!("`{}` is not valid JSON: {problem}", path.display()),
            help: "mend the file, or name the engine with `--host`".to_owned(),
        })?;
        Ok(configuration.current_context.filter(|name| !name.is_empty()))
    }

    /// Reads `contexts/meta/<sha256 of the name>/meta.json`, where the docker command keeps a context.
    fn context(&self, name: &str, origin: &str) -> Result<Found, NotFound> {
        let origin = format!("context `{name}` from {origin}");
        if name == "default" {
            return Ok(Found { endpoint: Endpoint::Unix(DEFAULT_SOCKET.into()), origin });
        }
        let problem = |problem: String| NotFound {
            problem: format!("{origin}: {problem}"),
            help: "`docker context ls` shows the contexts that are there".to_owned(),
        };
        let directory = self.configuration_directory().ok_or_else(|| problem("`HOME` is not set".to_owned()))?;
        let contexts = directory.join("contexts");
        let digest = hex(&Sha256::digest(name.as_bytes()));
        let file = contexts.join("meta").join(&digest).join("meta.json");
        let bytes = (self.read)(&file).map_err(|_| problem("there is no such context".to_owned()))?;
        let meta: ContextMeta = serde_json::from_slice(&bytes)
            .map_err(|error| problem(format!("`{}` cannot be read: {error}", file.display())))?;
        let endpoint = meta.endpoints.get("docker").filter(|endpoint| endpoint.host.is_some());
        let endpoint = endpoint.ok_or_else(|| problem("it has no docker endpoint".to_owned()))?;
        if endpoint.skip_tls_verify {
            return Err(problem("it skips the check of the engine's certificate, which is not supported".to_owned()));
        }
        let host = endpoint.host.as_deref().unwrap_or_default();
        let tls = self.context_certificates(&contexts.join("tls").join(&digest).join("docker"));
        let endpoint = Endpoint::parse(host, tls).map_err(problem)?;
        Ok(Found { endpoint, origin })
    }

    /// The certificates of a context, if it has any.
    fn context_certificates(&self, directory: &Path) -> Option<Certificates> {
        let certificates = Certificates::in_directory(directory);
        (self.read)(&certificates.authority).is_ok().then_some(certificates)
    }
}

const EXAMPLE: &str = "name an engine such as `unix:///var/run/docker.sock` or `ssh://user@host`";

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests;
