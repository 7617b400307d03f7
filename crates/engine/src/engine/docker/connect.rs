//! From an address to a client, and which engine it is that answers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bollard::errors::Error;
use bollard::{API_DEFAULT_VERSION, Docker};
use serde::Deserialize;

use super::client::Client;
use super::discovery::Surroundings;
use super::endpoint::{Certificates, Endpoint};
use super::errors::{Trouble, doing};
use super::model::nullable;
use super::reach::Reach;
use super::ssh::Tunnel;
use crate::engine::{EngineError, Failure};

/// bollard's own limit per request, in seconds: a day, because every call is bounded by [`Client::within`].
const BOLLARD_LIMIT: u64 = 86_400;

/// The oldest API that is understood: Docker 19.03. Nothing that we send needs a newer one; older engines would drop
/// what they do not know without a word.
const OLDEST_API: (u32, u32) = (1, 40);

/// A client and what else was found in the surroundings.
pub(super) struct Connection {
    pub(super) client: Client,
    pub(super) configuration: Option<PathBuf>,
    pub(super) runtime: Option<PathBuf>,
    pub(super) tunnel: Option<Tunnel>,
}

/// The engine that answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version {
    /// Such as `docker 20.10.24`.
    pub(super) name: String,
    /// The newest API that it speaks.
    pub(super) api: (u32, u32),
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct VersionAnswer {
    #[serde(deserialize_with = "nullable")]
    version: String,
    #[serde(deserialize_with = "nullable")]
    api_version: String,
    #[serde(deserialize_with = "nullable")]
    components: Vec<Component>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "PascalCase")]
struct Component {
    #[serde(deserialize_with = "nullable")]
    name: String,
}

/// Finds the engine and makes a client for it. Needs a runtime where the way leads through `ssh`.
pub(super) fn open(host: Option<&str>, environment: &BTreeMap<String, String>) -> Result<Connection, EngineError> {
    let doing = doing("find the engine");
    let surroundings = Surroundings { host, environment, read: &|path: &Path| std::fs::read(path) };
    let found = surroundings
        .find()
        .map_err(|missing| doing.advise(Failure::Unreachable(vec![missing.problem]), missing.help))?;
    let mut reach = Reach {
        found,
        complaint: None,
        user: environment.get("USER").cloned().filter(|user| !user.is_empty()),
        others: surroundings.other_sockets(),
    };
    let mut tunnel = None;
    let docker = match &reach.found.endpoint {
        Endpoint::Unix(path) => Docker::connect_with_unix(&path.to_string_lossy(), BOLLARD_LIMIT, API_DEFAULT_VERSION),
        Endpoint::Tcp(address) => Docker::connect_with_http(address, BOLLARD_LIMIT, API_DEFAULT_VERSION),
        Endpoint::Tls { address, certificates } => over_tls(address, certificates),
        Endpoint::Ssh(target) => {
            let opened = Tunnel::open(Path::new("ssh"), target);
            let opened = opened.map_err(|error| doing.failed(Failure::Unreachable(vec![reach.explain(&error)])))?;
            reach.complaint = Some(opened.complaint());
            let path = opened.path();
            tunnel = Some(opened);
            Docker::connect_with_unix(&path.to_string_lossy(), BOLLARD_LIMIT, API_DEFAULT_VERSION)
        }
    };
    let docker = docker.map_err(|error| doing.because(refused(&reach, &error)))?;
    let runtime = environment.get("XDG_RUNTIME_DIR").filter(|path| !path.is_empty()).map(PathBuf::from);
    let configuration = surroundings.configuration_directory();
    Ok(Connection { client: Client::new(docker, reach), configuration, runtime, tunnel })
}

/// Whether the socket of an engine is there that this user may not open, or not even look for.
pub(super) fn is_closed_to_us(environment: &BTreeMap<String, String>) -> bool {
    let surroundings = Surroundings { host: None, environment, read: &|path: &Path| std::fs::read(path) };
    let Ok(found) = surroundings.find() else { return false };
    let Endpoint::Unix(path) = found.endpoint else { return false };
    let opened = std::os::unix::net::UnixStream::connect(path);
    opened.is_err_and(|error| error.kind() == std::io::ErrorKind::PermissionDenied)
}

fn over_tls(address: &str, certificates: &Certificates) -> Result<Docker, Error> {
    let Certificates { authority, certificate, key } = certificates;
    // bollard reads these two at the handshake only, and then says nothing of what was wrong with them
    for file in [certificate, key] {
        std::fs::read(file).map_err(|_| Error::CertPathError { path: file.clone() })?;
    }
    Docker::connect_with_ssl(address, key, certificate, authority, BOLLARD_LIMIT, API_DEFAULT_VERSION)
}

/// Why a client could not even be made.
fn refused(reach: &Reach, error: &Error) -> Trouble {
    match error {
        Error::SocketNotFoundError(_) => {
            let cause = std::io::ErrorKind::NotFound.into();
            Trouble::Unreachable { tried: reach.explain(&cause), help: reach.advice(&cause) }
        }
        Error::CertPathError { path } | Error::CertParseError { path } => Trouble::Unreachable {
            tried: reach.tried(&format!("the certificate `{}` cannot be read", path.display())),
            help: Some("`DOCKER_CERT_PATH` names the directory with ca.pem, cert.pem and key.pem".to_owned()),
        },
        other => Trouble::Unreachable { tried: reach.tried(&other.to_string()), help: None },
    }
}

/// Whether the engine answers in the oldest API that is understood; one that is older refuses the path.
pub(super) async fn speaks_oldest(client: &Client) -> bool {
    let (major, minor) = OLDEST_API;
    client.is_ok(&format!("/v{major}.{minor}/_ping")).await.unwrap_or(false)
}

/// Asks which engine it is, and refuses one that is too old.
pub(super) async fn version(client: &Client) -> Result<Version, EngineError> {
    let doing = doing("ask the engine for its version");
    let answer: VersionAnswer = client.get("/version").await.map_err(|trouble| doing.because(trouble))?;
    let version = read_version(&answer).map_err(|failure| doing.failed(failure))?;
    if version.api < OLDEST_API {
        let (major, minor) = version.api;
        let (oldest_major, oldest_minor) = OLDEST_API;
        let message = format!(
            "{} speaks API {major}.{minor}; {oldest_major}.{oldest_minor} (Docker 19.03) or newer is needed",
            version.name
        );
        return Err(doing.advise(Failure::Unsupported(message), "update Docker Engine"));
    }
    Ok(version)
}

fn read_version(answer: &VersionAnswer) -> Result<Version, Failure> {
    let podman = answer.components.iter().any(|component| component.name.starts_with("Podman"));
    let name = format!("{} {}", if podman { "podman" } else { "docker" }, answer.version);
    let api = answer.api_version.split_once('.');
    let api = api.and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
    match api {
        Some(api) => Ok(Version { name: name.trim_end().to_owned(), api }),
        None => Err(Failure::Unsupported("it does not say which API it speaks".to_owned())),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Version, Failure> {
        read_version(&serde_json::from_str(text).unwrap())
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        let version = read(r#"{"Version":"18.09.1","ApiVersion":"1.9"}"#).unwrap();
        assert_eq!((version.name.as_str(), version.api), ("docker 18.09.1", (1, 9)));
        assert!(version.api < OLDEST_API);
    }

    #[test]
    fn podman_is_called_podman() {
        let text = r#"{"Version":"4.3.1","ApiVersion":"1.41","Components":[{"Name":"Podman Engine"}]}"#;
        assert_eq!(read(text).unwrap().name, "podman 4.3.1");
    }

    #[test]
    fn an_engine_that_hides_its_api_is_refused() {
        assert!(read(r#"{"Version":null}"#).is_err());
    }
}
